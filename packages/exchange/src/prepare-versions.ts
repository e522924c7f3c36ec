import { readFile } from 'node:fs/promises'
import type { Tables } from '@huijiao/database'
import { coversRegion, publicKeyFromPem } from '@huijiao/identity'
import {
  canonicalize,
  parseCheckpoint,
  parseLogOrigin,
  rawPublicKey,
  recordLeafHash,
  type RecordIdentity,
  splitNote,
  verifierKey,
} from '@huijiao/merkle'
import { Problem, type ProblemCode, type ProblemDocument } from '@huijiao/problem'
import type { Kysely } from 'kysely'
import type { ReceivedBody } from './body.ts'
import { checkpointSigner, type CustodyStep, type NodeSeen, originOf, stepsReturned, verifyStep } from './custody.ts'
import type { ReceivedCustody } from './custody-store.ts'
import { ownParticipant } from './authority.ts'
import { authoritativeEntities } from './down-reader.ts'
import type { Caller, Hub } from './hub.ts'
import { judgeData, judgeWithoutData, problemOf, type WireContext } from './judge-version.ts'
import { contentMac } from './prepare-record.ts'
import type { PreparedRecord } from './prepared.ts'
import { newRecordId, parseRecordId } from './record-id.ts'
import { sourceNoOf } from './source.ts'
import type { StandardsInForce } from './standards.ts'
import { readVersionsBody } from './read-versions-body.ts'
import { deliveryIdOf, type VersionsEnvelope, type WireVersion } from './versions-body.ts'
import { openTexts } from './wire-texts.ts'

/** A delivery from a lower node, opened: what is proven, what is refused, and the proofs to keep. */
export interface VersionsBody {
  /** Made from the digest of the body, so that one id always means the same bytes. */
  readonly id: string
  /** The envelope as its canonical text. */
  readonly envelope: string
  readonly records: readonly PreparedRecord[]
  readonly custody: readonly ReceivedCustody[]
  /** Goes into the body of the part's log entry. */
  readonly entryBody: object
}

/**
 * Opens the body that a lower node sent: reads it strictly, proves each source entry against the sender's signed checkpoint, and judges each record
 * again by the standard and by what the sender may report. What fails for one record is that record's refusal; hostile input throws nothing but a Problem.
 * @throws Problem json-malformed, envelope-invalid, not-allowed (another node's envelope), signature-invalid (the checkpoint)
 */
export async function openVersions(hub: Hub, caller: Caller, body: ReceivedBody, standards: StandardsInForce): Promise<VersionsBody> {
  const bytes = body.bytes ?? (await readFile(body.path as string))
  const { envelope, entries } = readVersionsBody(bytes)
  const node = envelope.from.node
  if (caller.kind !== 'node' || caller.nodeName !== node) {
    throw new Problem('not-allowed', {
      zh: `信封称来自节点 ${node}，密钥属于 ${caller.nodeName ?? caller.participantId}`,
      en: `The envelope is from node ${node}, the key belongs to ${caller.nodeName ?? caller.participantId}`,
    })
  }
  const seen = envelope.checkpoint === null ? null : await checkCheckpoint(hub, caller, envelope, envelope.checkpoint)
  const context: WireContext = { hub, caller, standards, at: hub.clock.now() }
  const records: PreparedRecord[] = []
  const custody: ReceivedCustody[] = []
  for (const entry of entries) {
    const step: CustodyStep = { ...entry.custody, node, checkpoint: envelope.checkpoint as string, ...(seen === null ? {} : { seen }) }
    const identities = entry.versions.map(({ record }) => identityOfWire(record))
    let leaves: readonly Buffer[] = []
    const proven = verifyStep(step, identities, () => (leaves = identities.map(recordLeafHash)))
    const firstIndex = records.length
    for (const [position, version] of entry.versions.entries()) {
      records.push(
        proven
          ? await prepareVersion(context, version, records.length, leaves[position] as Buffer)
          : refuse(version, records.length, [unproven(records.length, step.index)]),
      )
    }
    if (!proven) continue
    // What comes back to the node that sent it is kept like what it had received: with the proofs of the nodes below it, not with its own.
    custody.push(...(caller.returnedBy === undefined ? [{ step, identities, firstIndex }] : stepsReturned(step, identities, firstIndex)))
  }
  return {
    id: deliveryIdOf(body.digest),
    envelope: canonicalize(envelope),
    records,
    custody,
    entryBody: {
      ...(caller.returnedBy === undefined ? {} : { returnedBy: caller.returnedBy }),
      delivery: { from: node, epoch: envelope.from.epoch, number: envelope.delivery, producedAt: envelope.producedAt },
    },
  }
}

/**
 * The lower node's keys in the form that opens notes, those that ended among them: a delivery that was stored before a key was replaced carries a checkpoint
 * that the one before signed, and is sent again as it is. Who vouches for it is the live key that signed the request.
 */
export async function verifierKeysOf(db: Kysely<Tables>, caller: Caller): Promise<string[]> {
  const keys = caller.nodeKeys ?? (await nodeKeysOf(db, caller.participantId))
  return keys.map((key) => verifierKey(caller.nodeName as string, rawPublicKey(publicKeyFromPem(key))))
}

async function nodeKeysOf(db: Kysely<Tables>, participantId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('participant_key')
    .select('public_key')
    .where('participant_id', '=', participantId)
    .where('kind', '=', 'ed25519')
    .execute()
  return rows.map((row) => row.public_key as string)
}

async function checkCheckpoint(hub: Hub, caller: Caller, envelope: VersionsEnvelope, note: string): Promise<NodeSeen> {
  const { node, epoch, region, tier } = envelope.from
  const signer = checkpointSigner(note, node, await verifierKeysOf(hub.db, caller))
  if (signer === null) {
    throw new Problem('signature-invalid', {
      zh: `已签名快照不是由节点 ${node} 登记的密钥签署的`,
      en: `No registered key of node ${node} signed the checkpoint`,
    })
  }
  let origin: ReturnType<typeof parseLogOrigin> = null
  try {
    origin = parseLogOrigin(parseCheckpoint(splitNote(note).text).origin)
  } catch {
    // What a node signed and is yet no checkpoint is answered like one of another log.
  }
  if (origin?.nodeName !== node || origin.epoch.number !== epoch.number || origin.epoch.id !== epoch.id) {
    throw new Problem(
      'envelope-invalid',
      { zh: '已签名快照与信封所写的节点或纪元不符', en: 'The checkpoint is of another node or epoch than the envelope says' },
      { pointer: '/checkpoint' },
    )
  }
  return { region, tier, verifierKey: signer }
}

export const identityOfWire = (record: WireVersion['record']): RecordIdentity => ({
  entity: record.entity,
  recordId: record.recordId,
  operation: record.operation,
  stream: record.stream,
  epoch: record.epoch,
  n: record.n,
  sourceVersion: record.sourceVersion,
  release: record.release,
  commitment: record.commitment,
})

function refuse({ record }: WireVersion, index: number, problems: readonly ProblemDocument[]): PreparedRecord {
  return { refused: { index, entity: record.entity, sourceId: record.sourceId, recordId: parseRecordId(record.recordId), problems } }
}

const unproven = (index: number, entry: number) =>
  problemOf('custody-invalid', index, {
    zh: `来源日志第 ${entry} 条的证明不成立`,
    en: `The proof of entry ${entry} of the source’s log does not verify`,
  })

/** Versions from other nodes are told apart by place and commitment, never by a digest of their texts. */
const notCompared = Buffer.alloc(16)

/** Judges one record of a proven source entry. */
async function prepareVersion(context: WireContext, version: WireVersion, index: number, leaf: Buffer): Promise<PreparedRecord> {
  const { hub } = context
  const { record } = version
  const refused = (code: ProblemCode, zh: string, en: string, more: Parameters<typeof problemOf>[3] = {}) =>
    refuse(version, index, [problemOf(code, index, { zh, en }, more)])
  const release = context.standards.releases.get(record.release)
  if (release === undefined)
    return refused('release-unknown', `本节点没有“${record.release}”版`, `This node does not serve release "${record.release}"`, {
      pointer: '/release',
      value: record.release,
    })
  const entity = release.entities.get(record.entity)
  if (entity === undefined)
    return refused('entity-unknown', `${record.release} 版没有 ${record.entity}`, `Release ${record.release} has no ${record.entity}`)
  const opened = openTexts(version)
  if (opened === null) return refused('custody-invalid', '文本与其内容承诺不符', 'The texts do not give the commitment')
  const origin = originOf(record.stream)
  const fault = context.caller.above === undefined ? null : faultFromAbove(context, record.entity, record.stream)
  if (fault !== null) return refused('origin-not-granted', fault.zh, fault.en, { pointer: '/stream', value: record.stream })
  if (context.caller.above === undefined && !originGranted(context.caller, origin)) {
    return refused(
      'origin-not-granted',
      `来源节点 ${origin} 不在 ${context.caller.regions.join('、')} 内`,
      `The origin node ${origin} is not in ${context.caller.regions.join(', ')}`,
      { pointer: '/stream', value: origin, allowed: context.caller.regions.join(', ') },
    )
  }
  if (context.caller.above === undefined && !coversRegion(context.caller.regions, record.reportingRegion)) {
    return refused(
      'region-not-granted',
      `${record.reportingRegion} 不在该节点获授权的区域内`,
      `${record.reportingRegion} is not in the regions granted to this node`,
      { value: record.reportingRegion, allowed: context.caller.regions.join(', ') },
    )
  }
  const judged = record.operation === 'upsert' ? judgeData(context, entity, version, opened, index) : judgeWithoutData(version, opened)
  if ('problems' in judged)
    return refuse(
      version,
      index,
      judged.problems.length > 0
        ? judged.problems
        : [problemOf('custody-invalid', index, { zh: '记录的文本不合其操作', en: 'The texts do not fit the operation' })],
    )
  const { open, named, sealed } = opened.stored
  const { attachments } = opened
  const recordId = parseRecordId(record.recordId) as string
  return {
    prepared: {
      index,
      entity: record.entity,
      operation: record.operation,
      recordId,
      freshRecordId: newRecordId(context.at),
      sourceNo: await sourceNoOf(hub.db, origin, record.stream.slice(origin.length + 1)),
      stream: record.stream,
      place: { epoch: record.epoch, n: record.n },
      sourceVersion: record.sourceVersion,
      release: record.release,
      open,
      named,
      sealed,
      attachments,
      salts: opened.salts,
      textHashes: opened.textHashes,
      commitment: opened.commitment,
      // What this node itself gave a number is compared again when its sender comes back with it.
      contentMac:
        context.caller.returnedBy !== undefined && origin === hub.node.name
          ? contentMac(hub, record.operation, record.release, { open, named, sealed, attachments })
          : notCompared,
      reportingRegion: record.reportingRegion,
      sourceId: record.sourceId,
      enteredBy: null,
      reason: record.reason,
      flags: record.flags,
      ...judged,
      // It is in force above: here it neither waits nor is reviewed.
      ...(context.caller.above === undefined ? {} : { state: 'accepted' as const, parents: [] }),
      problems: judged.warnings,
      leaf,
    },
  }
}

/** A lower node forwards its own records, and those of nodes inside its regions, whose names begin with their region's code. */
export function originGranted(caller: Caller, origin: string): boolean {
  if (origin === caller.nodeName) return true
  const region = /^\d{6}/.exec(origin)?.[0]
  return region !== undefined && coversRegion(caller.regions, region)
}

/** What an upstream may not hand down: what belongs to this node and those below it, and what does not count here by authority. */
function faultFromAbove({ hub }: WireContext, entity: string, stream: string): { zh: string; en: string } | null {
  const origin = originOf(stream)
  const region = /^\d{6}/.exec(origin)?.[0]
  if (origin === hub.node.name || (region !== undefined && coversRegion([hub.node.region], region)))
    return {
      zh: `${origin} 在本节点辖区内，其记录不从上级来`,
      en: `${origin} lies in this node’s region: its records do not come from above`,
    }
  if (stream.endsWith(`/${ownParticipant}`) || authoritativeEntities(hub).includes(entity)) return null
  return { zh: `${entity} 不以上级为准`, en: `For ${entity} the level above does not count more` }
}
