import { describe, expect, it } from 'vitest'
import { conformanceKit, kitServedBy, kitText, parseKit } from './kit.ts'

describe('a kit that a node gives', () => {
  it('says what the node judges by, and which of that the vectors were made by; it stays the same kit', () => {
    const own = conformanceKit()
    const [first] = own.manifest.releases as [{ id: string; revision: number; digest: string }]
    const loaded = { id: first.id, revision: first.revision + 1, issuer: '370000', digest: `sha-256:${'0'.repeat(64)}` }
    const kit = kitServedBy(own, [{ ...first, issuer: '000000' }, loaded])
    expect(kit.manifest.served).toEqual([
      { ...first, issuer: '000000', vectors: true },
      { ...loaded, vectors: false },
    ])
    expect(parseKit(kitText(kit))).toMatchObject({
      manifest: { digest: own.manifest.digest, served: [{ vectors: true }, { vectors: false }] },
    })
  })
})
