import type { LinkFactTable, Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { keyedDigest } from '@huijiao/identity'
import { businessKey, type LinkageDocument, splitNumbers } from '@huijiao/standard'
import { type Selectable, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import type { LinkedVersion } from './link-rules.ts'
import type { LinkScope } from './link-rules-scope.ts'
import { digestOfKey } from './key-digest.ts'

type Fact = Selectable<LinkFactTable>

/** Whose facts have changed: what has to be judged again. */
export interface FactChange {
  readonly persons: readonly Buffer[]
  readonly projects: readonly Buffer[]
  readonly permits: readonly Buffer[]
}

const none = Buffer.alloc(0)
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const dateOf = (value: unknown): string | null => {
  const date = textOf(value)?.slice(0, 10)
  return date !== undefined && /^\d{4}-\d\d-\d\d$/.test(date) ? date : null
}

/** A person by the document; never in clear. */
export const personDigest = (hub: Hub, type: string, number: string): Buffer =>
  keyedDigest(hub.digestSecret, 'person', `${type}\0${number.toUpperCase()}`)

/** The facts that versions in force state; those of earlier versions of their streams are forgotten. */
export async function storeFacts(
  trx: Transaction<Tables>,
  hub: Hub,
  { linkage }: LinkScope,
  versions: readonly LinkedVersion[],
): Promise<FactChange> {
  if (linkage === null) return { persons: [], projects: [], permits: [] }
  const speaking = new Set([linkage.permits.entity, ...linkage.finishes.entities, ...linkage.managers.map((one) => one.entity)])
  const concerned = versions.filter((version) => speaking.has(version.entity))
  if (concerned.length === 0) return { persons: [], projects: [], permits: [] }
  const { rows: gone } = await sql<Pick<Fact, 'person' | 'project' | 'permit'>>`
    delete from link_fact f
    using (select distinct * from unnest(${byteaArray(concerned.map((one) => one.key_digest))}::bytea[], ${int4Array(concerned.map((one) => one.source_no))}::int4[]) as t (key_digest, source_no)) t
    join stream s using (key_digest, source_no)
    where f.key_digest = t.key_digest and f.source_no = t.source_no and (f.part_id, f.ordinal) is distinct from (s.force_part, s.force_ordinal)
    returning f.person, f.project, f.permit`.execute(trx)
  const facts = concerned.filter((one) => one.in_force && one.operation === 'upsert').flatMap((one) => factsOf(hub, linkage, one))
  await insertFacts(trx, facts)
  const changed = [...gone, ...facts]
  return {
    persons: unique(changed.flatMap((one) => (one.person === null ? [] : [one.person]))),
    projects: unique(changed.flatMap((one) => (one.project.length === 0 ? [] : [one.project]))),
    permits: unique(changed.flatMap((one) => (one.permit.length === 0 ? [] : [one.permit]))),
  }
}

const unique = (digests: readonly Buffer[]): Buffer[] => [...new Map(digests.map((one) => [one.toString('latin1'), one])).values()]

function factsOf(hub: Hub, linkage: LinkageDocument, version: LinkedVersion): Fact[] {
  const { data } = version
  const { permits, finishes, managers } = linkage
  const keyDigest = (entity: string, field: string, number: string | null) => {
    const model = [...hub.standards().releases.values()].map((release) => release.entities.get(entity)).find((one) => one !== undefined)
    return number === null || model === undefined ? none : digestOfKey(hub, businessKey(model, { [field]: number }, '').text)
  }
  const permitOf = (number: string | null) => keyDigest(permits.entity, permits.number, number)
  const projectOf = (number: string | null) => keyDigest('TBProjectInfo', 'PrjNum', number)
  const base = { part_id: version.part_id, ordinal: version.ordinal, key_digest: version.key_digest, source_no: version.source_no }
  const facts: Fact[] = []
  if (version.entity === permits.entity) {
    const from = permits.issued.map((field) => dateOf(data[field])).find((date) => date !== null) ?? null
    const days = data[permits.days]
    const to = from !== null && typeof days === 'number' && days > 0 && days < 36_600 ? addDays(from, days) : null
    const project = projectOf(textOf(data[permits.project]))
    facts.push({ ...base, kind: 'term', permit: permitOf(textOf(data[permits.number])), project, person: null, from_on: from, to_on: to })
  }
  if (finishes.entities.includes(version.entity)) {
    const project = projectOf(textOf(data[finishes.project]))
    const span = { from_on: dateOf(data[finishes.begun]), to_on: dateOf(data[finishes.finished]) }
    for (const number of splitNumbers(textOf(data[finishes.permits]) ?? ''))
      facts.push({ ...base, kind: 'end', permit: permitOf(number), project, person: null, ...span })
  }
  for (const source of managers) {
    const [type, number] = [textOf(data[source.type]), textOf(data[source.number])]
    const fits = source.when === undefined || source.when.values.includes(String(data[source.when.field]))
    if (source.entity !== version.entity || type === null || number === null || !fits) continue
    facts.push({
      ...base,
      kind: 'manager',
      permit: permitOf(textOf(data[source.permit])),
      project: projectOf(textOf(data['PrjNum'])),
      person: personDigest(hub, type, number),
      from_on: null,
      to_on: null,
    })
  }
  return facts
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

async function insertFacts(trx: Transaction<Tables>, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return
  const of = <T>(pick: (fact: Fact) => T) => facts.map(pick)
  await sql`
    insert into link_fact (part_id, ordinal, kind, permit, key_digest, source_no, project, person, from_on, to_on)
    select part_id, ordinal, kind, permit, key_digest, source_no, project, person, from_on::date, to_on::date
    from unnest(
      ${int8Array(of((one) => one.part_id))}::int8[], ${int4Array(of((one) => one.ordinal))}::int4[], ${textArray(of((one) => one.kind))}::text[],
      ${byteaArray(of((one) => one.permit))}::bytea[], ${byteaArray(of((one) => one.key_digest))}::bytea[], ${int4Array(of((one) => one.source_no))}::int4[],
      ${byteaArray(of((one) => one.project))}::bytea[], ${byteaArray(of((one) => one.person))}::bytea[], ${textArray(of((one) => one.from_on))}::text[],
      ${textArray(of((one) => one.to_on))}::text[]
    ) as t (part_id, ordinal, kind, permit, key_digest, source_no, project, person, from_on, to_on)
    on conflict do nothing`.execute(trx)
}
