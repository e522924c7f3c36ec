import { setImmediate } from 'node:timers/promises'
import type { Tables, VersionTable } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, retryDeadlocks, textArray } from '@huijiao/database'
import { type ProblemDocument, recordProblem } from '@huijiao/problem'
import { type Entity, joinTexts, type Reference, references, withEnglishBasis } from '@huijiao/standard'
import { type Selectable, sql, type Transaction } from 'kysely'
import { insertFindings, type NewFinding, settleFindings } from './finding.ts'
import type { Hub } from './hub.ts'
import { judgeCycles, storeEdges } from './link-rules-cycle.ts'
import { type FactChange, storeFacts } from './link-rules-facts.ts'
import { judgeFinishes, judgeManagers } from './link-rules-judge.ts'
import { type LinkScope, linkScope } from './link-rules-scope.ts'
import { addPendingEntry } from './log.ts'
import { aliasesOf, insertAliases, isPresent, presentParents } from './parents.ts'
import { digestOfKey } from './key-digest.ts'
import { lockReader, type Pace, readTouched, setReader, type TouchedVersions } from './reader.ts'
import { allTextsMustBeHere } from './version-range.ts'

const readerName = 'linkage'
const entriesMax = { short: 2, usual: 20 }
/** Records that are opened in one turn of the event loop; about a millisecond's work. */
const recordsPerTurn = 32
/** About how many versions are judged with one set of statements. A single part may hold more, and then goes alone. */
const versionsMax = 2000

/** A version that linkage judges, with its data and where it stands in its stream. */
export interface LinkedVersion extends Selectable<VersionTable> {
  readonly is_head: boolean
  readonly in_force: boolean
  readonly entityModel: Entity
  readonly data: Readonly<Record<string, unknown>>
  readonly references: readonly Reference[]
}

/** What a rule found, and which earlier findings of it are no longer so. */
export interface Judged {
  readonly found: readonly NewFinding[]
  readonly gone: readonly number[]
}

/**
 * Reads the sequenced log on and finds what only several records together show: references to what is not here, works that one person leads at
 * the same time, a finish before its permit, rings. What it finds stands beside the records (`finding`); the write path waits for none of it.
 * @returns true when there is more to read
 */
export async function findLinkage(hub: Hub, { short = false }: Pace = {}): Promise<boolean> {
  const scope = linkScope(hub)
  const result = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const touched = await readTouched(trx, await lockReader(trx, readerName), { entries: short ? entriesMax.short : entriesMax.usual })
      if (touched === null) return { told: false, more: false }
      const told = await judgeLinkage(trx, hub, scope, touched)
      await setReader(trx, readerName, touched.next)
      return { told, more: touched.more }
    }),
  )
  if (result.told) hub.onPending()
  return result.more
}

/** Judges what some parts and decisions tell of, inside the caller's transaction. @returns true when an entry was added */
export async function judgeLinkage(
  trx: Transaction<Tables>,
  hub: Hub,
  scope: LinkScope,
  touched: Pick<TouchedVersions, 'parts' | 'decided'>,
): Promise<boolean> {
  let told = await settleArrived(trx, hub, touched)
  for (const places of await inSteps(trx, touched)) {
    const versions = await loadLinked(trx, hub, scope, places)
    if (versions.length > 0) told = (await judgeVersions(trx, hub, scope, versions)) || told
  }
  return told
}

type Places = Pick<TouchedVersions, 'parts' | 'decided'>

async function inSteps(trx: Transaction<Tables>, { parts, decided }: Places): Promise<Places[]> {
  const { rows } = await sql<{ part_id: number; version_count: number }>`
    select part_id, version_count from part where part_id = any(${int8Array(parts)}::int8[]) and version_count > 0 order by part_id`.execute(
    trx,
  )
  const steps: Places[] = []
  let step: number[] = []
  let count = 0
  for (const row of rows) {
    if (step.length > 0 && count + row.version_count > versionsMax) {
      steps.push({ parts: step, decided: [] })
      step = []
      count = 0
    }
    step.push(row.part_id)
    count += row.version_count
  }
  if (step.length > 0 || decided.length > 0) steps.push({ parts: step, decided })
  return steps
}

/** The versions of tables that linkage looks at. Withdrawals come too: they end what an earlier version said. */
async function loadLinked(trx: Transaction<Tables>, hub: Hub, scope: LinkScope, { parts, decided }: Places): Promise<LinkedVersion[]> {
  const { rows } = await sql<Omit<LinkedVersion, 'entityModel' | 'data' | 'references'>>`
    with named as (
      select v.part_id, v.ordinal from version v
      where v.part_id = any(${int8Array(parts)}::int8[]) and v.entity = any(${textArray(scope.entities)}::text[])
      union
      select v.part_id, v.ordinal
      from unnest(${int8Array(decided.map(([partId]) => partId))}::int8[], ${int4Array(decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
      join version v using (part_id, ordinal)
      where v.entity = any(${textArray(scope.entities)}::text[])
    )
    select v.*, (s.head_part = v.part_id and s.head_ordinal = v.ordinal) as is_head,
           coalesce(s.force_part = v.part_id and s.force_ordinal = v.ordinal, false) as in_force
    from named n
    join version v using (part_id, ordinal)
    join stream s on s.key_digest = v.key_digest and s.source_no = v.source_no
    order by v.part_id, v.ordinal`.execute(trx)
  const { releases } = hub.standards()
  await allTextsMustBeHere(
    trx,
    rows.filter((row) => row.operation === 'upsert' && (row.is_head || row.in_force)),
  )
  const versions: LinkedVersion[] = []
  for (const [index, row] of rows.entries()) {
    const entityModel = releases.get(row.release)?.entities.get(row.entity)
    if (entityModel === undefined) continue
    // Opening and digesting is one long stretch of work: in between, requests get their turn.
    if (index % recordsPerTurn === recordsPerTurn - 1) await setImmediate()
    const judged = row.operation === 'upsert' && (row.is_head || row.in_force)
    const data = judged ? dataOfLinked(hub, row) : {}
    versions.push({ ...row, entityModel, data, references: judged ? references(entityModel, data, hub.policy(), hub.node.tier) : [] })
  }
  return versions
}

function dataOfLinked(hub: Hub, row: Selectable<VersionTable>): Record<string, unknown> {
  const sealed = row.sealed_text === null ? null : hub.sealer.open(row.sealed_text, row.commitment)
  return joinTexts(row.open_text, row.named_text, sealed)
}

async function judgeVersions(trx: Transaction<Tables>, hub: Hub, scope: LinkScope, versions: readonly LinkedVersion[]): Promise<boolean> {
  const at = hub.clock.now()
  await insertAliases(
    trx,
    versions.flatMap((one) => aliasesOf(hub, one.entityModel, one.data).map((digest) => ({ digest, keyDigest: one.key_digest }))),
  )
  const overtaken = await overtakenFindings(trx, versions)
  const changes: FactChange = await storeFacts(trx, hub, scope, versions)
  const edges = await storeEdges(trx, hub, scope, versions)
  const judged: Judged[] = [
    { found: conductCodes(hub, scope, versions), gone: [] },
    { found: await missingReferences(trx, hub, versions), gone: [] },
    await judgeManagers(trx, scope, changes),
    await judgeFinishes(trx, scope, changes),
    await judgeCycles(trx, hub, scope, edges),
  ]
  const fresh = await insertFindings(
    trx,
    judged.flatMap((one) => one.found).map((one) => ({ ...one, problem: withEnglishBasis(one.problem, hub.policy().served) })),
    at,
  )
  const gone = judged.flatMap((one) => one.gone)
  await settleFindings(trx, overtaken, at, 'later-version')
  await settleFindings(trx, gone, at, 'no-longer-so')
  if (fresh.length + overtaken.length + gone.length === 0) return false
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: at,
    actor: 'node',
    subject: 'finding',
    body: {
      decision: 'found',
      findings: fresh.map((one) => [one.part_id, one.ordinal, one.rule, one.severity]),
      settled: overtaken.length + gone.length,
    },
  })
  return true
}

/** Open findings about earlier versions of these streams, now that a later one stands. */
async function overtakenFindings(trx: Transaction<Tables>, versions: readonly LinkedVersion[]): Promise<number[]> {
  const standing = versions.filter((one) => one.is_head || one.in_force)
  const { rows } = await sql<{ finding_no: number }>`
    select distinct f.finding_no
    from unnest(${byteaArray(standing.map((one) => one.key_digest))}::bytea[], ${int4Array(standing.map((one) => one.source_no))}::int4[]) as t (key_digest, source_no)
    join stream s using (key_digest, source_no)
    join finding f on f.key_digest = s.key_digest and f.source_no = s.source_no and f.state = 'open'
    where (f.part_id, f.ordinal) <> (s.head_part, s.head_ordinal) and (f.part_id, f.ordinal) is distinct from (s.force_part, s.force_ordinal)`.execute(
    trx,
  )
  return rows.map((row) => row.finding_no)
}

/** Parents that are noted and not waited for, as far as they are not here. Resolved with a bounded number of statements for all versions together. */
async function missingReferences(trx: Transaction<Tables>, hub: Hub, versions: readonly LinkedVersion[]): Promise<NewFinding[]> {
  const asked = versions
    .filter((version) => version.is_head && ['accepted', 'pending_review', 'doubtful'].includes(version.state))
    .flatMap((version) =>
      version.references
        .filter((reference) => !reference.mandatory)
        .map((reference) => ({ version, reference, digest: digestOfKey(hub, reference.keyText) })),
    )
  const present = await presentParents(
    trx,
    asked.map((one) => one.digest),
  )
  return asked
    .filter((one) => !present.has(one.digest.toString('latin1')))
    .map(({ version, reference, digest }) => ({
      version,
      rule: reference.rule,
      code: 'reference-missing',
      severity: reference.onMissing === 'doubt' ? 'doubt' : 'warning',
      about: digest,
      problem: missingProblem(version, reference),
    }))
}

function missingProblem(version: LinkedVersion, reference: Reference): ProblemDocument {
  return recordProblem('reference-missing', {
    record: version.record_index,
    severity: reference.onMissing === 'doubt' ? 'doubt' : 'warning',
    rule: reference.rule,
    basis: reference.basis,
    pointer: `/data/${reference.field}`,
    detail: {
      zh: `${reference.field} 所指的 ${reference.parent} 不在本节点`,
      en: `The ${reference.parent} that ${reference.field} names is not in force at this node`,
    },
  })
}

/** Conduct whose code is of national form and not in the list. */
function conductCodes(hub: Hub, { linkage }: LinkScope, versions: readonly LinkedVersion[]): NewFinding[] {
  if (linkage === null || linkage.conductCode.severity === 'none') return []
  const { entities, field, pattern, severity, basis } = linkage.conductCode
  const form = new RegExp(pattern, 'u')
  return versions.flatMap((version): NewFinding[] => {
    const code = version.data[field]
    if (!version.is_head || !entities.includes(version.entity) || typeof code !== 'string' || !form.test(code)) return []
    const list = version.entityModel.fields.find((one) => one.code === field)?.list
    const dictionary = list === undefined ? undefined : hub.standards().releases.get(version.release)?.dictionaries.get(list)
    if (dictionary === undefined || dictionary.codes.has(code)) return []
    const rule = 'linkage.conduct-code'
    const problem = recordProblem('code-unlisted', {
      record: version.record_index,
      severity,
      rule,
      basis,
      pointer: `/data/${field}`,
      value: code,
      detail: { zh: `行为代码 ${code} 不在${dictionary.nameZh}表中`, en: `The conduct code ${code} is not in the list` },
    })
    return [{ version, rule, code: 'code-unlisted', severity, about: null, problem }]
  })
}

/** Closes findings whose missing parent has come. Asked only while there are such findings. */
async function settleArrived(trx: Transaction<Tables>, hub: Hub, { parts, decided }: Places): Promise<boolean> {
  const { rows: any } = await sql`select 1 from finding where state = 'open' and about <> '' and severity <> 'error' limit 1`.execute(trx)
  if (any.length === 0) return false
  const at = hub.clock.now()
  const { rows } = await sql<{ finding_no: number; part_id: number; ordinal: number }>`
    with recursive moved as materialized (
      select v.key_digest from version v where v.part_id = any(${int8Array(parts)}::int8[])
      union
      select v.key_digest
      from unnest(${int8Array(decided.map(([partId]) => partId))}::int8[], ${int4Array(decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
      join version v using (part_id, ordinal)
    ), before as (
      -- What these keys were called: begun from the few that have a standing link, because the planner takes a recursion for ten times what it begins with.
      select l.from_digest as digest from moved m join succession_link l on l.standing and l.to_digest = m.key_digest
      union
      select l.from_digest from before b join succession_link l on l.standing and l.to_digest = b.digest
    ), names as (
      select m.key_digest as digest from moved m
      union all select b.digest from before b
      union all select a.digest from moved m join key_alias a on a.key_digest = m.key_digest
    ), asked as materialized (
      -- Those that somebody misses first: what is here is looked up for them alone, however many findings are open.
      select distinct f.finding_no, f.part_id, f.ordinal, f.about from names n
      join finding f on f.about = n.digest and f.state = 'open' and f.about <> '' and f.severity <> 'error'
    )
    select f.finding_no, f.part_id, f.ordinal from asked f where ${isPresent(sql`f.about`)}`.execute(trx)
  if (rows.length === 0) return false
  await settleFindings(
    trx,
    rows.map((row) => row.finding_no),
    at,
    'parent-came',
  )
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: at,
    actor: 'node',
    subject: 'finding',
    body: { decision: 'settled', reason: 'parent-came', findings: rows.map((row) => [row.part_id, row.ordinal]) },
  })
  return true
}
