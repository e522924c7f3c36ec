/**
 * Makes the vectors of docs/protocol.md, always the same bytes. `node packages/merkle/test/make-vectors.ts` writes them to docs/vectors;
 * a test holds the committed files against what this would write.
 */
import { createHash, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  canonicalize,
  consistencyProof,
  commitment,
  digestText,
  emptyRoot,
  encodeEntryBundle,
  epochBodyText,
  formatCheckpoint,
  inclusionProof,
  leafHash,
  logLeafText,
  logOrigin,
  newTiles,
  nodeHash,
  partMultiproof,
  rawPublicKey,
  recordLeafHash,
  recordLeafText,
  sha256,
  signNote,
  subsetMultiproof,
  textHash,
  tilePath,
  treeRoot,
} from '../src/index.ts'
import { plainTiles } from './reference.ts'
import { commit, edgeNode, labelled, sampleCustody, sampleIdentity, sampleNodes, sampleTexts } from './sample-chain.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const base64 = (list: readonly Buffer[]): string[] => list.map((hash) => hash.toString('base64'))

function canonicalVectors(): object {
  const inputs = [
    '{ "b": 1, "a": [true, null, 1.50, -0, 1e21, 0.000001, 1e-7] }',
    '{"PrjNum":"3701022609010101","PrjName":"示例花园（合成）","AllInvest":"18600.5","Floors":12}',
    '{"9":1,"10":2,"\\ufb33":3,"\\ud83d\\ude00":4,"é":5}',
    '{"text":"引号\\" 反斜杠\\\\ 斜杠\\/ 换行\\n 控制\\u0001\\u007f \\u2028"}',
    '""',
    '{}',
  ]
  return {
    about: 'Canonical JSON (RFC 8785). sha256 is the hex SHA-256 of the canonical text in UTF-8.',
    cases: inputs.map((input) => {
      const canonical = canonicalize(JSON.parse(input))
      return { input, canonical, sha256: hex(sha256(Buffer.from(canonical))) }
    }),
    refused: ['"\\ud800"', '{"\\udc00":1}', '1e400'],
  }
}

function commitmentVectors(): object {
  const texts = [
    sampleTexts,
    { open: '{"a":"1"}', named: null, sealed: null },
    { open: '{}', named: '{"b":"二"}', sealed: '{"c":"110101199003070000"}' },
    { open: '', named: null, sealed: null },
  ]
  const names = ['open and named', 'open only', 'all three', 'a withdrawal']
  return {
    about:
      'Texts, salts (hex), their hashes (hex) and the commitment. A text that is null is not there: it has no salt and no hash. A case with `attachments` has four texts, all others three.',
    cases: [
      ...texts.map((text, i) => {
        const { salts, hashes, commitment } = commit(text, `commitment ${i}`)
        const part = (name: 'open' | 'named' | 'sealed') =>
          text[name] === null ? null : { salt: hex(salts[name]), text: text[name], hash: hex(hashes[name] as Buffer) }
        return { name: names[i], open: part('open'), named: part('named'), sealed: part('sealed'), commitment }
      }),
      withAttachments(),
    ],
  }
}

function withAttachments(): object {
  const { salts, hashes } = commit(sampleTexts, 'commitment attachments')
  const digest = digestText(sha256(Buffer.from('%PDF-1.7 huijiao vector')))
  const text = canonicalize({ attachments: [{ kind: '立项批复', digest, mediaType: 'application/pdf', name: '批复.pdf' }] })
  const salt = labelled('commitment attachments list')
  const list = textHash(salt, text)
  const part = (name: 'open' | 'named') => ({ salt: hex(salts[name]), text: sampleTexts[name], hash: hex(hashes[name] as Buffer) })
  return {
    name: 'with attachments',
    open: part('open'),
    named: part('named'),
    sealed: null,
    attachments: { salt: hex(salt), text, hash: hex(list) },
    commitment: digestText(commitment({ ...hashes, attachments: list })),
  }
}

function recordLeafVectors(): object {
  const records = [
    sampleIdentity(1),
    sampleIdentity(2),
    sampleIdentity(3, { operation: 'withdraw', n: 2 }),
    sampleIdentity(4, { operation: 'no-longer-qualifies', epoch: 3, n: 9007199254740991 }),
  ]
  return {
    about: 'The leaf of a record in its part: canonical text of its nine members, and the hex SHA-256(0x00 ‖ text).',
    cases: records.map((record) => ({ record, text: recordLeafText(record), hash: hex(recordLeafHash(record)) })),
  }
}

function partVectors(): object {
  const leaves = Array.from({ length: 7 }, (_, i) => recordLeafHash(sampleIdentity(i)))
  const pick = (ordinals: number[]): Buffer[] => ordinals.map((ordinal) => leaves[ordinal] as Buffer)
  const choices = [[0], [3], [6], [2, 5], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6]]
  return {
    about:
      'A part of seven records: leaf hashes and root (hex); multiproofs (base64, in order) for some choices of ordinals; one cut to fewer.',
    leaves: leaves.map(hex),
    root: digestText(treeRoot(leaves)),
    proofs: choices.map((ordinals) => ({ ordinals, proof: base64(partMultiproof(leaves, ordinals)) })),
    cut: { from: [2, 5], to: [5], proof: base64(subsetMultiproof(7, [2, 5], pick([2, 5]), partMultiproof(leaves, [2, 5]), [5])) },
  }
}

async function logVectors(): Promise<object> {
  const size = 260
  const entries = Array.from({ length: size }, (_, i) => {
    const salt = labelled(`log body ${i}`)
    const body = canonicalize({ actor: 'node', subject: `vector-${i}` })
    return { salt, body, leaf: logLeafText('policy', new Date(Date.UTC(2026, 8, 1, 1, 30, 0, i)).toISOString(), salt, body) }
  })
  const hashes = entries.map(({ leaf }) => leafHash(leaf))
  const tiles = plainTiles(hashes)
  const { tiles: written, root } = await newTiles(0, hashes, tiles)
  const text = formatCheckpoint({ origin: logOrigin(edgeNode.name, edgeNode.epoch), size, root, extensions: [] })
  const shown = [0, 1, 100, 255, 256, 259]
  return {
    about: `A log of ${size} entries. Entry i has the body {"actor":"node","subject":"vector-<i>"}, the instant 2026-09-01T01:30:00Z plus i milliseconds, kind policy, and as its salt the first 16 bytes of SHA-256("huijiao vector: log body <i>").`,
    size,
    entries: shown.map((index) => {
      const { salt, body, leaf } = entries[index] as (typeof entries)[number]
      return { index, salt: hex(salt), body, bodyHash: digestText(textHash(salt, body)), leaf, hash: hex(hashes[index] as Buffer) }
    }),
    bundles: [0, 1].map((index) => {
      const leaves = entries.slice(index * 256, index * 256 + 256).map(({ leaf }) => leaf)
      const bundle = encodeEntryBundle(leaves)
      return {
        path: tilePath('entries', index, leaves.length),
        bytes: bundle.length,
        sha256: hex(sha256(bundle)),
        beginsWith: hex(bundle.subarray(0, 64)),
      }
    }),
    tiles: written.map(({ level, index, width, hashes: bytes }) => ({
      path: tilePath(level, index, width),
      bytes: bytes.length,
      sha256: hex(sha256(bytes)),
    })),
    roots: await Promise.all(
      [0, 1, 2, 3, 6, 128, 255, 256, 257, 259, 260].map((n) => ({ size: n, root: treeRoot(hashes.slice(0, n)).toString('base64') })),
    ),
    inclusion: await Promise.all(
      [0, 100, 255, 256, 259].map(async (index) => ({ index, size, proof: base64(await inclusionProof(index, size, tiles)) })),
    ),
    consistency: await Promise.all(
      [1, 6, 128, 255, 256, 259].map(async (oldSize) => ({
        oldSize,
        newSize: size,
        proof: base64(await consistencyProof(oldSize, size, tiles)),
      })),
    ),
    node: {
      left: hex(hashes[0] as Buffer),
      right: hex(hashes[1] as Buffer),
      hash: hex(nodeHash(hashes[0] as Buffer, hashes[1] as Buffer)),
    },
    key: { seed: hex(edgeNode.seed), publicKey: hex(rawPublicKey(edgeNode.keyObject)), verifierKey: edgeNode.verifierKey },
    checkpoint: signNote(text, edgeNode),
  }
}

async function custodyVectors(): Promise<object> {
  return {
    about:
      'A custody document of three steps that verifies under the trusted keys. Each change (a JSON Pointer and a value put there) makes exactly the named checks fail, with the step after the name.',
    trusted: sampleNodes.map((node) => node.verifierKey),
    document: await sampleCustody(),
    changes: [
      { pointer: '/record/n', value: 2, fails: ['part 0', 'part 1', 'part 2'] },
      { pointer: '/record/operation', value: 'withdraw', fails: ['part 0', 'part 1', 'part 2'] },
      { pointer: '/content/open/text', value: '{}', fails: ['content'] },
      { pointer: '/content/named', value: null, fails: ['content'] },
      { pointer: '/steps/2/part/ordinal', value: 4, fails: ['part 2'] },
      { pointer: '/steps/1/entry/bodySalt', value: '00000000000000000000000000000000', fails: ['body 1'] },
      { pointer: '/steps/2/entry/index', value: 256, fails: ['inclusion 2'] },
      { pointer: '/steps/0/node/epoch/number', value: 2, fails: ['origin 0'] },
      { pointer: '/steps/0/verifierKey', value: edgeNode.verifierKey, fails: ['signature 0', 'trust 0'] },
      { pointer: '/record', value: null, fails: ['form'] },
    ],
  }
}

function receiptVectors(): object {
  const leaf = recordLeafHash(sampleIdentity(1))
  const counts = { accepted: 1, unchanged: 0, superseded: 0, pending_review: 0, doubtful: 0, held: 0, refused: 0 }
  const { entity, recordId, n, commitment } = sampleIdentity(1)
  const outcome = { index: 0, entity, sourceId: 'XM-187', recordId, version: n, outcome: 'accepted', commitment }
  const page = `${JSON.stringify(outcome)}\n`
  const receipt = {
    receipt: 1,
    submission: {
      id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
      digest: digestText(sha256(Buffer.from('the decoded body'))),
      participant: 'p-7k2',
    },
    node: { name: edgeNode.name, region: edgeNode.region, tier: edgeNode.tier, epoch: edgeNode.epoch.number },
    standard: '2018',
    judgedBy: [{ release: '2018', revision: 1, issuer: '000000' }],
    mode: 'partial',
    receivedAt: '2026-09-01T01:30:02.114Z',
    outcome: 'accepted',
    counts,
    records: [outcome],
    parts: [{ part: 0, from: 0, count: 1, root: digestText(treeRoot([leaf])), outcomes: digestText(sha256(Buffer.from(page))) }],
    logBy: '2026-09-01T01:30:12.200Z',
  }
  const signed = canonicalize(receipt)
  const signature = { alg: 'ed25519', keyId: edgeNode.name, value: sign(null, Buffer.from(signed), edgeNode.keyObject).toString('base64') }
  return {
    about: 'A receipt, the text that its signature covers (RFC 8785 form of the receipt without `signatures`), and its outcome page.',
    publicKey: hex(rawPublicKey(edgeNode.keyObject)),
    signed,
    page,
    receipt: { ...receipt, signatures: [signature] },
  }
}

function messageVectors(): object {
  const body = '{"hello":"世界"}'
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  const url = 'https://hub.370000.example/v1/submissions?mode=partial'
  const input = (components: string) =>
    `(${components});created=1788226202;expires=1788226502;nonce="c2FtcGxlLW5vbmNlLTAx";keyid="${edgeNode.name}";alg="ed25519"`
  const signed = (name: string, lines: readonly (readonly [string, string])[]) => {
    const parameters = input(lines.map(([component]) => `"${component}"`).join(' '))
    const base = [...lines.map(([component, value]) => `"${component}": ${value}`), `"@signature-params": ${parameters}`].join('\n')
    const signature = sign(null, Buffer.from(base), edgeNode.keyObject).toString('base64')
    return { name, base, headers: { 'content-digest': digest, 'signature-input': `hub=${parameters}`, signature: `hub=:${signature}:` } }
  }
  const content = [
    ['content-digest', digest],
    ['content-type', 'application/json'],
  ] as const
  return {
    about:
      'One request signed in the two ways a node accepts (RFC 9421): with @authority, @path and @query as nodes do, and with @target-uri.',
    publicKey: hex(rawPublicKey(edgeNode.keyObject)),
    request: { method: 'POST', url, contentType: 'application/json', body },
    signatures: [
      signed('authority, path and query', [
        ['@method', 'POST'],
        ['@authority', 'hub.370000.example'],
        ['@path', '/v1/submissions'],
        ['@query', '?mode=partial'],
        ...content,
      ]),
      signed('target-uri', [
        ['@method', 'POST'],
        ['@target-uri', url],
        ['content-type', 'application/json'],
        ['content-digest', digest],
      ]),
    ],
  }
}

/** A log that was put back to its third entry, went on, and was put back once more to before that was known. */
async function epochVectors(): Promise<object> {
  const id = (name: string) => labelled(`epoch ${name}`, 8).toString('hex')
  const [first, lost, second] = [
    { number: 1, id: id('first') },
    { number: 2, id: id('lost') },
    { number: 3, id: id('second') },
  ]
  const leafOf = (index: number, kind: string, body: string) => {
    const salt = labelled(`epoch body ${index}`)
    const instant = new Date(Date.UTC(2026, 8, 1, 1, 30, index)).toISOString()
    return { index, leaf: logLeafText(kind, instant, salt, body), body, bodySalt: hex(salt) }
  }
  const before = [0, 1, 2].map((index) => leafOf(index, 'policy', canonicalize({ subject: `vector-${index}` })))
  const root = treeRoot(before.map(({ leaf }) => leafHash(leaf)))
  const begin = { epoch: second, previous: { epoch: first, size: 3, root }, abandoned: [lost], reason: 'restore' }
  const entry = leafOf(3, 'epoch', epochBodyText(begin))
  const leaves = [...before, entry, leafOf(4, 'policy', canonicalize({ subject: 'vector-4' }))].map(({ leaf }) => leaf)
  const hashes = leaves.map((leaf) => leafHash(leaf))
  const tiles = plainTiles(hashes)
  const text = formatCheckpoint({ origin: logOrigin(edgeNode.name, second), size: 5, root: treeRoot(hashes), extensions: [] })
  const anew = { epoch: second, previous: { epoch: lost, size: 0, root: emptyRoot }, abandoned: [], reason: 're-created' }
  const changed = (more: object) => ({ ...entry, ...more })
  return {
    about:
      'A log of five entries whose fourth begins an epoch. `leaves` are those of the whole log; `entry` is what GET /v1/log/epochs answers, with its inclusion proof to the checkpoint.',
    leaves,
    entry: { ...entry, inclusion: base64(await inclusionProof(3, 5, tiles)) },
    checkpointText: text,
    says: { epoch: second, previous: { epoch: first, size: 3, root: digestText(root) }, abandoned: [lost], reason: 'restore' },
    forks: [
      { seen: first, size: 3 },
      { seen: lost, size: 3 },
      { seen: { number: 1, id: id('stranger') }, size: null },
    ],
    consistency: { oldSize: 3, size: 5, proof: base64(await consistencyProof(3, 5, tiles)) },
    reCreated: leafOf(0, 'epoch', epochBodyText(anew)),
    refused: [
      { why: 'another place than the length it continues', entry: changed({ index: 4 }) },
      { why: 'a body that is not the one in the leaf', entry: changed({ body: entry.body.replace('"restore"', '"asked"') }) },
      { why: 'another salt', entry: changed({ bodySalt: '00'.repeat(16) }) },
      { why: 'an epoch that is not later', entry: leafOf(3, 'epoch', epochBodyText({ ...begin, epoch: { number: 1, id: id('other') } })) },
      { why: 'a leaf of another kind', entry: leafOf(3, 'policy', epochBodyText(begin)) },
    ],
  }
}

/** File name (under docs/vectors) → content. */
export async function makeVectors(): Promise<Record<string, string>> {
  const files = {
    'canonical.json': canonicalVectors(),
    'commitment.json': commitmentVectors(),
    'record-leaf.json': recordLeafVectors(),
    'part.json': partVectors(),
    'log.json': await logVectors(),
    'custody.json': await custodyVectors(),
    'receipt.json': receiptVectors(),
    'message-signature.json': messageVectors(),
    'epoch.json': await epochVectors(),
  }
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, `${JSON.stringify(content, null, 2)}\n`]))
}

/** Where the vectors are committed. */
export const vectorsFolder = new URL('../../../docs/vectors/', import.meta.url)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(vectorsFolder, { recursive: true })
  for (const [name, content] of Object.entries(await makeVectors())) writeFileSync(new URL(name, vectorsFolder), content)
}
