/**
 * Makes `vectors/protocol.json`, always the same bytes: what a system must do right beside the rules of the standard.
 * `node packages/conformance/test/make-vectors.ts` writes it; a test holds the committed file against what this would write.
 */
import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { contentDigest, rawPublicKey, readSigningKey, signDocument, signRequest } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import type { Vector, VectorKey } from '../src/vector.ts'

const docs = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url), 'utf8'))
export const vectorsFile = fileURLToPath(new URL('../vectors/protocol.json', import.meta.url))

const hash = (text: string) => createHash('sha256').update(text).digest()

/** An Ed25519 key from a seed that everybody may know. */
function ed25519(keyId: string): { key: VectorKey; privateKey: KeyObject } {
  const seed = hash(`huijiao conformance ${keyId}`)
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { key: { ...vectorKey(keyId, 'ed25519', privateKey), seedHex: seed.toString('hex'), publicKeyHex: raw(privateKey) }, privateKey }
}

const raw = (privateKey: KeyObject) => rawPublicKey(createPublicKey(privateKey)).toString('hex')

function p256(keyId: string): { key: VectorKey; privateKey: KeyObject } {
  const secret = hash(`huijiao conformance ${keyId}`)
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(secret)
  const point = ecdh.getPublicKey()
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', d: secret.toString('base64url'), x: part(1), y: part(33) }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return { key: vectorKey(keyId, 'ecdsa-p256-sha256', privateKey), privateKey }
}

function vectorKey(keyId: string, algorithm: VectorKey['algorithm'], privateKey: KeyObject): VectorKey {
  return {
    keyId,
    algorithm,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const publicHalf = ({ privateKey: _private, seedHex: _seed, ...key }: VectorKey): VectorKey => key

function canonicalVectors(): Vector[] {
  const { cases, refused } = docs('canonical.json') as { cases: { input: string; canonical: string; sha256: string }[]; refused: string[] }
  return [
    ...cases.map(({ input, canonical, sha256 }, at): Vector => ({
      id: `canonical/${at + 1}`,
      do: 'canonicalize',
      note: '规范化 JSON（RFC 8785）；sha256 是其 UTF-8 字节的摘要 · canonical JSON',
      input: { json: input },
      expect: { canonical, sha256 },
    })),
    ...refused.map((json, at): Vector => ({
      id: `canonical/refused/${at + 1}`,
      do: 'canonicalize',
      note: '没有规范形式：半个代理对，或超出双精度的数 · has no canonical form',
      input: { json },
      expect: { canonical: null },
    })),
  ]
}

const bodies: readonly (readonly [note: string, body: string | Buffer])[] = [
  ['一个批次的开头 · the beginning of a submission', '{"id":"1e8ff4cc-25ea-4de4-aa4f-2531371bd198","standard":"2018"}'],
  ['汉字：摘要算在 UTF-8 字节上 · digests are over UTF-8 bytes', '{"PrjName":"示例花园（合成）"}'],
  ['行尾是请求体的一部分 · line ends belong to the body', '{"a":1}\r\n'],
  ['任意字节，例如 gzip · any bytes, such as gzip', Buffer.from('1f8b0800000000000003abae05004340bfa602000000', 'hex')],
]

function digestVectors(): Vector[] {
  return bodies.map(([note, body], at): Vector => ({
    id: `content-digest/${at + 1}`,
    do: 'content-digest',
    note,
    input: { bodyBase64: Buffer.from(body).toString('base64') },
    expect: { contentDigest: contentDigest(body) },
  }))
}

function signVectors(): Vector[] {
  const created = '2026-09-01T01:30:02Z'
  const expires = '2026-09-01T01:35:02Z'
  const requests = [
    { name: 'ed25519', by: ed25519('vendor-ed25519'), url: 'https://hub.370100.example/v1/submissions?mode=partial' },
    { name: 'no-query', by: ed25519('vendor-ed25519'), url: 'https://hub.370100.example/v1/submissions' },
    { name: 'ecdsa-p256-sha256', by: p256('vendor-p256'), url: 'https://hub.370100.example:8443/v1/submissions?dryRun=true' },
  ]
  return requests.map(({ name, by, url }): Vector => {
    const body = '{"id":"1e8ff4cc-25ea-4de4-aa4f-2531371bd198","standard":"2018","records":[]}'
    const headers = { 'content-type': 'application/json' }
    const nonce = `c2FtcGxl-${name}`
    const digest = contentDigest(body)
    const signed = signRequest({
      method: 'POST',
      url,
      headers,
      contentDigest: digest,
      key: { keyId: by.key.keyId, privateKey: by.privateKey },
      created: new Date(created),
      expires: new Date(expires),
      nonce,
    })
    const { host, pathname, search } = new URL(url)
    const base = [
      `"@method": POST`,
      `"@authority": ${host}`,
      `"@path": ${pathname}`,
      `"@query": ${search === '' ? '?' : search}`,
      `"content-digest": ${digest}`,
      `"content-type": application/json`,
      `"@signature-params": ${signed['signature-input'].slice('hub='.length)}`,
    ].join('\n')
    // A signature of ECDSA differs from run to run; one that is right is any that verifies.
    const { signature, ...rest } = signed
    return {
      id: `sign/${name}`,
      do: 'sign',
      note: '按 RFC 9421 签名一个报送请求 · sign a request',
      input: { method: 'POST', url, headers, bodyBase64: Buffer.from(body).toString('base64'), key: by.key, created, expires, nonce },
      expect: { headers: by.key.algorithm === 'ed25519' ? { ...rest, signature } : rest, base },
    }
  })
}

function receiptVectors(): Vector[] {
  const { receipt } = docs('receipt.json') as { receipt: Record<string, unknown> & { counts: Record<string, number>; signatures: unknown } }
  const node = ed25519('370100-node')
  const other = ed25519('370200-node')
  const { signatures: _old, ...unsigned } = receipt
  const sign = (document: object, by = node) => ({
    ...document,
    signatures: [signDocument(canonicalize(document), readSigningKey(by.key.keyId, by.key.privateKey as string))],
  })
  const right = sign(unsigned) as Record<string, unknown> & { signatures: object[]; counts: Record<string, number> }
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, member]) => [name, reversed(member)]),
          )
        : value
  const keys = [publicHalf(node.key)]
  const one = (name: string, note: string, text: string, genuine: boolean, known = keys): Vector => ({
    id: `receipt/${name}`,
    do: 'verify-receipt',
    note,
    input: { receipt: text, keys: known },
    expect: { genuine },
  })
  const json = JSON.stringify
  return [
    one('genuine', '节点的回执原文 · a receipt as the node sent it', json(right), true),
    one('layout', '排版与成员次序不影响签名 · layout and order of members do not matter', JSON.stringify(reversed(right), null, 2), true),
    one(
      'older',
      '没有 judgedBy 的旧回执 · an older receipt, without judgedBy',
      json(sign(Object.fromEntries(Object.entries(unsigned).filter(([name]) => name !== 'judgedBy')))),
      true,
    ),
    one(
      'unknown-member',
      '签名覆盖不认识的成员 · members one does not know are covered too',
      json(sign({ ...unsigned, further: '附加' })),
      true,
    ),
    one(
      'two-signatures',
      '其中一个密钥不认识 · one of two keys is unknown',
      json({ ...right, signatures: [...right.signatures, ...sign(unsigned, other).signatures] }),
      true,
    ),
    one('changed-count', '改了一个数 · one figure was changed', json({ ...right, counts: { ...right.counts, accepted: 2 } }), false),
    one('changed-outcome', '把“退回”改成“已入库”一类的改动 · an outcome was changed', json({ ...right, outcome: 'partial' }), false),
    one('added-member', '签名之后加了成员 · a member was added after signing', json({ ...right, further: '附加' }), false),
    one('other-key', '由别的密钥签名 · signed by another key', json(sign(unsigned, other)), false),
    one(
      'claimed-key',
      '冒用密钥编号 · another key under the id of a known one',
      json({ ...right, signatures: [{ ...sign(unsigned, other).signatures[0], keyId: node.key.keyId }] }),
      false,
    ),
    one('no-signature', '没有签名 · no signature', json({ ...right, signatures: [] }), false),
    one(
      'broken-value',
      '签名值被改 · the signature’s value was changed',
      json({ ...right, signatures: [{ ...right.signatures[0], value: Buffer.alloc(64, 1).toString('base64') }] }),
      false,
    ),
  ]
}

export const protocolVectors = (): Vector[] => [...canonicalVectors(), ...digestVectors(), ...signVectors(), ...receiptVectors()]

export const protocolText = (): string =>
  `[\n${protocolVectors()
    .map((vector) => JSON.stringify(vector))
    .join(',\n')}\n]\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(vectorsFile, protocolText())
