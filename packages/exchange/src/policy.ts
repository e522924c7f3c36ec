import type { Tables } from '@huijiao/database'
import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { parsePolicy, type Policy } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import { loadVersions, type VersionRow } from './version-rows.ts'
import { lockReader, setReader } from './held.ts'
import { lockPlace } from './reader.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry, readLogHead } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { judgeFor, policyInForce, servedWith } from './policy-in-force.ts'
import { dataOf } from './qualify.ts'
import { decidedKeys } from './sent-up.ts'

export interface LoadedPolicy {
  /** `<id>@<version>` of the document. */
  readonly policyId: string
  /** False when exactly this document was loaded before. */
  readonly changed: boolean
}

/**
 * Puts a policy in force. The change is an entry, and a reader of the log (`requalify`) then looks again at what the links passed over under the old one.
 * @throws Problem parameter-invalid when the document is no policy that can be used, or its id and version stand for another document already
 */
export async function loadPolicy(hub: Hub, actor: string, document: unknown): Promise<LoadedPolicy> {
  const policy = parse(hub, document)
  const policyId = `${policy.id}@${policy.version}`
  const text = JSON.stringify(document)
  const other = () =>
    new Problem('parameter-invalid', {
      zh: `策略 ${policyId} 已有另一内容，请递增 version`,
      en: `Policy ${policyId} stands for another document already; raise its version`,
    })
  const builtIn = [...servedWith(hub.standards())].find(({ policy: own }) => `${own.id}@${own.version}` === policyId)?.policy
  if (builtIn !== undefined && canonicalize(builtIn) !== canonicalize(document)) throw other()
  const changed = await hub.db.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('policy').select('document').where('policy_id', '=', policyId).executeTakeFirst()
    if (known !== undefined) {
      if (known.document === text) return false
      throw other()
    }
    const at = hub.clock.now()
    await trx
      .insertInto('policy')
      .values({ policy_id: policyId, document: text, loaded_at: await afterTheLast(trx, at), in_force_from: null })
      .execute()
    await addPendingEntry(trx, {
      kind: 'policy',
      instant: at,
      actor,
      subject: policyId,
      body: { policy: policyId, digest: digestText(sha256(Buffer.from(text))) },
    })
    return true
  })
  if (changed) hub.onPending()
  return { policyId, changed }
}

function parse(hub: Hub, document: unknown): Policy {
  try {
    return parsePolicy(document, servedWith(hub.standards()))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Problem('parameter-invalid', { zh: `策略不能使用：${why}`, en: `The policy cannot be used: ${why}` }, { cause: error })
  }
}

/** Two policies loaded within one tick of the clock still have an order. */
async function afterTheLast(trx: Transaction<Tables>, at: Date): Promise<Date> {
  const last = await trx.selectFrom('policy').select('loaded_at').orderBy('loaded_at', 'desc').limit(1).forUpdate().executeTakeFirst()
  return last === undefined || last.loaded_at < at ? at : new Date(last.loaded_at.getTime() + 1)
}

const readerName = 'policy'
const pageMax = 1000

/** Where a scan of one link's skips stands, for the policy entry that the reader is at. */
const scanName = (linkNo: number) => `policy/link/${linkNo}`

/**
 * Reads entries of the sequenced log that change what qualifies (a policy, a link's selection) and judges the skips of the links again; what qualifies now is named in `requalified` entries of at most
 * 1,000 versions, by which the link takes it up. Stops and goes on anywhere: a version named twice is taken up once.
 * @returns true when there is more to do
 */
export async function requalify(hub: Hub): Promise<boolean> {
  const step = await hub.db.transaction().execute(async (trx): Promise<'idle' | 'moved' | { index: number; link: string | null }> => {
    const cursor = await lockReader(trx, readerName)
    const size = (await readLogHead(trx))?.size ?? 0
    const entry = await trx
      .selectFrom('log_entry')
      .select(['index', 'kind', 'subject'])
      .where((one) => one.or([one('kind', '=', 'policy'), one.and([one('kind', '=', 'link'), one('body', 'like', '%"action":"select"%')])]))
      .where('index', '>=', cursor)
      .where('index', '<', size)
      .orderBy('index')
      .limit(1)
      .executeTakeFirst()
    if (entry === undefined) {
      if (size > cursor) await setReader(trx, readerName, size)
      return 'idle'
    }
    if (entry.kind === 'policy')
      await trx
        .updateTable('policy')
        .set({ in_force_from: entry.index })
        .where('policy_id', '=', entry.subject ?? '')
        .where('in_force_from', 'is', null)
        .execute()
    return { index: entry.index, link: entry.kind === 'link' ? entry.subject : null }
  })
  if (typeof step === 'string') return step === 'moved'
  const all = await hub.db.selectFrom('link').selectAll().orderBy('link_no').execute()
  // Another selection concerns its own link alone.
  const links = all.filter((link) => step.link === null || link.name === step.link)
  for (const link of links) {
    if (await requalifyPage(hub, link, step.index)) return true
  }
  await hub.db.transaction().execute(async (trx) => {
    if ((await lockReader(trx, readerName)) > step.index) return
    await setReader(trx, readerName, step.index + 1)
    await trx
      .deleteFrom('reader')
      .where('name', 'in', links.length === 0 ? [''] : links.map((link) => scanName(link.link_no)))
      .execute()
  })
  return true
}

interface SkipPlace {
  readonly part_id: number
  readonly ordinal: number
  readonly log_index: number
}

/**
 * Judges one page of a link's skips. Under the lock of the link's row: a delivery that was being built with the old policy has committed its skips by
 * then, and one that is built later reads the new policy.
 * @returns true when there may be more
 */
async function requalifyPage(hub: Hub, link: LinkRow, policyIndex: number): Promise<boolean> {
  const result = await hub.db.transaction().execute(async (trx) => {
    await trx.selectFrom('link').select('link_no').where('link_no', '=', link.link_no).forUpdate().execute()
    const from = await lockPlace(trx, scanName(link.link_no))
    if (from > policyIndex) return { more: false, named: 0 }
    const { policy } = await policyInForce(hub, trx)
    const rows = await skipsFrom(trx, link.link_no, from, policyIndex)
    const named = await nowQualifying(trx, link, rows, policy)
    if (named.length > 0) {
      await addPendingEntry(trx, {
        kind: 'requalified',
        instant: hub.clock.now(),
        actor: 'node',
        subject: link.name,
        body: { policy: `${policy.id}@${policy.version}`, link: link.name, versions: named },
      })
    }
    const last = rows.at(-1)
    await setReader(trx, scanName(link.link_no), last === undefined ? policyIndex + 1 : last.log_index + 1)
    return { more: true, named: named.length }
  })
  if (result.named > 0) hub.onPending()
  return result.more
}

/** The skips of whole entries from one log index on, up to about a page. */
async function skipsFrom(trx: Transaction<Tables>, linkNo: number, from: number, before: number): Promise<SkipPlace[]> {
  const { rows } = await sql<SkipPlace>`
    select part_id, ordinal, log_index from skip
    where link_no = ${linkNo} and log_index >= ${from} and log_index < ${before}
      and log_index <= coalesce((select log_index from skip where link_no = ${linkNo} and log_index >= ${from} and log_index < ${before} order by log_index offset ${pageMax - 1} limit 1), ${before}::int8)
    order by log_index, part_id, ordinal`.execute(trx)
  return rows
}

async function nowQualifying(
  trx: Transaction<Tables>,
  link: LinkRow,
  rows: readonly SkipPlace[],
  policy: Policy,
): Promise<[number, number][]> {
  if (rows.length === 0) return []
  const judge = judgeFor(policy, link)
  const items = [...Map.groupBy(rows, (row) => row.part_id)].map(([partId, list]) => [0, partId, list.map((one) => one.ordinal)] as const)
  const parts = await loadVersions(trx, items)
  const judged = rows.flatMap(({ part_id, ordinal }) => {
    const row = parts.get(part_id)?.[ordinal] as VersionRow
    if (row.operation !== 'upsert' || row.state === 'superseded') return []
    const subject = { entity: row.entity, state: row.state, data: () => dataOf(row) }
    return [{ row, subject, verdict: judge(subject) }]
  })
  const decided = await decidedKeys(
    trx,
    judged.flatMap(({ row, verdict }) => (!verdict.qualifies && verdict.byDecision === true ? [row.key_digest] : [])),
  )
  return judged.flatMap(({ row, subject, verdict }): [number, number][] => {
    const now = decided.has(row.key_digest.toString('hex')) ? judge({ ...subject, decided: true }) : verdict
    return now.qualifies ? [[row.part_id, row.ordinal]] : []
  })
}

/** The policies ever loaded, newest first, without their documents. */
export async function listPolicies(db: Kysely<Tables>) {
  return await db.selectFrom('policy').select(['policy_id', 'loaded_at', 'in_force_from']).orderBy('loaded_at', 'desc').execute()
}
