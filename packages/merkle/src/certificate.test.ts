import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type CertificateGroup,
  certificateRoot,
  certificateText,
  type EqualityCertificate,
  isCertificate,
  verifyCertificate,
} from './certificate.ts'
import { digestText, sha256 } from './hash.ts'
import { rawPublicKey, verifierKey } from './note.ts'
import { childrenDigest, itemId, itemValue } from './reconcile.ts'
import { memorySource, type PlacedItem } from './reconcile-memory.ts'

const keys = { lower: generateKeyPairSync('ed25519'), upper: generateKeyPairSync('ed25519') }
const trusted = [verifierKey('370100', rawPublicKey(keys.lower.publicKey)), verifierKey('370000', rawPublicKey(keys.upper.publicKey))]
const items = ['2026-08', '2026-09'].flatMap((period) =>
  ['TBContract', 'TBProjectInfo'].flatMap((entity) =>
    Array.from({ length: 5 }, (_, n): PlacedItem => ({
      period,
      entity,
      id: itemId({ entity, recordId: `r_${period}${n}`, stream: '370100/p-city', epoch: 1, n: 1 }),
      value: itemValue('upsert', sha256(Buffer.from(`${period}${entity}${n}`))),
    })),
  ),
)
const source = memorySource(items)

async function made(over: Partial<EqualityCertificate> = {}): Promise<EqualityCertificate> {
  const groups: CertificateGroup[] = []
  for (const [period] of await source.children(''))
    for (const [entity, count, digest] of await source.children(period)) groups.push([period, entity, count, digestText(digest)])
  const draft = {
    certificate: 'equality' as const,
    version: 1 as const,
    run: '0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11',
    link: '370000',
    lower: { node: '370100', region: '370100', tier: 'municipal', epoch: { number: 1, id: '00'.repeat(8) } },
    upper: { node: '370000', region: '370000', tier: 'provincial' },
    cut: { epoch: 1, index: 42 },
    count: 20,
    root: digestText(certificateRoot(groups)),
    groups,
    madeAt: '2026-09-30T18:30:00.000Z',
    ...over,
  }
  const text = Buffer.from(certificateText(draft))
  const signatures = [
    { alg: 'ed25519', keyId: '370100-1', value: sign(null, text, keys.lower.privateKey).toString('base64') },
    { alg: 'ed25519', keyId: '370000-1', value: sign(null, text, keys.upper.privateKey).toString('base64') },
  ]
  return { ...draft, signatures }
}

describe('an equality certificate', () => {
  it('has the root of the set itself', async () => {
    expect((await made()).root).toBe(digestText(childrenDigest(await source.children(''))))
  })

  it('is verified with the keys of both nodes, and proves nothing with fewer', async () => {
    expect(verifyCertificate(await made(), trusted)).toEqual({ outcome: 'verified', problems: [], signedBy: ['370100', '370000'] })
    expect(verifyCertificate(await made(), trusted.slice(0, 1)).outcome).toBe('unproven')
    expect(verifyCertificate(await made()).outcome).toBe('unproven')
  })

  it('fails when anything in it was changed after it was signed', async () => {
    const certificate = await made()
    const changes: Partial<EqualityCertificate>[] = [
      { count: 21 },
      { link: 'other' },
      { cut: { epoch: 1, index: 43 } },
      { madeAt: '2026-10-01T00:00:00.000Z' },
      { groups: certificate.groups.slice(1) },
      { signatures: certificate.signatures.slice(1) },
      { signatures: [] },
    ]
    for (const change of changes) expect(verifyCertificate({ ...certificate, ...change }, trusted).outcome).toBe('failed')
  })

  it('fails when both signed what does not follow from its groups', async () => {
    expect(verifyCertificate(await made({ count: 19 }), trusted).problems[0]?.en).toContain('do not add up')
    expect(verifyCertificate(await made({ root: digestText(Buffer.alloc(32)) }), trusted).problems[0]?.en).toContain('root')
    expect(verifyCertificate(await made({ groups: (await made()).groups.toReversed() }), trusted).outcome).toBe('failed')
  })

  it('anything else is none', () => {
    for (const value of [null, 1, {}, { certificate: 'equality', version: 1 }, []]) {
      expect(isCertificate(value)).toBe(false)
      expect(verifyCertificate(value, trusted).outcome).toBe('failed')
    }
  })
})
