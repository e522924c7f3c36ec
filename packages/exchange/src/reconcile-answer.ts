import { createPublicKey } from 'node:crypto'
import { rawPublicKey } from '@huijiao/identity'
import { answerStatements, certificateRoot, digestText, itemOperations, type RangeSource } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { sql } from 'kysely'
import type { Caller, Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { countersign, groupsOf, keepCertificate, readCertificate, signedByLower } from './reconcile-certificate.ts'
import { catchUpSets, freshen, untilNumbered } from './reconcile-reader.ts'
import { scrubSet } from './reconcile-scrub.ts'
import { type SetName, setNoOf } from './reconcile-set.ts'
import { databaseSource } from './reconcile-source.ts'
import {
  type DescribedItem,
  readCompare,
  readDescribe,
  type ReconcileAnswer,
  type ReconcileRequest,
  writeStatement,
} from './reconcile-wire.ts'

/**
 * Answers a lower node that compares what it delivered with what this node stored from it. Keeps nothing between two requests: the sender says in
 * each where its set ends.
 * @throws Problem not-allowed, parameter-invalid
 */
export async function answerReconcile(hub: Hub, caller: Caller, request: ReconcileRequest): Promise<ReconcileAnswer> {
  if (caller.kind !== 'node' || caller.nodeName === null)
    throw new Problem('not-allowed', { zh: '只有下级节点可以对账', en: 'Only lower nodes reconcile' })
  const name: SetName = { side: 'down', peer: caller.participantId }
  const setNo = await setNoOf(hub.db, name)
  const { name: node, region, tier } = hub.node
  const answer = { reconcile: 1 as const, node, region, tier }
  if (request.compare !== undefined) {
    const statements = readCompare(request.compare)
    // A comparison begins: the log is read to its end, and the set is held against the versions themselves.
    if (statements.some((one) => one.range === '')) await beginComparison(hub, name, setNo)
    const source = databaseSource(hub.db, setNo, request.cut)
    return { ...answer, statements: (await answerStatements(source, statements)).map(writeStatement) }
  }
  if (request.describe !== undefined) return { ...answer, described: await describeItems(hub, setNo, readDescribe(request.describe)) }
  if (request.certificate === undefined)
    throw new Problem('parameter-invalid', {
      zh: '请求须有 compare、describe、certificate 之一',
      en: 'A request has one of compare, describe and certificate',
    })
  const source = databaseSource(hub.db, setNo, request.cut)
  return { ...answer, certificate: await certify(hub, caller, setNo, request, source) }
}

async function beginComparison(hub: Hub, name: SetName, setNo: number): Promise<void> {
  await untilNumbered(hub)
  await catchUpSets(hub)
  await scrubSet(hub, name)
  await freshen(hub, setNo)
}

interface ItemRow {
  readonly id: Buffer
  readonly value: Buffer
  readonly entity: string
  readonly record_id: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly source_epoch: number
  readonly log_index: number
}

async function describeItems(hub: Hub, setNo: number, wanted: readonly { range: string; id: Buffer }[]): Promise<DescribedItem[]> {
  const described: DescribedItem[] = []
  for (const { range, id } of wanted) {
    const [period = '', entity = ''] = range.split('/')
    const { rows } = await sql<ItemRow>`
      select i.id, i.value, v.entity, v.record_id, s.origin || '/' || s.participant as stream, v.epoch, v.n, i.epoch as source_epoch, i.log_index
      from reconcile_group g
      join reconcile_item i on i.group_no = g.group_no and i.bucket = ${((id[0] as number) << 4) | ((id[1] as number) >> 4)}::int4 and i.id = ${id}
      join version v on v.part_id = i.part_id and v.ordinal = i.ordinal join source s using (source_no)
      where g.set_no = ${setNo} and g.period = ${period} and g.entity = ${entity}`.execute(hub.db)
    for (const row of rows)
      described.push({
        id: id.toString('base64'),
        entity: row.entity,
        recordId: publicRecordId(row.record_id),
        stream: row.stream,
        epoch: row.epoch,
        n: row.n,
        operation: itemOperations[row.value[0] as 0 | 1 | 2],
        commitment: digestText(row.value.subarray(1)),
        source: { epoch: row.source_epoch, index: row.log_index },
      })
  }
  return described
}

/** Signs what the lower node says when it is true of this node's set, too. */
async function certify(
  hub: Hub,
  caller: Caller,
  setNo: number,
  request: ReconcileRequest,
  source: RangeSource,
): Promise<Record<string, unknown> | null> {
  const proposed = readCertificate(request.certificate)
  const wrong = (zh: string, en: string): never => {
    throw new Problem('parameter-invalid', { zh, en }, { pointer: '/certificate' })
  }
  if (proposed === null) return wrong('certificate 不是一致性证明', 'certificate is no equality certificate')
  if (proposed.lower.node !== caller.nodeName || proposed.upper.node !== hub.node.name)
    return wrong('证明所写的节点与双方不符', 'The certificate names other nodes')
  if (proposed.upper.tier !== hub.node.tier || proposed.upper.region !== hub.node.region)
    return wrong('证明所写的上级层级或区划不符', 'The certificate gives this node another tier or region')
  if (proposed.run !== request.run || proposed.cut.epoch !== request.cut.epoch || proposed.cut.index !== request.cut.index)
    return wrong('证明与请求的对账编号或截止位置不符', 'The certificate is of another run or cut than the request')
  if (Math.abs(new Date(proposed.madeAt).getTime() - hub.clock.now().getTime()) > 3_600_000 || proposed.signatures.length !== 1)
    return wrong('证明的时间或签名数不对', 'The instant or the number of signatures is wrong')
  if (!signedByLower(proposed, await keysOfNode(hub, caller))) {
    throw new Problem('signature-invalid', {
      zh: `证明不是由节点 ${caller.nodeName} 登记的密钥签署的`,
      en: `No registered key of node ${caller.nodeName} signed the certificate`,
    })
  }
  const own = await groupsOf(source)
  if (JSON.stringify(own) !== JSON.stringify(proposed.groups)) return null
  const count = own.reduce((sum, [, , of]) => sum + of, 0)
  if (proposed.count !== count || proposed.root !== digestText(certificateRoot(own)))
    return wrong('证明的条数或根摘要与各组不符', 'Count or root of the certificate do not follow from its groups')
  const signed = countersign(hub, proposed)
  await keepCertificate(hub, setNo, caller.participantId, signed)
  return signed as unknown as Record<string, unknown>
}

async function keysOfNode(hub: Hub, caller: Caller): Promise<Map<string, Buffer>> {
  const rows = await hub.db
    .selectFrom('participant_key')
    .select(['key_id', 'public_key'])
    .where('participant_id', '=', caller.participantId)
    .where('kind', '=', 'ed25519')
    .where('revoked_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.key_id, rawPublicKey(createPublicKey(row.public_key as string))]))
}
