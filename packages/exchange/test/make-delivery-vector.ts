/**
 * Makes the vector of section 13 of docs/protocol.md, always the same bytes. `node packages/exchange/test/make-delivery-vector.ts` writes it to
 * docs/vectors; a test holds the committed file against what this would write.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Operation, Tier } from '@huijiao/database'
import {
  canonicalize,
  commitment,
  digestText,
  formatCheckpoint,
  leafHash,
  logLeafText,
  logOrigin,
  type ReadTile,
  rawPublicKey,
  recordLeafHash,
  sha256,
  signNote,
  textHash,
  treeRoot,
  verifierKey,
} from '@huijiao/merkle'
import { type CustodyStep, cutStep } from '../src/custody.ts'
import type { CustodyRow } from '../src/custody-store.ts'
import type { Hub } from '../src/hub.ts'
import { ownStep, type SourceEntry } from '../src/own-step.ts'
import { formatUuid } from '../src/record-id.ts'
import { identityOf, type VersionRow } from '../src/version-rows.ts'
import { deliveryIdOf, type TextLetter, textLetters, type WireEntry, type WireVersion, writeVersionsBody } from '../src/versions-body.ts'

/** Bytes that look random and are always the same, by the rule of the other vectors. Real salts and keys are random. */
function labelled(label: string, bytes = 16): Buffer {
  return sha256(Buffer.from(`huijiao vector: ${label}`)).subarray(0, bytes)
}

function keyFromSeed(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

interface VectorNode {
  readonly name: string
  readonly region: string
  readonly tier: Tier
  readonly epoch: { readonly number: number; readonly id: string }
  readonly keyObject: KeyObject
  readonly verifierKey: string
}

function vectorNode(name: string, region: string, tier: Tier, number: number): VectorNode {
  const keyObject = keyFromSeed(labelled(`key of ${name}`, 32))
  const epoch = { number, id: labelled(`epoch of ${name}`, 8).toString('hex') }
  return { name, region, tier, epoch, keyObject, verifierKey: verifierKey(name, rawPublicKey(keyObject)) }
}

const province = vectorNode('370000.example', '370000', 'provincial', 1)
const city = vectorNode('370100.example', '370100', 'municipal', 2)

type Texts = Readonly<Partial<Record<TextLetter, string>>>

/** What a part of a node holds of one version. */
interface VectorVersion {
  readonly row: VersionRow
  readonly texts: Texts
}

function version(label: string, stream: string, facts: { texts: Texts; operation?: Operation; epoch: number; n?: number }): VectorVersion {
  const salt = (letter: TextLetter) => (facts.texts[letter] === undefined ? Buffer.alloc(16) : labelled(`${label} ${letter}`))
  const hash = (letter: TextLetter) => {
    const text = facts.texts[letter]
    return text === undefined ? null : textHash(salt(letter), text)
  }
  const row = {
    stream,
    record_id: formatUuid(labelled(`record ${label}`)),
    entity: 'TBProjectInfo',
    operation: facts.operation ?? 'upsert',
    epoch: facts.epoch,
    n: facts.n ?? 1,
    source_version: null,
    release: '2018',
    commitment: commitment({ open: hash('o'), named: hash('n'), sealed: hash('s'), attachments: hash('a') }),
    salts: Buffer.concat(textLetters.map(salt)),
    reporting_region: '370102',
    source_id: `XM-${label}`,
    reason: facts.operation === 'withdraw' ? '重复报送' : null,
    flags: null,
  }
  return { row: row as unknown as VersionRow, texts: facts.texts }
}

interface VectorLog {
  readonly checkpoint: { readonly size: number; readonly note: string }
  readonly entries: ReadonlyMap<number, SourceEntry>
  readonly readTile: ReadTile
}

/** A log of `size` entries with these parts at their indexes. */
function logOf(node: VectorNode, size: number, parts: ReadonlyMap<number, readonly VectorVersion[]>): VectorLog {
  const entries = Array.from({ length: size }, (_, index): SourceEntry => {
    const instant = new Date(Date.UTC(2026, 8, 1, 1, 30, index)).toISOString()
    const salt = labelled(`body ${index} of ${node.name}`)
    const part = parts.get(index)
    if (part === undefined) return { leaf: logLeafText('policy', instant, salt, '{}'), body: '{}', salt }
    const root = digestText(treeRoot(part.map(({ row }) => recordLeafHash(identityOf(row)))))
    const body = canonicalize({ part: 0, root, versions: part.length })
    return { leaf: logLeafText('part', instant, salt, body), body, salt }
  })
  const hashes = entries.map(({ leaf }) => leafHash(leaf))
  const text = formatCheckpoint({ origin: logOrigin(node.name, node.epoch), size, root: treeRoot(hashes), extensions: [] })
  return {
    checkpoint: { size, note: signNote(text, node) },
    entries: new Map(entries.entries()),
    readTile: (_level, _index, width) => Buffer.concat(hashes.slice(0, width)), // so small a log is one tile
  }
}

const hubOf = ({ name }: VectorNode) => ({ node: { name } }) as unknown as Pick<Hub, 'node'>

/** A node's step for some versions of its part, as it sends it. */
function stepOf(
  node: VectorNode,
  log: VectorLog,
  index: number,
  part: readonly VectorVersion[],
  chosen: { ordinals: readonly number[]; tombstones?: readonly number[]; custody?: readonly CustodyRow[] },
): Promise<CustodyStep> {
  const own = {
    index,
    rows: part.map(({ row }) => row),
    ordinals: chosen.ordinals,
    tombstones: new Set(chosen.tombstones ?? []),
    entry: log.entries.get(index) as SourceEntry,
    custody: chosen.custody ?? [],
  }
  return ownStep(hubOf(node), own, log.checkpoint, log.readTile)
}

/** A step as the node above keeps it: cut to what it stored, with the key it checked. `here`: the ordinals that those got there. */
function kept(step: CustodyStep, sent: readonly VectorVersion[], keep: readonly number[], here: readonly number[]): CustodyRow {
  const { region, tier, verifierKey: key } = city
  const identities = sent.map(({ row }) => identityOf(row))
  const cut = cutStep({ ...step, seen: { region, tier, verifierKey: key } }, identities, keep)
  const source = cut.ordinals ?? keep
  return {
    part_id: 1,
    ordinals: here.map((ordinal, at): [number, number] => [ordinal, source[at] as number]),
    document: JSON.stringify(cut),
  }
}

function wire(
  { row, texts }: VectorVersion,
  options: { hashed?: string; tombstone?: boolean; flags?: readonly string[] } = {},
): WireVersion {
  const there = textLetters.filter((letter) => texts[letter] !== undefined)
  const hidden = (letter: TextLetter) => options.tombstone === true || (options.hashed ?? '').includes(letter)
  const saltOf = (letter: TextLetter) => row.salts.subarray(textLetters.indexOf(letter) * 16).subarray(0, 16)
  const told = (letter: TextLetter) => (there.includes(letter) && !hidden(letter) ? saltOf(letter).toString('hex') : null)
  return {
    record: {
      ...identityOf(row),
      operation: options.tombstone === true ? 'no-longer-qualifies' : row.operation,
      reportingRegion: row.reporting_region,
      sourceId: row.source_id,
      reason: row.reason,
      flags: options.flags ?? null,
      salts: { open: told('o'), named: told('n'), sealed: told('s'), ...(there.includes('a') ? { attachments: told('a') } : {}) },
      texts: there.join(''),
    },
    texts: there.map((letter) => {
      const text = texts[letter] as string
      return hidden(letter) ? `#${textHash(saltOf(letter), text).toString('hex')}` : text
    }),
  }
}

const open = (number: string, name: string) => canonicalize({ PrjNum: number, PrjName: `${name}（合成）`, CountyNum: '370102' })

/** One delivery of a province: some of a part that came from a city in two entries, and a part that entered at the province. */
async function deliveryBody(): Promise<Buffer> {
  const fromCity = (label: string, texts: Texts) => version(label, `${city.name}/p-7k2`, { texts, epoch: city.epoch.number })
  const first = ['一', '二', '三', '四', '五'].map((name, i) => fromCity(`A${i}`, { o: open(`370102260901010${i}`, `示例花园${name}期`) }))
  const second = [
    fromCity('B0', {
      o: open('3701022609010201', '示例学校'),
      n: canonicalize({ PersonName: '王示例' }),
      s: canonicalize({ IDCard: '370102189001010010' }),
    }),
  ]
  const cityLog = logOf(
    city,
    6,
    new Map([
      [3, first],
      [5, second],
    ]),
  )
  const pick = (list: readonly VectorVersion[], ordinals: readonly number[]) => ordinals.map((ordinal) => list[ordinal] as VectorVersion)
  // The city sent four of five and one of one; the province refused the second of the four.
  const sent = [0, 1, 2, 4]
  const custody = [
    kept(await stepOf(city, cityLog, 3, first, { ordinals: sent }), pick(first, sent), [0, 2, 3], [0, 1, 2]),
    kept(await stepOf(city, cityLog, 5, second, { ordinals: [0] }), second, [0], [3]),
  ]
  const received = [...pick(first, [0, 2, 4]), ...second]
  const entered = { epoch: province.epoch.number }
  const own = [
    version('C0', `${province.name}/p-3f1`, {
      ...entered,
      texts: { o: open('3700002609010101', '示例大桥'), n: '{"PersonName":"李示例"}' },
    }),
    version('C1', `${province.name}/p-3f1`, { ...entered, texts: { o: '' }, operation: 'withdraw', n: 2 }),
  ]
  const log = logOf(
    province,
    13,
    new Map([
      [6, received],
      [11, own],
    ]),
  )
  const ordinals = [0, 2, 3]
  const entry = ({ node: _, checkpoint: __, ...custodyLine }: CustodyStep, versions: readonly WireVersion[]): WireEntry => ({
    custody: custodyLine,
    versions,
  })
  const [whole, turned, sealed] = pick(received, ordinals) as [VectorVersion, VectorVersion, VectorVersion]
  const entries = [
    entry(await stepOf(province, log, 6, received, { ordinals, tombstones: [2], custody }), [
      wire(whole, { flags: ['incomplete'] }),
      wire(turned, { tombstone: true }),
      wire(sealed, { hashed: 's' }),
    ]),
    entry(
      await stepOf(province, log, 11, own, { ordinals: [0, 1] }),
      own.map((one) => wire(one)),
    ),
  ]
  const { name: node, region, tier, epoch } = province
  const count = entries.reduce((sum, { versions }) => sum + versions.length, 0)
  return writeVersionsBody({
    envelope: {
      versions: 1,
      delivery: 7,
      producedAt: '2026-09-01T01:31:00.000Z',
      from: { node, region, tier, epoch },
      checkpoint: log.checkpoint.note,
      count,
    },
    entries,
  })
}

/** A delivery of a province's own: a record with its list of attachments, one whose list stays below, and one without any. */
async function attachmentsBody(): Promise<Buffer> {
  const list = (name: string) =>
    canonicalize({
      attachments: [{ kind: '立项批复', digest: digestText(sha256(Buffer.from(name))), mediaType: 'application/pdf', name: `${name}.pdf` }],
    })
  const entered = (label: string, number: string, texts: Texts) =>
    version(label, `${province.name}/p-3f1`, { epoch: province.epoch.number, texts: { o: open(number, `示例大桥${label}`), ...texts } })
  const own = [
    entered('D0', '3700002609010201', { n: '{"PersonName":"李示例"}', a: list('批复') }),
    entered('D1', '3700002609010202', { a: list('规划许可') }),
    entered('D2', '3700002609010203', {}),
  ]
  const log = logOf(province, 9, new Map([[4, own]]))
  const { node: _, checkpoint: __, ...custody } = await stepOf(province, log, 4, own, { ordinals: [0, 1, 2] })
  const [listed, hidden, bare] = own as [VectorVersion, VectorVersion, VectorVersion]
  const { name: node, region, tier, epoch } = province
  return writeVersionsBody({
    envelope: {
      versions: 1,
      delivery: 8,
      producedAt: '2026-09-01T01:32:00.000Z',
      from: { node, region, tier, epoch },
      checkpoint: log.checkpoint.note,
      count: 3,
    },
    entries: [{ custody, versions: [wire(listed), wire(hidden, { hashed: 'a' }), wire(bare)] }],
  })
}

const attachmentsChanges = [
  { what: 'the list of attachments', line: 5, from: '批复.pdf', to: '批示.pdf', problem: 'custody-invalid', records: [0] },
  { what: 'that there are attachments', line: 2, from: '"texts":"ona"', to: '"texts":"onx"', problem: 'json-malformed', records: null },
  { what: 'the salt of the list', line: 2, from: '"attachments":"', to: '"attachments":"0', problem: 'json-malformed', records: null },
  { what: 'a list that came as its hash', line: 8, from: '#', to: '{', problem: 'custody-invalid', records: [1] },
]

/** One byte of a line put otherwise, and where it ends. `to` takes the place of the first `from` in the line. */
const changes = [
  { what: 'the envelope’s version', line: 0, from: '"versions":1', to: '"versions":2', problem: 'envelope-invalid', records: null },
  { what: 'the count', line: 0, from: '"count":5', to: '"count":4', problem: 'envelope-invalid', records: null },
  { what: 'the epoch’s number', line: 0, from: '"number":1', to: '"number":3', problem: 'envelope-invalid', records: null },
  { what: 'the size in the checkpoint', line: 0, from: '\\n13\\n', to: '\\n14\\n', problem: 'signature-invalid', records: null },
  { what: 'the name of a member', line: 1, from: '"leaf"', to: '"leav"', problem: 'json-malformed', records: null },
  { what: 'the index', line: 1, from: '"index":6', to: '"index":7', problem: 'custody-invalid', records: [0, 1, 2] },
  { what: 'the body', line: 1, from: '\\"part\\":0', to: '\\"part\\":1', problem: 'custody-invalid', records: [0, 1, 2] },
  { what: 'an ordinal', line: 1, from: '"ordinals":[0,2,3]', to: '"ordinals":[1,2,3]', problem: 'custody-invalid', records: [0, 1, 2] },
  {
    what: 'which record a step below proves',
    line: 1,
    from: '"records":[2]',
    to: '"records":[1]',
    problem: 'custody-invalid',
    records: [0, 1, 2],
  },
  { what: 'the place of a record', line: 2, from: '"n":1', to: '"n":2', problem: 'custody-invalid', records: [0, 1, 2] },
  { what: 'a text', line: 3, from: '370102', to: '370103', problem: 'custody-invalid', records: [0] },
  { what: 'a text that came as its hash', line: 5, from: '#', to: '{', problem: 'custody-invalid', records: [1] },
  { what: 'which texts there are', line: 6, from: '"texts":"ons"', to: '"texts":"one"', problem: 'json-malformed', records: null },
  { what: 'the empty text of a withdrawal', line: 15, from: '', to: ' ', problem: 'custody-invalid', records: [4] },
  {
    what: 'a source id, which no proof covers',
    line: 2,
    from: '"sourceId":"XM-A0"',
    to: '"sourceId":"XM-A1"',
    problem: null,
    records: null,
  },
]

/** The content of docs/vectors/delivery.json. */
export const makeDeliveryVector = async (): Promise<string> =>
  vectorOf('A delivery from a province to the nation.', await deliveryBody(), changes)

/** The content of docs/vectors/delivery-attachments.json. */
export const makeAttachmentsVector = async (): Promise<string> =>
  vectorOf(
    'A delivery from a province to the nation with attachments: one record shows their list, one only its hash, one has none.',
    await attachmentsBody(),
    attachmentsChanges,
  )

function vectorOf(what: string, body: Buffer, changed: typeof changes | typeof attachmentsChanges): string {
  const lines = body.toString().split('\n').slice(0, -1)
  const vector = {
    about: `${what} The body is the lines, each followed by a line feed; digest and id are of these bytes. Its checkpoint verifies under verifierKey. Each change (in that line, counted from 0, \`to\` for the first \`from\`) ends with the problem: of the whole body when records is null, else of the records at these positions. Where problem is null only the id and the request’s signature tell.`,
    verifierKey: province.verifierKey,
    digest: digestText(sha256(body)),
    id: deliveryIdOf(sha256(body)),
    lines,
    changes: changed,
  }
  return `${JSON.stringify(vector, null, 2)}\n`
}

/** Where the vector is committed. */
export const deliveryVectorFile = new URL('../../../docs/vectors/delivery.json', import.meta.url)

export const attachmentsVectorFile = new URL('delivery-attachments.json', deliveryVectorFile)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(deliveryVectorFile, await makeDeliveryVector())
  writeFileSync(attachmentsVectorFile, await makeAttachmentsVector())
}
