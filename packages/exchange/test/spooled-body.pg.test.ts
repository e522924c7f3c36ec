import { randomUUID } from 'node:crypto'
import { open, rm, truncate } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, continueSubmission, defaultBodyLimits, receiveBody, receiveSubmission } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, responsible, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

const spoolPathOf = async (submissionNo: number): Promise<string> => {
  const query = node.database.db.selectFrom('submission').select('spool_path').where('submission_no', '=', submissionNo)
  return (await query.executeTakeFirstOrThrow()).spool_path as string
}

/** One byte of a file becomes another. */
async function spoil(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  await file.write('~', at)
  await file.close()
}

describe('a body that waits on disk', () => {
  it('says incomplete when the body is lost, and continues with a resend of the same bytes', async () => {
    const id = randomUUID()
    const records = Array.from({ length: 2500 }, (_, at) => upsert('TBProjectInfo', `I-${at}`, project(12_000 + at)))
    const answer = await submit(node.hub, city, records, { id, ndjson: true, respondAsync: true })
    const submissionNo = (answer as { submissionNo: number }).submissionNo
    const path = await spoolPathOf(submissionNo)
    await rm(path)
    expect(await continueSubmission(node.hub, submissionNo)).toBe('incomplete')
    const receipt = receiptOf(await submit(node.hub, city, records, { id, ndjson: true }))
    expect(receipt.counts['accepted']).toBe(2500)
  })

  it.each<[string, (path: string) => Promise<void>]>([
    ['a byte of it has changed', (path) => spoil(path, 200)],
    ['its end is missing', (path) => truncate(path, 5000)],
    ['it is empty', (path) => truncate(path, 0)],
  ])('judges nothing of a body on disk when %s, and continues with a resend', async (what, change) => {
    const id = randomUUID()
    const records = Array.from({ length: 40 }, (_, at) => upsert('TBProjectInfo', `${what}-${at}`, project(16_000 + at)))
    const answer = await submit(node.hub, city, records, { id, ndjson: true, respondAsync: true })
    const submissionNo = (answer as { submissionNo: number }).submissionNo
    const path = await spoolPathOf(submissionNo)
    await change(path)
    expect(await continueSubmission(node.hub, submissionNo)).toBe('incomplete')
    expect(await node.database.db.selectFrom('part').select('part_id').where('submission_no', '=', submissionNo).execute()).toEqual([])
    const again = await submit(node.hub, city, records, { id, ndjson: true, respondAsync: true })
    expect(again).toMatchObject({ kind: 'accepted', submissionNo })
    // As by another process, which has not seen it arrive.
    expect(await continueSubmission({ ...node.hub, node: { ...node.hub.node } }, submissionNo)).toBe('finished')
    const { counts } = await node.database.db
      .selectFrom('submission')
      .select('counts')
      .where('submission_no', '=', submissionNo)
      .executeTakeFirstOrThrow()
    expect(Object.values(counts as Record<string, number>).reduce((sum, one) => sum + one, 0)).toBe(40)
  })

  it('asks for the same bytes again when the file of a body that has just arrived is gone', async () => {
    const records = Array.from({ length: 20 }, (_, at) => upsert('TBProjectInfo', `G-${at}`, project(15_000 + at)))
    const text = JSON.stringify({ id: randomUUID(), standard: '2018', responsible, records })
    const send = async (lose: boolean) => {
      const limits = { ...defaultBodyLimits, memoryBytesMax: 100 }
      const facts = {
        contentType: 'application/json',
        contentEncoding: undefined,
        claimedDigest: null,
        limits,
        spoolDir: node.hub.spoolDir,
      }
      const body = await receiveBody(Readable.from([Buffer.from(text)]), facts)
      if (lose) await rm(body.path as string)
      const how = { mode: 'partial' as const, dryRun: false, respondAsync: false, idempotencyKey: null, traceParent: null, nonce: null }
      return await receiveSubmission(node.hub, { caller: city, body, ...how })
    }
    await expect(send(true)).rejects.toMatchObject({ code: 'not-ready' })
    expect(receiptOf(await send(false)).counts['accepted']).toBe(20)
  })
})
