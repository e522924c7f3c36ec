import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { digestText, sha256, verifyCustody } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type AttachmentTravel, defaultPolicy } from '@huijiao/standard'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AttachmentAnswer,
  type Caller,
  checkAttachment,
  custodyDocument,
  defaultAttachmentLimits,
  findAttachment,
  forwardLink,
  type Hub,
  loadPolicy,
  readAttachment,
  readRecord,
  receiveAttachment,
  retryParked,
  type SendAttachment,
  sequenceLog,
  sweepAttachments,
} from '../src/index.ts'
import { packParts } from '@huijiao/files'
import { residentId } from '@huijiao/testing'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

const pdf = (bytes = 3000): Buffer => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)])
const digestOf = (bytes: Buffer): string => digestText(sha256(bytes))
const named = (bytes: Buffer) => ({ kind: '立项批复', digest: digestOf(bytes), mediaType: typeOf(bytes), name: '批复.pdf' })
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const documentWith = (text: string): Promise<Buffer> =>
  packParts([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: `<w:document><w:body><w:p><w:t>${text}</w:t></w:p></w:body></w:document>` },
  ])

const typeOf = (bytes: Buffer) => (bytes.subarray(0, 2).toString('latin1') === 'PK' ? word : 'application/pdf')
const handIn = (hub: Hub, participantId: string, bytes: Buffer, bytesMax = defaultAttachmentLimits.bytesMax) =>
  receiveAttachment(
    hub,
    { participantId, digest: sha256(bytes), contentType: typeOf(bytes), limits: { ...defaultAttachmentLimits, bytesMax } },
    Readable.from([bytes]),
  )

let policyVersion = 1
const travel = async (how: AttachmentTravel) => {
  policyVersion += 1
  const attachments = {
    types: ['application/pdf', word].map((mediaType) => ({ mediaType, basis: 'test' })),
    travel: [{ entities: ['*'], tiers: { provincial: how }, basis: 'test' }],
  }
  await loadPolicy(tiers.lower.hub, 'operator:test', { ...defaultPolicy.document, id: 'travel', version: policyVersion, attachments })
}

/** What the upstream's route does, with what it was handed and a way to fail. */
function attachmentRoute(options: { bytesMax?: number; fail?: (call: number) => 'before' | 'after' | null } = {}) {
  const calls: string[] = []
  const put: SendAttachment = async (_link, facts, open): Promise<AttachmentAnswer> => {
    const how = options.fail?.(calls.length) ?? null
    calls.push(facts.digest)
    if (how === 'before') throw new Error('connect ECONNREFUSED')
    const { hub } = tiers.upper
    if ((await findAttachment(hub.db, Buffer.from(facts.digest.slice(8), 'hex'), tiers.caller.participantId)) !== null) return 'there'
    const bytes: Buffer[] = []
    for await (const chunk of open()) bytes.push(chunk)
    try {
      await handIn(hub, tiers.caller.participantId, Buffer.concat(bytes), options.bytesMax)
    } catch (error) {
      if (error instanceof Problem) return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())) }
      throw error
    }
    if (how === 'after') throw new Error('socket hang up')
    return { status: 201, body: Buffer.alloc(0) }
  }
  return { put, calls }
}

const forward = async (put: SendAttachment): Promise<string[]> => {
  const { hub } = tiers.lower
  await sequenceLog(hub)
  const steps: string[] = []
  for (let step = 'more'; step === 'more';) {
    step = await forwardLink(hub, tiers.linkNo, tiers.send, put)
    steps.push(step)
  }
  return steps
}

const send = async (records: readonly object[]) => receiptOf(await submit(tiers.lower.hub, city, records))
const above = async (recordId: string) => {
  const record = await readRecord(tiers.upper.hub, recordId, { unmask: false })
  return record.inForce as unknown as { commitment: string; attachments?: { digest: string; here: boolean }[] } | null
}
const parked = () => tiers.lower.database.db.selectFrom('parked').select(['reason', 'state', 'record_id']).orderBy('ordinal').execute()

describe('the attachments of a record on a link', () => {
  it('go up before the record does where policy says bytes, and are the same bytes under the same commitment', async () => {
    await travel('bytes')
    const bytes = pdf(1_500_000)
    await handIn(tiers.lower.hub, 'p-city', bytes)
    const { records } = await send([
      upsert('TBProjectInfo', 'A', project(1), { attachments: [named(bytes)] }),
      upsert('TBProjectInfo', 'B', project(2)),
    ])
    const { put, calls } = attachmentRoute()
    expect(await forward(put)).toEqual(['more', 'idle'])
    expect(calls).toEqual([digestOf(bytes)])
    const recordId = records[0]?.recordId as string
    expect(await above(recordId)).toMatchObject({ commitment: records[0]?.commitment, attachments: [{ ...named(bytes), here: true }] })
    const back: Buffer[] = []
    for await (const chunk of readAttachment(tiers.upper.hub, sha256(bytes), bytes.length)) back.push(chunk)
    expect(Buffer.concat(back).equals(bytes)).toBe(true)
    await sequenceLog(tiers.upper.hub)
    const document = await custodyDocument(tiers.upper.hub, recordId)
    expect(verifyCustody(document).outcome).toBe('unproven')
    const told = document as unknown as { content: { attachments: { text: string } } }
    expect(JSON.parse(told.content.attachments.text)).toEqual({ attachments: [named(bytes)] })
    const forged = structuredClone(told)
    forged.content.attachments.text = forged.content.attachments.text.replace('批复.pdf', '批示.pdf')
    expect(verifyCustody(forged).outcome).toBe('failed')
  })

  it('go up as their list alone where policy says digest, and as a hash alone where it says none', async () => {
    const [a, b] = [pdf(), pdf()]
    for (const bytes of [a, b]) await handIn(tiers.lower.hub, 'p-city', bytes)
    const { put, calls } = attachmentRoute()
    await travel('digest')
    const first = await send([upsert('TBProjectInfo', 'A', project(1), { attachments: [named(a)] })])
    await forward(put)
    await travel('none')
    const second = await send([upsert('TBProjectInfo', 'B', project(2), { attachments: [named(b)] })])
    await forward(put)
    expect(calls).toEqual([])
    expect((await above(first.records[0]?.recordId as string))?.attachments).toEqual([{ ...named(a), here: false }])
    const hidden = await above(second.records[0]?.recordId as string)
    expect(hidden).toMatchObject({ commitment: second.records[0]?.commitment })
    expect(hidden?.attachments).toBeUndefined()
    await sequenceLog(tiers.upper.hub)
    const document = await custodyDocument(tiers.upper.hub, second.records[0]?.recordId as string)
    expect(verifyCustody(document).outcome).toBe('unproven')
    expect(document.content?.attachments).toHaveProperty('hash')
  })

  it('are an outage and park nothing while the upstream gives no judgement, wherever the way breaks', async () => {
    await travel('bytes')
    const list = [pdf(), pdf()]
    for (const bytes of list) await handIn(tiers.lower.hub, 'p-city', bytes)
    const { records } = await send([
      upsert('TBProjectInfo', 'A', project(1), { attachments: list.map((one, at) => ({ ...named(one), kind: `${at}` })) }),
    ])
    const { put, calls } = attachmentRoute({ fail: (call) => [null, 'before', 'after', null][call] as 'before' | 'after' | null })
    for (let tries = 0; tries < 2; tries++) expect((await forward(put)).at(-1)).toBe('outage')
    expect(await above(records[0]?.recordId as string).catch(() => null)).toBeNull()
    // Killed between the bytes and the record: the next life asks, finds them there, and goes on.
    expect(await forward(put)).toEqual(['more', 'idle'])
    expect(calls.map((digest) => list.findIndex((one) => digestOf(one) === digest))).toEqual([0, 1, 1, 1])
    expect(await parked()).toEqual([])
    expect((await above(records[0]?.recordId as string))?.attachments?.every((one) => one.here)).toBe(true)
  })

  it('that the upstream refuses park the records that name them, with its reason; the others go on', async () => {
    await travel('bytes')
    const [small, large] = [pdf(), pdf(9000)]
    for (const bytes of [small, large]) await handIn(tiers.lower.hub, 'p-city', bytes)
    const { records } = await send([
      upsert('TBProjectInfo', 'A', project(1), { attachments: [named(large)] }),
      upsert('TBProjectInfo', 'B', project(2), { attachments: [named(small)] }),
      upsert('TBProjectInfo', 'C', project(3)),
    ])
    const strict = attachmentRoute({ bytesMax: 5000 })
    expect((await forward(strict.put)).at(-1)).toBe('idle')
    expect(await parked()).toEqual([expect.objectContaining({ reason: 'body-too-large', state: 'parked' })])
    for (const at of [1, 2]) expect((await above(records[at]?.recordId as string))?.commitment).toBe(records[at]?.commitment)
    await expect(above(records[0]?.recordId as string)).rejects.toThrow('not-found')
    await retryParked(tiers.lower.hub, 'operator:test', { filter: {} })
    expect((await forward(attachmentRoute().put)).at(-1)).toBe('idle')
    expect((await above(records[0]?.recordId as string))?.attachments).toEqual([{ ...named(large), here: true }])
    expect((await parked())[0]?.state).toBe('delivered')
  })

  it('in which identity numbers were found stay here with their records until a person has checked them; the others go on', async () => {
    await travel('bytes')
    // Born in 1893; synthetic.
    const [personal, plain] = [await documentWith(`证件 ${residentId('370102', '18930307', 12)}`), await documentWith('没有号码')]
    for (const bytes of [personal, plain]) await handIn(tiers.lower.hub, 'p-city', bytes)
    const { records } = await send([
      upsert('TBProjectInfo', 'A', project(1), { attachments: [named(personal)] }),
      upsert('TBProjectInfo', 'B', project(2), { attachments: [named(plain)] }),
    ])
    const { put, calls } = attachmentRoute()
    expect((await forward(put)).at(-1)).toBe('idle')
    expect(calls).toEqual([digestOf(plain)])
    expect(await parked()).toEqual([expect.objectContaining({ reason: 'attachment-unchecked', state: 'parked' })])
    await checkAttachment(tiers.lower.hub, 'operator:test', digestOf(personal), '办理所必需（合成）')
    expect((await forward(put)).at(-1)).toBe('idle')
    expect(calls).toEqual([digestOf(plain), digestOf(personal)])
    expect((await parked())[0]?.state).toBe('delivered')
    expect((await above(records[0]?.recordId as string))?.attachments).toMatchObject([{ digest: digestOf(personal), here: true }])
  })

  it('do not hold up records without any, nor need a sender of attachments for them', async () => {
    await travel('bytes')
    await send([upsert('TBProjectInfo', 'A', project(1))])
    expect((await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)).at(-1)).toBe('idle')
  })
})

describe('records without attachments', () => {
  it('touch none of the tables of attachments, on their whole way', async () => {
    const names = ['attachment_scan', 'attachment_chunk', 'attachment_right', 'attachment_use', 'version_attachments', 'attachment_sent']
    for (const { database } of [tiers.lower, tiers.upper])
      for (const name of names) await sql`drop table ${sql.table(name)} cascade`.execute(database.db)
    const { records } = await send([upsert('TBProjectInfo', 'A', project(1))])
    expect((await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)).at(-1)).toBe('idle')
    expect((await above(records[0]?.recordId as string))?.commitment).toBe(records[0]?.commitment)
    await sequenceLog(tiers.upper.hub)
    expect(verifyCustody(await custodyDocument(tiers.upper.hub, records[0]?.recordId as string)).outcome).toBe('unproven')
  })
})

describe('attachments that no record names', () => {
  it('are removed after their time, with an entry; what a record names, now or at this very moment, stays', async () => {
    const { hub } = tiers.lower
    const { db } = tiers.lower.database
    const [unnamed, kept, late] = [pdf(), pdf(), pdf()]
    for (const bytes of [unnamed, kept, late]) await handIn(hub, 'p-city', bytes)
    await send([upsert('TBProjectInfo', 'A', project(1), { attachments: [named(kept)] })])
    const later = new Date(hub.clock.now().getTime() + 1000)
    expect(await sweepAttachments(hub, new Date(hub.clock.now().getTime() - 1000))).toBe(0)
    // A record that names `late` is being stored while the sweep runs.
    let removed = -1
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom('attachment').select('digest').where('digest', '=', sha256(late)).forKeyShare().execute()
      removed = await sweepAttachments(hub, later)
    })
    expect(removed).toBe(1)
    const left = await db.selectFrom('attachment').select('digest').execute()
    expect(left.map((row) => digestText(row.digest)).toSorted()).toEqual([digestOf(kept), digestOf(late)].toSorted())
    const account = await db.selectFrom('attachment_account').selectAll().executeTakeFirstOrThrow()
    expect(account).toMatchObject({ files: 2, bytes: kept.length + late.length })
    const entry = await db
      .selectFrom('log_pending')
      .select('body')
      .where('kind', '=', 'attachment')
      .where('subject', '=', 'unnamed')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(entry.body)).toMatchObject({ act: 'removed', digests: [digestOf(unnamed)] })
    expect((await handIn(hub, 'p-city', unnamed)).created).toBe(true)
  })
})
