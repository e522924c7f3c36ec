import { Readable } from 'node:stream'
import { zstdDecompressSync } from 'node:zlib'
import type { Tier } from '@huijiao/database'
import { publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import {
  addPublicKey,
  type Caller,
  createParticipant,
  defaultBodyLimits,
  type DeliveryAnswer,
  type DeliveryRequest,
  ensureLinks,
  type Forwarded,
  forwardLink,
  type Hub,
  receiveBody,
  receiveSubmission,
  type SendDelivery,
  sequenceLog,
} from '../src/index.ts'
import { openTestHub, project, type TestHub } from './test-hub.ts'

/** A lower node, its upstream, and the link between them, in one process and without HTTP. */
export interface Tiers {
  readonly lower: TestHub
  readonly upper: TestHub
  readonly linkNo: number
  readonly linkName: string
  /** The lower node as the upper one knows it. */
  readonly caller: Caller
  /** Hands a delivery to the upstream as its HTTP route would. */
  readonly send: SendDelivery
  close(): Promise<void>
}

const place: Record<Tier, { name: string; region: string }> = {
  national: { name: '000000', region: '000000' },
  provincial: { name: '370000', region: '370000' },
  municipal: { name: '370100', region: '370100' },
  county: { name: '370102', region: '370102' },
}

export const openTier = (tier: Tier): Promise<TestHub> => openTestHub({ ...place[tier], tier })

/** Enrols `lower` at `upper`, registers its key, and makes the link. */
export async function linkUp(
  lower: Hub,
  upper: Hub,
  regions: readonly string[] = [lower.node.region],
): Promise<{ linkNo: number; linkName: string; caller: Caller; send: SendDelivery }> {
  const participantId = `p-node-${lower.node.name}`
  await createParticipant(upper, 'operator:test', {
    participantId,
    kind: 'node',
    name: `${lower.node.name}（合成）`,
    regions,
    nodeName: lower.node.name,
  })
  const { keyId } = await addPublicKey(upper, 'operator:test', participantId, {
    keyId: lower.signingKey.keyId,
    algorithm: 'ed25519',
    publicKey: lower.signingKey.publicKey.toString('base64'),
  })
  const caller: Caller = { participantId, kind: 'node', name: lower.node.name, regions, nodeName: lower.node.name, keyId }
  const linkName = `to-${upper.node.name}`
  const [link] = await ensureLinks(lower, [
    { name: linkName, url: 'http://upstream.invalid', upstreamTier: upper.node.tier, upstreamName: upper.node.name },
  ])
  return { linkNo: (link as { link_no: number }).link_no, linkName, caller, send: (_link, request) => deliver(upper, caller, request) }
}

export async function openTiers(): Promise<Tiers> {
  const [lower, upper] = await Promise.all([openTier('municipal'), openTier('provincial')])
  const link = await linkUp(lower.hub, upper.hub)
  return { lower, upper, ...link, close: async () => void (await Promise.all([lower.close(), upper.close()])) }
}

/** What the upstream's route does with a request, and what the sender makes of the answer. */
export async function deliver(upper: Hub, caller: Caller, request: DeliveryRequest): Promise<DeliveryAnswer> {
  try {
    const claimed = Buffer.from(/^sha-256=:(.*):$/.exec(request.contentDigest)?.[1] ?? '', 'base64')
    const body = await receiveBody(Readable.from([request.body]), {
      contentType: request.contentType,
      contentEncoding: request.contentEncoding,
      claimedDigest: claimed,
      limits: defaultBodyLimits,
      spoolDir: upper.spoolDir,
    })
    const answer = await receiveSubmission(upper, {
      caller,
      body,
      mode: 'partial',
      dryRun: false,
      respondAsync: false,
      idempotencyKey: request.id,
      traceParent: request.traceparent,
      nonce: null,
    })
    if (answer.kind !== 'receipt') return { status: 202, body: Buffer.alloc(0), receiptVerified: false }
    return { status: 200, body: answer.receipt, receiptVerified: receiptHolds(upper, answer.receipt) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())), receiptVerified: false }
  }
}

function receiptHolds(upper: Hub, receipt: Buffer): boolean {
  const { signatures, ...signed } = JSON.parse(receipt.toString())
  const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(upper.signingKey.publicKey) }
  return verifyDocument(canonicalize(signed), signatures, () => key).verified.length === 1
}

/** Numbers what is pending and forwards until there is nothing left to do. @returns every step's end */
export async function forwardAll(hub: Hub, linkNo: number, send: SendDelivery, stepsMax = 200): Promise<Forwarded[]> {
  const steps: Forwarded[] = []
  await sequenceLog(hub)
  while (steps.length < stepsMax) {
    const step = await forwardLink(hub, linkNo, send)
    steps.push(step)
    if (step !== 'more') return steps
  }
  throw new Error(`the link did not come to rest within ${stepsMax} steps`)
}

export interface HeldVersion {
  readonly stream: string
  readonly record_id: string
  readonly entity: string
  readonly operation: string
  readonly epoch: number
  readonly n: number
  readonly commitment: string
  readonly state: string
}

/** Every version that a node holds, in the order in which it stored them. */
export async function versionsOf(hub: Hub): Promise<HeldVersion[]> {
  const rows = await hub.db
    .selectFrom('version')
    .innerJoin('source', 'source.source_no', 'version.source_no')
    .select(['origin', 'participant', 'record_id', 'entity', 'operation', 'epoch', 'n', 'commitment', 'state'])
    .orderBy('part_id')
    .orderBy('ordinal')
    .execute()
  return rows.map(({ origin, participant, commitment, ...row }) => ({
    stream: `${origin}/${participant}`,
    ...row,
    commitment: commitment.toString('hex'),
  }))
}

/** The uncompressed body of a request. */
export const decoded = (request: DeliveryRequest): Buffer => zstdDecompressSync(request.body)

/** A contract of project `sequence`, which it waits for. */
export function contract(sequence: number, over: Record<string, unknown> = {}) {
  const { PrjNum } = project(sequence) as { PrjNum: string }
  return {
    RecordNum: `${PrjNum}-HZ-001`,
    PrjNum,
    ContractNum: `HT-${sequence}`,
    ContractTypeNum: '301',
    ContractMoney: '31323.6',
    PrjSize: '总建筑面积135600平方米',
    ContractDate: '2024-05-17',
    PropietorCorpName: '示例置业有限公司（合成）',
    PropietorCorpCode: '91370199MA0XL03Q33',
    ContractorCorpName: '示例建设集团有限公司（合成）',
    ContractorCorpCode: '91370199MA0XL04X7A',
    CreateDate: '2024-05-18',
    ConPrjName: '示例花园一期（合成）',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '审示例',
    DataSource: '1',
    DataLevel: 'B',
    ...over,
  }
}

/** A project of another district than Lixia. */
export function inShizhong(sequence: number, over: Record<string, unknown> = {}) {
  const one = project(sequence) as { PrjNum: string }
  return { ...one, PrjNum: one.PrjNum.replace('370102', '370103'), CountyNum: '370103', ...over }
}
