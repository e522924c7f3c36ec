import { generateKeyPairSync } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InnerList, parseDictionary } from 'structured-headers'
import { createSigningKey, publicKeyFromRaw, readSigningKey, signBytes, type VerifyingKey } from '../keys.ts'
import { contentDigest } from './content-digest.ts'
import type { HeaderFields } from './message.ts'
import { signatureBase } from './signature-base.ts'
import { type RequestToSign, signRequest } from './sign-request.ts'
import { type SignedRequest, verifyRequest } from './verify-request.ts'

const now = new Date('2026-09-01T01:30:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const key = readSigningKey('370100-1', createSigningKey().privateKeyPem)
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const known = new Map<string, VerifyingKey>([
  ['370100-1', { algorithm: 'ed25519', publicKey: publicKeyFromRaw(key.publicKey) }],
  ['p-7k2', { algorithm: 'ecdsa-p256-sha256', publicKey: p256.publicKey }],
])
const lookup = async (keyId: string) => known.get(keyId) ?? null
const body = '{"id":"1e8ff4cc-25ea-4de4-aa4f-2531371bd198"}'

function signed(change: Partial<RequestToSign> = {}): SignedRequest & { headers: Record<string, string> } {
  const request = {
    method: 'POST',
    url: 'https://hub.example:7201/v1/submissions?mode=atomic',
    headers: { 'content-type': 'application/json' },
    contentDigest: contentDigest(body),
    key,
    created: now,
    ...change,
  }
  return { method: request.method, url: request.url, headers: { ...request.headers, ...signRequest(request) } as Record<string, string> }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'verified',
    (failure: unknown) => failure,
  )
  return error instanceof Problem ? error.code : String(error)
}
const verdict = (request: SignedRequest, at = now) => codeOf(verifyRequest(request, lookup, at))

describe('a signed request', () => {
  it.each([
    ['ed25519', key],
    ['ecdsa-p256-sha256', { keyId: 'p-7k2', privateKey: p256.privateKey }],
  ])('with %s tells who signed, when, and what the body must hash to', async (algorithm, signer) => {
    const verified = await verifyRequest(signed({ key: signer, nonce: 'n-1' }), lookup, later(10))
    expect(verified).toMatchObject({ keyId: signer.keyId, algorithm, nonce: 'n-1', created: now, expires: later(300) })
    expect(contentDigest(body)).toContain(verified.digest?.sha256?.toString('base64'))
  })

  it('verifies whatever url, headers and body it has', async () => {
    const path = fc.webPath().map((text) => text || '/')
    const header = fc.stringMatching(/^[\x21-\x7e]{1,20}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.webAuthority(),
        path,
        fc.webQueryParameters(),
        header,
        fc.string(),
        async (host, where, query, media, content) => {
          const request = signed({
            url: new URL(`https://${host}${where}?${query}`).href,
            headers: { 'Content-Type': media },
            contentDigest: contentDigest(content),
          })
          expect(await verdict(request)).toBe('verified')
        },
      ),
    )
  })

  it('without a body needs no digest', async () => {
    const url = 'https://hub.example/v1/feed?after=12'
    const headers = { ...signRequest({ method: 'GET', url, headers: {}, key, created: now }) } as HeaderFields
    expect(await verifyRequest({ method: 'GET', url, headers }, lookup, now)).toMatchObject({ digest: null })
  })

  it('still verifies behind a proxy that ends TLS, but not at another host', async () => {
    const { url: _, ...request } = signed()
    expect(await verdict({ ...request, url: 'http://hub.example:7201/v1/submissions?mode=atomic' })).toBe('verified')
    expect(await verdict({ ...request, url: 'https://other.example:7201/v1/submissions?mode=atomic' })).toBe('signature-invalid')
  })

  it('that covers @target-uri verifies under either scheme', async () => {
    const request = resigned(signed(), (input) => input.replace('"@authority" "@path" "@query"', '"@target-uri"'))
    expect(await verdict(request)).toBe('verified')
    expect(await verdict({ ...request, url: request.url.replace('https', 'http') })).toBe('verified')
    expect(await verdict({ ...request, url: `${request.url}&dryRun=true` })).toBe('signature-invalid')
  })
})

/** Signs again with changed parameters, honestly, as another signer might. */
function resigned(
  request: SignedRequest & { headers: Record<string, string> },
  change: (input: string) => string,
): SignedRequest & { headers: Record<string, string> } {
  const input = change((request.headers['signature-input'] as string).slice('hub='.length))
  const inner = parseDictionary(`hub=${input}`).get('hub') as InnerList
  const value = signBytes(Buffer.from(signatureBase(request, inner)), key.privateKey)
  return { ...request, headers: { ...request.headers, 'signature-input': `hub=${input}`, signature: `hub=:${value.toString('base64')}:` } }
}

describe('a request is refused', () => {
  it('as without credentials when it has no signature', async () => {
    expect(await verdict({ method: 'GET', url: 'https://hub.example/', headers: {} })).toBe('credentials-missing')
  })

  it('when its key is unknown', async () => {
    expect(await verdict(signed({ key: { ...key, keyId: 'p-unknown' } }))).toBe('credentials-invalid')
  })

  it('when another key signed in the name of a known one', async () => {
    const other = readSigningKey('370100-1', createSigningKey().privateKeyPem)
    expect(await verdict(signed({ key: other }))).toBe('signature-invalid')
  })

  it.each<[string, (request: SignedRequest & { headers: Record<string, string> }) => SignedRequest]>([
    ['the method', (request) => ({ ...request, method: 'PUT' })],
    ['the path', (request) => ({ ...request, url: request.url.replace('submissions', 'records') })],
    ['the query', (request) => ({ ...request, url: request.url.replace('atomic', 'partial') })],
    ['a query taken away', (request) => ({ ...request, url: request.url.replace('?mode=atomic', '') })],
    ['the digest', (request) => ({ ...request, headers: { ...request.headers, 'content-digest': contentDigest('other') } })],
    ['the media type', (request) => ({ ...request, headers: { ...request.headers, 'content-type': 'text/csv' } })],
    [
      'the nonce',
      (request) => ({
        ...request,
        headers: { ...request.headers, 'signature-input': (request.headers['signature-input'] as string).replace(/nonce="./, 'nonce="~') },
      }),
    ],
    [
      'the expiry',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          'signature-input': (request.headers['signature-input'] as string).replace(/expires=\d+/, 'expires=1999999999'),
        },
      }),
    ],
  ])('when %s was changed after signing', async (_, change) => {
    expect(await verdict(change(signed()))).toBe('signature-invalid')
  })

  it.each(['"@method"', '"@authority"', '"@path"', '"@query"', '"content-digest"', '"content-type"'])(
    'when the signature does not cover %s',
    async (component) => {
      const request = resigned(signed(), (input) => input.replace(new RegExp(`${component} ?`), ''))
      const problem = await verifyRequest(request, lookup, now).catch((error: unknown) => error)
      expect(problem).toMatchObject({ code: 'signature-invalid' })
      expect((problem as Problem).detail.en).toBe(`the signature must also cover ${component.replaceAll('"', '')}`)
    },
  )

  it('when a covered component only looks like a required one', async () => {
    expect(await verdict(resigned(signed(), (input) => input.replace('"@query"', '"@query-param";name="mode"')))).toBe('signature-invalid')
  })

  it('when a body comes without a digest', async () => {
    const request = { method: 'POST', url: 'https://hub.example/v1/submissions' }
    const headers = { ...signRequest({ ...request, headers: {}, key, created: now }) } as HeaderFields
    expect(await verdict({ ...request, headers })).toBe('digest-missing')
    expect(await verdict({ ...request, method: 'DELETE', headers: { ...headers, 'content-length': '5' } })).toBe('digest-missing')
    expect(await verdict({ ...request, headers: { ...headers, 'content-digest': 'md5=:AAAA:' } })).toBe('digest-missing')
  })

  it.each([
    ['after it expired', { expires: later(60) }, later(61), 'signature-expired'],
    ['not yet when it expires', { expires: later(60) }, later(60), 'verified'],
    ['more than five minutes after it was made, whatever it says', { expires: later(86_400) }, later(301), 'signature-expired'],
    ['when it comes from the future beyond the skew', { created: later(301) }, now, 'signature-expired'],
    ['not yet when it comes from the future within the skew', { created: later(300) }, now, 'verified'],
  ])('%s', async (_, change, at, expected) => {
    expect(await verdict(signed(change), at)).toBe(expected)
  })

  it.each([
    ['Signature-Input is no dictionary', { 'signature-input': 'hub=(' }],
    ['Signature is no dictionary', { signature: 'hub=:' }],
    ['Signature has another label', { signature: 'other=:AAAA:' }],
    ['Signature is a text', { signature: 'hub="AAAA"' }],
    ['Signature is missing', { signature: undefined }],
    ['Signature-Input is missing', { 'signature-input': undefined }],
    ['the input is not a list', { 'signature-input': 'hub="@method";created=1;keyid="a";nonce="b"' }],
    ['created is missing', { 'signature-input': 'hub=("@method");keyid="370100-1";nonce="b"' }],
    ['created is a decimal', { 'signature-input': 'hub=("@method");created=1.5;keyid="370100-1";nonce="b"' }],
    ['created is beyond all dates', { 'signature-input': 'hub=("@method");created=999999999999999;keyid="370100-1";nonce="b"' }],
    ['the nonce is missing', { 'signature-input': 'hub=("@method");created=1788226200;keyid="370100-1"' }],
    ['the nonce is very long', { 'signature-input': `hub=("@method");created=1788226200;keyid="370100-1";nonce="${'n'.repeat(129)}"` }],
    ['keyid is missing', { 'signature-input': 'hub=("@method");created=1788226200;nonce="b"' }],
    ['there are five signatures', { 'signature-input': [1, 2, 3, 4, 5].map((n) => `s${n}=();created=1;keyid="a";nonce="b"`).join() }],
  ])('when %s', async (_, headers) => {
    expect(await verdict({ ...signed(), headers: { ...signed().headers, ...headers } })).toBe('signature-invalid')
  })

  it.each([
    ['an unknown component', '"@nothing"'],
    ['an absent field', '"x-nothing"'],
    ['a field in upper case', '"Content-Type"'],
    ['a component twice', '"@method" "@method"'],
    ['a field as a structured field', '"content-digest";sf'],
    ['a query parameter that is not there', '"@query-param";name="nothing"'],
    ['a token', 'method'],
  ])('when the signature covers %s', async (_, component) => {
    const headers = signed().headers
    const input = (headers['signature-input'] as string).replace('"@method"', `"@method" ${component}`)
    expect(await verdict({ ...signed(), headers: { ...headers, 'signature-input': input } })).toBe('signature-invalid')
  })

  it('when the Host header leaves no address', async () => {
    expect(await verdict({ ...signed(), url: 'http:///v1/submissions' })).toBe('signature-invalid')
  })

  it('when the algorithm is not that of the key', async () => {
    expect(await verdict(resigned(signed(), (input) => input.replace('alg="ed25519"', 'alg="ecdsa-p256-sha256"')))).toBe(
      'signature-invalid',
    )
    const wrong = async (): Promise<VerifyingKey> => ({ algorithm: 'ed25519', publicKey: p256.publicKey })
    expect(await codeOf(verifyRequest(signed(), wrong, now))).toBe('signature-invalid')
  })

  it('with words that help: the base as this node sees it', async () => {
    const problem = (await verifyRequest({ ...signed(), method: 'PUT' }, lookup, now).catch((error: unknown) => error)) as Problem
    expect(problem.detail.en).toContain(
      '"@method": PUT\n"@authority": hub.example:7201\n"@path": /v1/submissions\n"@query": ?mode=atomic\n"content-digest": sha-256=:',
    )
  })

  it('never by anything but a problem, whatever the headers hold', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.stringMatching(/^[a-z]{1,3}=\(?"?@?[a-z-]{0,8}"?\)?(;[a-z]{2,8}="?[a-z0-9:.-]{0,6}"?){0,4}$/),
    )
    await fc.assert(
      fc.asyncProperty(text, text, text, async (input, signature, digest) => {
        const headers = { 'signature-input': input, signature, 'content-digest': digest }
        expect(await verdict({ method: 'POST', url: 'https://hub.example/', headers })).toMatch(
          /^(signature-invalid|credentials-\w+|digest-\w+|signature-expired)$/,
        )
      }),
      { numRuns: 300 },
    )
  })
})

describe('of several signatures', () => {
  it('one that satisfies everything is enough', async () => {
    const request = signed()
    const headers = {
      ...request.headers,
      'signature-input': `proxy=("@method");created=1;keyid="p-unknown";nonce="x", ${request.headers['signature-input']}`,
      signature: `proxy=:AAAA:, ${request.headers.signature}`,
    }
    expect(await verdict({ ...request, headers })).toBe('verified')
  })
})
