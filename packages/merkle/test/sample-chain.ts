import { createPrivateKey, type KeyObject } from 'node:crypto'
import {
  appendLeaf,
  canonicalize,
  commitment,
  digestText,
  emptyRange,
  formatCheckpoint,
  inclusionProof,
  leafHash,
  logLeafText,
  logOrigin,
  partMultiproof,
  rangeRoot,
  rawPublicKey,
  recordLeafHash,
  sha256,
  signNote,
  textHash,
  treeRoot,
  verifierKey,
  type CustodyDocument,
  type CustodyStep,
  type Epoch,
  type RecordIdentity,
} from '../src/index.ts'
import { plainTiles } from './reference.ts'

/** Bytes that look random and are always the same: SHA-256 of a label. For vectors and tests only; real salts and keys are random. */
export function labelled(label: string, bytes = 16): Buffer {
  return sha256(Buffer.from(`huijiao vector: ${label}`)).subarray(0, bytes)
}

/** An Ed25519 key made from its 32-byte seed. */
export function keyFromSeed(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

export interface SampleNode {
  readonly name: string
  readonly region: string
  readonly tier: string
  readonly epoch: Epoch
  readonly seed: Buffer
  readonly keyObject: KeyObject
  readonly verifierKey: string
}

function sampleNode(name: string, region: string, tier: string, number: number): SampleNode {
  const seed = labelled(`key of ${name}`, 32)
  const keyObject = keyFromSeed(seed)
  return {
    name,
    region,
    tier,
    epoch: { number, id: labelled(`epoch of ${name}`, 8).toString('hex') },
    seed,
    keyObject,
    verifierKey: verifierKey(name, rawPublicKey(keyObject)),
  }
}

/** Three nodes, from the nation down to the city. */
export const sampleNodes: readonly SampleNode[] = [
  sampleNode('000000.example', '000000', 'national', 1),
  sampleNode('370000.example', '370000', 'provincial', 1),
  sampleNode('370100.example', '370100', 'municipal', 2),
]
export const edgeNode = sampleNodes[2] as SampleNode

export interface SampleTexts {
  readonly open: string | null
  readonly named: string | null
  readonly sealed: string | null
}

export const sampleTexts: SampleTexts = {
  open: canonicalize({ PrjNum: '3701022609010101', PrjName: '示例花园（合成）', AllInvest: '18600.5', CountyNum: '370102' }),
  named: canonicalize({ PersonName: '王示例' }),
  sealed: null,
}

/** Hashes and commitment of a version's texts under salts made from `label`. */
export function commit(texts: SampleTexts, label: string) {
  const salts = { open: labelled(`${label} open`), named: labelled(`${label} named`), sealed: labelled(`${label} sealed`) }
  const hash = (part: keyof SampleTexts): Buffer | null => (texts[part] === null ? null : textHash(salts[part], texts[part]))
  const hashes = { open: hash('open'), named: hash('named'), sealed: hash('sealed') }
  return { salts, hashes, commitment: digestText(commitment(hashes)) }
}

/** Identity number `i` of the sample part. */
export function sampleIdentity(i: number, change: Partial<RecordIdentity> = {}): RecordIdentity {
  return {
    entity: 'TBProjectInfo',
    recordId: `r_${labelled(`record ${i}`).toString('hex')}`,
    operation: 'upsert',
    stream: `${edgeNode.name}/p-7k2`,
    epoch: edgeNode.epoch.number,
    n: 1,
    sourceVersion: i % 2 === 0 ? i : null,
    release: '2018',
    commitment: commit(sampleTexts, `record ${i}`).commitment,
    ...change,
  }
}

/** One node's step: a log of `logSize` entries, the record's part at `index`, the record at `ordinal` of `partSize`. */
export async function sampleStep(
  node: SampleNode,
  identity: RecordIdentity,
  place: { logSize: number; index: number; partSize: number; ordinal: number },
): Promise<CustodyStep> {
  const { logSize, index, partSize, ordinal } = place
  const part = Array.from({ length: partSize }, (_, i) => recordLeafHash(i === ordinal ? identity : sampleIdentity(100 + i)))
  const bodySalt = labelled(`body ${index} of ${node.name}`)
  const body = canonicalize({ actor: 'participant:p-7k2', part: 0, root: digestText(treeRoot(part)), versions: partSize })
  const leaves = Array.from({ length: logSize }, (_, i) =>
    i === index
      ? logLeafText('part', '2026-09-01T01:30:02.114Z', bodySalt, body)
      : logLeafText('policy', '2026-09-01T01:00:00.000Z', labelled(`other ${i}`), '{}'),
  )
  const hashes = leaves.map((leaf) => leafHash(leaf))
  const range = emptyRange()
  for (const hash of hashes) appendLeaf(range, hash)
  const text = formatCheckpoint({ origin: logOrigin(node.name, node.epoch), size: logSize, root: rangeRoot(range), extensions: [] })
  const inclusion = await inclusionProof(index, logSize, plainTiles(hashes))
  return {
    node: { name: node.name, region: node.region, tier: node.tier, epoch: node.epoch },
    verifierKey: node.verifierKey,
    checkpoint: signNote(text, node),
    entry: {
      index,
      leaf: leaves[index] as string,
      body,
      bodySalt: bodySalt.toString('hex'),
      inclusion: inclusion.map((hash) => hash.toString('base64')),
    },
    part: { size: partSize, ordinal, path: partMultiproof(part, [ordinal]).map((hash) => hash.toString('base64')) },
  }
}

/** A whole custody document of three steps, the nation first. */
export async function sampleCustody(): Promise<CustodyDocument> {
  const record = sampleIdentity(1)
  const { salts, hashes } = commit(sampleTexts, 'record 1')
  const places = [
    { logSize: 5, index: 4, partSize: 1, ordinal: 0 },
    { logSize: 13, index: 6, partSize: 3, ordinal: 2 },
    { logSize: 300, index: 257, partSize: 7, ordinal: 5 },
  ]
  const steps = await Promise.all(sampleNodes.map((node, i) => sampleStep(node, record, places[i] as (typeof places)[number])))
  return {
    custody: 1,
    record,
    content: {
      open: { salt: salts.open.toString('hex'), text: sampleTexts.open as string },
      named: { hash: (hashes.named as Buffer).toString('hex') },
      sealed: null,
    },
    steps,
  }
}
