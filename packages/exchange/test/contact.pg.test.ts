import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyDocument, publicKeyFromRaw } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { answerContact, type CallUpstream, contactUpstream } from '../src/index.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers } from './two-tiers.ts'

let tiers: Tiers
let city: Awaited<ReturnType<typeof enrol>>
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

/** A record of the city's, numbered, and delivered to the upstream. */
async function deliverOne(sequence: number): Promise<void> {
  await submit(tiers.lower.hub, city, [upsert('TBProjectInfo', `XM-${sequence}`, project(sequence))])
  expect((await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)).at(-1)).toBe('idle')
}

/** The upstream as its route answers, with `before` done between the making of a call and its arrival. */
function upstream(before: (call: number) => Promise<void> = async () => {}): CallUpstream {
  const { upper, caller } = tiers
  const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(upper.hub.signingKey.publicKey) }
  let calls = 0
  return {
    name: upper.hub.node.name,
    post: async (body) => {
      await before((calls += 1))
      try {
        return { status: 200, body: await answerContact(upper.hub, caller, JSON.parse(body.toString())) }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())) }
      }
    },
    signed: async (document) => {
      const { signatures, ...signed } = JSON.parse(document.toString())
      return verifyDocument(canonicalize(signed), signatures, () => key).verified.length === 1
    },
  }
}

describe("a node's call to the level above", () => {
  it('is overtaken by a delivery and made again, and nobody is taken for a second holder of the name', async () => {
    await deliverOne(0)
    expect((await contactUpstream(tiers.lower.hub, upstream())).standing).toEqual({ kind: 'confirmed' })
    let sequence = 1
    const overtaken = upstream(async (call) => {
      if (call === 1) await deliverOne(sequence++)
    })
    expect(await contactUpstream(tiers.lower.hub, overtaken)).toMatchObject({ standing: { kind: 'confirmed' }, strange: null })
    expect((await contactUpstream(tiers.lower.hub, upstream())).standing).toEqual({ kind: 'confirmed' })
  })

  it('that deliveries overtake every time contradicts nothing either: it is made again later', async () => {
    await deliverOne(0)
    await contactUpstream(tiers.lower.hub, upstream())
    let sequence = 1
    const always = upstream(async () => deliverOne(sequence++))
    expect((await contactUpstream(tiers.lower.hub, always)).standing).toEqual({ kind: 'unreachable' })
    expect((await contactUpstream(tiers.lower.hub, upstream())).standing).toEqual({ kind: 'confirmed' })
  })

  it('is refused to a copy that does not know the last call, however far its log is', async () => {
    await deliverOne(0)
    await contactUpstream(tiers.lower.hub, upstream())
    // A copy taken before that call: the same log, the same key, and no memory of having called.
    await tiers.lower.database.db.deleteFrom('own_contact').execute()
    expect((await contactUpstream(tiers.lower.hub, upstream())).standing).toEqual({ kind: 'claimed', by: '370000', aliveNow: true })
    await deliverOne(1)
    expect((await contactUpstream(tiers.lower.hub, upstream())).standing).toMatchObject({ kind: 'claimed' })
  })
})
