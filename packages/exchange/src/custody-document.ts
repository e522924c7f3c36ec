import { type CustodyDocument, type CustodyText, parseCheckpoint, parseLogOrigin, splitNote, textHash } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type CustodyStep, stepsOfRecord } from './custody.ts'
import { loadCustody } from './custody-store.ts'
import { ownStep, tileReader } from './own-step.ts'
import { identityOf, loadVersions, textsOf, type VersionRow } from './version-rows.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { detachedLeaf, mustBeAttached } from './log-range.ts'
import { ownSigner, statementsOf } from './node-key.ts'
import { saltAt } from './prepare-record.ts'
import { headOf, inForceOf, streamsOfRecord, versionsOfStream } from './record.ts'
import { textsMustBeHere } from './version-range.ts'

export interface CustodyQuery {
  /** Number of the version in its stream; the one in force (else the latest) when absent. */
  readonly version?: number
  /** `<origin>/<participant>`, when several write the record. */
  readonly stream?: string
  /** Also the sealed text, by right. */
  readonly unmask?: boolean
}

/**
 * The chain of custody of one version of a record as one document: from this node's log down to the log of the node where it entered. It is
 * verified without this node, against the nodes' public keys (`verifyCustody` of packages/merkle, `huijiao verify`).
 * @throws Problem not-found; not-ready when the version's entry has no index yet; log-range-detached when the entry is kept elsewhere,
 *   version-range-detached when the version's texts are
 */
export async function custodyDocument(hub: Hub, recordId: string, query: CustodyQuery = {}): Promise<CustodyDocument> {
  const chosen = await chooseVersion(hub, recordId, query)
  const head = await readLogHead(hub.db)
  if (head === null || chosen.log_index === null || chosen.log_index >= head.size) {
    throw new Problem('not-ready', {
      zh: '该版本刚刚入库，尚未编入日志，请稍候再取',
      en: 'The version was stored a moment ago and is not in the log yet; ask again',
    })
  }
  textsMustBeHere(chosen)
  const { part_id: partId, ordinal } = chosen
  const rows = (await loadVersions(hub.db, [[chosen.log_index, partId, [ordinal]]])).get(partId) ?? []
  const entry = await hub.db
    .selectFrom('log_entry')
    .select(['leaf', 'body', 'body_salt'])
    .where('index', '=', chosen.log_index)
    .executeTakeFirstOrThrow()
  if (entry.leaf === detachedLeaf) await mustBeAttached(hub.db, chosen.log_index)
  const custody = (await loadCustody(hub.db, [partId])).get(partId) ?? []
  const step = await ownStep(
    hub,
    {
      index: chosen.log_index,
      rows,
      ordinals: [ordinal],
      tombstones: new Set(),
      entry: { leaf: entry.leaf, body: entry.body as string, salt: entry.body_salt as Buffer },
      custody,
    },
    { size: head.size, note: head.note },
    await tileReader(hub.db, [chosen.log_index], head.size),
  )
  const identity = identityOf(rows[ordinal] as (typeof rows)[number])
  const steps = stepsOfRecord(step, [identity], 0)
  const edge = steps.at(-1) as CustodyStep
  const own = await ownSigner(hub, head.note)
  const keys = await statementsOf(
    hub.db,
    steps.map((one) => one.node),
  )
  return {
    custody: 1,
    record: identity,
    content: contentOf(hub, rows[ordinal] as VersionRow, query.unmask === true),
    steps: steps.map((one) => documentStep(hub, one, own)),
    evidence: await evidenceOf(hub, edge, chosen),
    ...(keys.length === 0 ? {} : { keys }),
  }
}

async function chooseVersion(hub: Hub, recordId: string, query: CustodyQuery) {
  const streams = (await streamsOfRecord(hub.db, recordId)).filter(
    (stream) => query.stream === undefined || `${stream.origin}/${stream.participant}` === query.stream,
  )
  const stream = inForceOf(hub, streams) ?? headOf(streams)
  const versions = stream === null ? [] : await versionsOfStream(hub.db, stream)
  const at =
    stream?.force_part == null
      ? { part: stream?.head_part, ordinal: stream?.head_ordinal }
      : { part: stream.force_part, ordinal: stream.force_ordinal }
  const found =
    query.version === undefined
      ? versions.find((one) => one.part_id === at.part && one.ordinal === at.ordinal)
      : versions.find((one) => one.n === query.version)
  if (found === undefined) throw new Problem('not-found', { zh: '没有此版本', en: 'There is no such version' })
  return found
}

/** The texts that the caller may see with their salts, and the bare hashes of the others. */
function contentOf(hub: Hub, version: VersionRow, unmask: boolean): CustodyDocument['content'] {
  const told = (text: string | null, at: 0 | 1 | 2 | 3): CustodyText =>
    text === null ? erased(version, at) : { salt: saltAt(version.salts, at).toString('hex'), text }
  const { s: sealed, a: attachments } = textsOf(hub, version)
  return {
    open: told(version.open_text, 0),
    named: told(version.named_text, 1),
    sealed: sealed === null ? erased(version, 2) : unmask ? told(sealed, 2) : { hash: sealedHash(version, sealed) },
    ...(version.salts.length > 48 ? { attachments: told(attachments, 3) } : {}),
  }
}

function erased(version: VersionRow, at: 0 | 1 | 2 | 3): CustodyText {
  const hash = version.text_hashes?.subarray(at * 32, at * 32 + 32)
  return hash === undefined || hash.every((byte) => byte === 0) ? null : { hash: hash.toString('hex') }
}

const sealedHash = (version: VersionRow, text: string): string => textHash(saltAt(version.salts, 2), text).toString('hex')

/** @param signer verifier key of this node that signed its latest checkpoint */
function documentStep(hub: Hub, step: CustodyStep, signer: string): CustodyDocument['steps'][number] {
  const origin = parseLogOrigin(parseCheckpoint(splitNote(step.checkpoint).text).origin)
  const own = step.node === hub.node.name
  const seen = own ? { region: hub.node.region, tier: hub.node.tier, verifierKey: signer } : step.seen
  const ordinal = step.ordinals?.[0] ?? 0
  const operation = step.operations?.[ordinal]
  return {
    node: { name: step.node, region: seen?.region ?? '', tier: seen?.tier ?? '', epoch: origin?.epoch ?? { number: 0, id: '' } },
    verifierKey: seen?.verifierKey ?? '',
    checkpoint: step.checkpoint,
    entry: { index: step.index, leaf: step.leaf, body: step.body, bodySalt: step.bodySalt, inclusion: step.inclusion },
    part: { size: step.size, ordinal, path: step.proof, ...(operation === undefined ? {} : { operation }) },
  }
}

/**
 * What the first hop rests on: the edge node's signed log entry names the submission and its digest; at the edge itself the signed receipt is
 * added. A participant's own signature proves a single record only while the raw body is kept, so it is not claimed here.
 */
async function evidenceOf(
  hub: Hub,
  edge: CustodyStep,
  version: { readonly submission_id: string; readonly submission_participant: string },
): Promise<object> {
  const { submission } = JSON.parse(edge.body) as { submission?: unknown }
  const common = { kind: 'node-signed', node: edge.node, submission: submission ?? null }
  if (edge.node !== hub.node.name) return common
  const row = await hub.db
    .selectFrom('submission')
    .select('receipt')
    .where('id', '=', version.submission_id)
    .where('participant_id', '=', version.submission_participant)
    .executeTakeFirst()
  return { ...common, receipt: row?.receipt == null ? null : (JSON.parse(row.receipt.toString()) as unknown) }
}
