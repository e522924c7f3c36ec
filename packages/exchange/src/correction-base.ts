import type { Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import type { Transaction } from 'kysely'
import { correctedFields, ownParticipant, tierOfName } from './authority.ts'
import { correctedBy, correctsFlag, mayCorrect, type StreamView } from './authority-read.ts'
import type { CorrectionInput } from './correction.ts'
import type { Caller, Hub } from './hub.ts'
import { prepareRecord } from './prepare-record.ts'
import { copyOfPrepared, type PreparedRecord } from './prepared.ts'
import { publicRecordId } from './record-id.ts'
import { type RecordStream, type VersionRow, versionsOfStream } from './record.ts'
import { textsMustBeHere } from './version-range.ts'

type Data = Record<string, unknown>

export const notPossible = (zh: string, en: string) => new Problem('correction-not-possible', { zh, en })

/** The source's version that is corrected: the one in force in its stream, or its head where nothing is in force yet. */
export async function findTarget(
  trx: Transaction<Tables>,
  hub: Hub,
  streams: readonly RecordStream[],
  commitment: Buffer,
): Promise<VersionRow> {
  for (const stream of streams) {
    const versions = await versionsOfStream(trx, stream)
    const found = versions.find((version) => version.commitment.equals(commitment) && version.operation === 'upsert')
    if (found === undefined) continue
    // Who names a correction means what it corrects, as far as it is known here.
    const further = correctedBy(found.flags)
    if (further !== null)
      return await findTarget(
        trx,
        hub,
        streams.filter((one) => one !== stream),
        further,
      )
    if (!mayCorrect(hub.node.tier, stream.origin))
      throw notPossible(
        `该版本来自上级节点 ${stream.origin}，须由上级更正`,
        `The version is from ${stream.origin}, a node of a higher tier (${tierOfName(stream.origin) ?? 'unknown'}), and is corrected there`,
      )
    const [part, ordinal] = [stream.force_part ?? stream.head_part, stream.force_ordinal ?? stream.head_ordinal]
    if (found.part_id !== part || found.ordinal !== ordinal)
      throw notPossible('来源已有更新的版本，请重新读取记录', 'The source has sent a newer version; read the record again')
    textsMustBeHere(found)
    if (found.open_text === null) throw notPossible('该版本的内容不在本节点', 'The content of the version is not here')
    return found
  }
  throw new Problem(
    'parameter-invalid',
    { zh: '该记录没有这一 commitment 的版本', en: 'The record has no version of this commitment' },
    { pointer: '/corrects' },
  )
}

/** @throws Problem correction-not-possible when the sealed text was committed to but never came here */
export function openSealed(hub: Hub, version: VersionRow): string | null {
  if (version.sealed_text !== null) return hub.sealer.open(version.sealed_text, version.commitment)
  if (version.text_hashes?.subarray(64, 96).some((byte) => byte !== 0) === true)
    throw notPossible(
      '该记录的密封字段不在本节点，不能由本节点更正',
      'The sealed fields of the record are not here, so it cannot be corrected here',
    )
  return null
}

/** The source's record with what stands corrected already, and with the new fields laid over it. */
export function mended(before: Data, standing: readonly StreamView[], sourceNo: number, fields: Readonly<Record<string, unknown>>): Data {
  const own = standing.find((view) => view.sourceNo === sourceNo && view.corrects !== undefined)
  const kept = own === undefined ? [] : correctedFields(own).map((field): [string, unknown] => [field, own.data[field] ?? null])
  const data: Data = { ...before, ...Object.fromEntries(kept), ...fields }
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null && value !== undefined))
}

export function prepareCorrection(
  hub: Hub,
  release: Release,
  target: VersionRow,
  sourceNo: number,
  data: Data,
  input: CorrectionInput,
): PreparedRecord {
  if (release.entities.get(target.entity)?.key.length === 0)
    throw notPossible(
      `${target.entity} 以报送方的行编号为键，须由报送方更正`,
      `${target.entity} is keyed by its sender's row number, so its sender corrects it`,
    )
  // The record was granted when it entered; whoever corrects it is not a business system of one region.
  const caller: Caller = {
    participantId: ownParticipant,
    kind: 'system',
    name: ownParticipant,
    regions: [target.reporting_region, '000000'],
    nodeName: null,
    keyId: hub.signingKey.keyId,
  }
  const value = {
    entity: target.entity,
    operation: 'upsert',
    sourceId: target.source_id ?? publicRecordId(target.record_id),
    data,
    reason: input.reason,
  }
  const context = { hub, release, caller, sourceNo, stream: `${hub.node.name}/${ownParticipant}`, at: hub.clock.now() }
  const prepared = prepareRecord(context, { index: 0, byteFrom: 0, byteTo: 0, content: { value } })
  if ('refused' in prepared) return prepared
  if (prepared.prepared.keyDigest?.equals(target.key_digest) !== true)
    throw notPossible(
      '更正不能改动业务主键；编号变更请登记编号关系',
      'A correction cannot change the business key; a number that changed is a succession',
    )
  // A person has looked: what is only doubtful counts, and what is locked for business systems is changed by this very act.
  return { prepared: copyOfPrepared(prepared.prepared, { state: 'accepted', onChange: 'update', flags: [correctsFlag(input.corrects)] }) }
}
