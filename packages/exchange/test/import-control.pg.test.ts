import { createPublicKey, randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { verifyDocument } from '@huijiao/identity'
import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  cancelSubmission,
  continueSubmission,
  findSubmission,
  type Hub,
  pauseSubmission,
  progressOf,
  resumeSubmission,
  sequenceLog,
  submissionOutcomes,
  submissionStatus,
} from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, responsible, submit, submitBytes, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, openTiers } from './two-tiers.ts'

let node: TestHub
let city: Caller
let other: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
  other = await enrol(node.hub, 'p-other')
})
afterAll(() => node.close())

const me = 'participant:p-city'
const operator = 'operator:test'
let serial = 0
/** A large submission that is registered and of which nothing is stored. Its lines are padded to 40 KB, so that a part has about 26. */
async function large(records = 300): Promise<{ id: string; no: number; bytes: Buffer; lines: readonly object[]; count: number }> {
  const id = randomUUID()
  const from = (serial += 1000)
  const lines = Array.from({ length: records }, (_, at) => upsert('TBProjectInfo', `L-${from + at}`, project(from + at)))
  const texts = [{ id, standard: '2018', responsible }, ...lines].map((line) => `${JSON.stringify(line).padEnd(40_000)}\n`)
  const bytes = Buffer.from(texts.join(''))
  const answer = await submitBytes(node.hub, city, bytes, { ndjson: true, respondAsync: true })
  // Whoever acts while it is stored does not wait for a connection to be made.
  await Promise.all(Array.from({ length: 4 }, () => node.database.pool.query('select 1')))
  return { id, no: (answer as { submissionNo: number }).submissionNo, bytes, lines, count: records }
}

const rowOf = (no: number) =>
  node.database.db.selectFrom('submission').selectAll().where('submission_no', '=', no).executeTakeFirstOrThrow()
const partsOf = (no: number) => node.database.db.selectFrom('part').selectAll().where('submission_no', '=', no).orderBy('part_no').execute()

/** A process stores a part in each transaction, so that what is done after the first of a dozen comes long before the last. */
const slowly = { partsAtOnce: 1 }

/** A process of the node that does something after its first commit. */
function acting(act: () => Promise<unknown>): { hub: Hub; done(): Promise<unknown> } {
  let acted: Promise<unknown> | undefined
  const onPending = () => {
    acted ??= act()
  }
  return { hub: { ...node.hub, onPending }, done: async () => await acted }
}

async function expectWhole(no: number, count: number): Promise<void> {
  const row = await rowOf(no)
  expect(row).toMatchObject({ state: 'finished', outcome: 'accepted', stored_records: count })
  expect(row.counts).toMatchObject({ accepted: count, unchanged: 0, refused: 0 })
  const parts = await partsOf(no)
  expect(parts.map((part) => part.byte_from).slice(1)).toEqual(parts.map((part) => part.byte_to).slice(0, -1))
  expect(parts.at(-1)?.byte_to).toBe(row.body_bytes)
  expect(parts.reduce((sum, part) => sum + part.record_count, 0)).toBe(count)
}

describe('a submission that is paused', () => {
  it('stops at the end of a part, stays so for everybody who would store it, and goes on there', async () => {
    const { no, count } = await large()
    const process = acting(() => pauseSubmission(node.hub, no, me))
    expect(await continueSubmission(process.hub, no, slowly)).toBe('paused')
    await process.done()
    const paused = await rowOf(no)
    const parts = await partsOf(no)
    expect(parts.length).toBeGreaterThanOrEqual(1)
    expect(paused).toMatchObject({ state: 'paused', paused_by: me, stored_bytes: parts.at(-1)?.byte_to })
    expect(paused.stored_records).toBeLessThan(count)
    expect(await continueSubmission({ ...node.hub }, no)).toBe('paused')
    expect(await partsOf(no)).toEqual(parts)
    expect(await resumeSubmission(node.hub, no, me)).toMatchObject({ state: 'storing', stored_records: paused.stored_records })
    expect(await continueSubmission(node.hub, no)).toBe('finished')
    await expectWhole(no, count)
    expect((await partsOf(no)).slice(0, parts.length)).toEqual(parts)
  })

  it('goes on in the same process when it is resumed just as that process found it paused', async () => {
    const { no, count } = await large()
    await pauseSubmission(node.hub, no, me)
    let answer: string | undefined
    // Between the read that says paused and what is made of it, somebody resumes it and asks this process to go on.
    const db = node.hub.db.withPlugin({
      transformQuery: ({ node: query }) => query,
      transformResult: async ({ result }) => {
        if (answer === undefined) {
          answer = 'asked'
          await resumeSubmission(node.hub, no, me)
          answer = await continueSubmission(process, no)
        }
        return result
      },
    })
    const process: Hub = { ...node.hub, db }
    expect(await continueSubmission(process, no)).toBe('finished')
    expect(answer).toBe('busy')
    await expectWhole(no, count)
  })

  it('is answered with its state when the same bytes come again, and stays paused', async () => {
    const { no, bytes } = await large(20)
    await pauseSubmission(node.hub, no, me)
    expect(await submitBytes(node.hub, city, bytes, { ndjson: true })).toMatchObject({
      kind: 'accepted',
      submissionNo: no,
      state: 'paused',
    })
    expect(await continueSubmission(node.hub, no)).toBe('paused')
    await cancelSubmission(node.hub, no, me)
  })

  it('by an operator is resumed by an operator only, while its sender may still cancel', async () => {
    const { no } = await large(20)
    await pauseSubmission(node.hub, no, me)
    await pauseSubmission(node.hub, no, operator)
    await pauseSubmission(node.hub, no, me)
    expect((await rowOf(no)).paused_by).toBe(operator)
    await expect(resumeSubmission(node.hub, no, me)).rejects.toMatchObject({ code: 'not-allowed' })
    expect(await resumeSubmission(node.hub, no, operator)).toMatchObject({ state: 'storing', paused_by: null })
    await pauseSubmission(node.hub, no, operator)
    expect(await cancelSubmission(node.hub, no, me)).toMatchObject({ state: 'finished', outcome: 'cancelled' })
  })
})

describe('a submission that is cancelled', () => {
  it('keeps what is stored, stores nothing more, and its signed receipt says so for ever', async () => {
    const { no, bytes, lines, count } = await large()
    const spool = (await rowOf(no)).spool_path as string
    const process = acting(() => cancelSubmission(node.hub, no, me))
    expect(await continueSubmission(process.hub, no, slowly)).toBe('finished')
    await process.done()
    const row = await rowOf(no)
    const parts = await partsOf(no)
    const stored = parts.reduce((sum, part) => sum + part.record_count, 0)
    expect(stored).toBeGreaterThan(0)
    expect(stored).toBeLessThan(count)
    const receipt = JSON.parse((row.receipt as Buffer).toString())
    expect(receipt).toMatchObject({
      outcome: 'cancelled',
      cancelled: { by: me, records: stored, bytes: { judged: parts.at(-1)?.byte_to, of: row.body_bytes } },
      counts: { accepted: stored, refused: 0 },
    })
    expect(receipt.records).toHaveLength(stored)
    const { signatures, ...signed } = receipt
    const verdict = verifyDocument(canonicalize(signed), signatures, (keyId) =>
      keyId === node.hub.signingKey.keyId ? { algorithm: 'ed25519', publicKey: createPublicKey(node.hub.signingKey.privateKey) } : null,
    )
    expect(verdict.verified).toEqual([node.hub.signingKey.keyId])
    // Every record that was acknowledged stands; none behind it exists.
    const { rows } = await node.database.pool.query(
      'select count(*)::int as stored from version v join part p using (part_id) where p.submission_no = $1',
      [no],
    )
    expect(rows[0]).toEqual({ stored })
    await expect(access(spool)).rejects.toThrow('ENOENT')
    // The same id and bytes get the same bytes back, whoever would store it stores nothing, and cancelling again changes nothing.
    const again = await submitBytes(node.hub, city, bytes, { ndjson: true })
    expect(again).toMatchObject({ kind: 'receipt', known: true })
    expect((again as { receipt: Buffer }).receipt.equals(row.receipt as Buffer)).toBe(true)
    expect(await continueSubmission(node.hub, no)).toBe('finished')
    expect(await cancelSubmission(node.hub, no, operator)).toEqual(row)
    // The rest goes under a new id: what stands already is unchanged.
    const rest = receiptOf(await submit(node.hub, city, lines, { ndjson: true }))
    expect(rest.counts).toMatchObject({ unchanged: stored, accepted: count - stored })
  })

  it('before anything is stored has a receipt without parts', async () => {
    const { no } = await large(20)
    await pauseSubmission(node.hub, no, me)
    const row = await cancelSubmission(node.hub, no, operator)
    expect(JSON.parse((row.receipt as Buffer).toString())).toMatchObject({
      outcome: 'cancelled',
      cancelled: { by: operator, records: 0, bytes: { judged: 0, of: row.body_bytes } },
      parts: [],
      records: [],
    })
  })

  it('cannot be paused, resumed or cancelled in another way once it has ended', async () => {
    const receipt = receiptOf(await submit(node.hub, city, [upsert('TBProjectInfo', 'E-1', project(90_000))]))
    const row = await findSubmission(node.database.db, 'p-city', (receipt as unknown as { submission: { id: string } }).submission.id)
    for (const act of [pauseSubmission, resumeSubmission, cancelSubmission])
      await expect(act(node.hub, row.submission_no, operator)).rejects.toMatchObject({ code: 'submission-not-open', status: 409 })
    expect(await rowOf(row.submission_no)).toEqual(row)
  })
})

describe('the log', () => {
  it('tells who paused, resumed and cancelled, with what was stored and the digest of the receipt', async () => {
    const { id, no } = await large(20)
    await pauseSubmission(node.hub, no, me)
    await resumeSubmission(node.hub, no, me)
    const row = await cancelSubmission(node.hub, no, operator)
    while (await sequenceLog(node.hub).then((entries) => entries.length > 0)) continue
    const entries = await node.database.db
      .selectFrom('log_entry')
      .select(['actor', 'body'])
      .where('kind', '=', 'submission')
      .where('subject', '=', id)
      .orderBy('index')
      .execute()
    expect(entries.map((entry) => [entry.actor, JSON.parse(entry.body as string).act])).toEqual([
      [me, 'paused'],
      [me, 'resumed'],
      [operator, 'cancelled'],
    ])
    expect(JSON.parse(entries[2]?.body as string)).toMatchObject({
      submission: { id, participant: 'p-city' },
      records: 0,
      receipt: digestText(sha256(row.receipt as Buffer)),
    })
  })
})

describe('the progress of a submission', () => {
  it('counts what is committed, the rate since it began or went on, and the time left by bytes', async () => {
    const { id, no, count } = await large()
    const before = await progressOf(node.hub, await rowOf(no))
    expect(before).toMatchObject({ records: { done: 0, refused: 0 }, share: 0, rate: null, secondsLeft: null, parts: 0 })
    const begun = { ...node.hub, onPending: () => node.clock.advance(10_000) }
    expect(await continueSubmission(begun, no, { sliceMs: 0 })).toBe('more')
    const parts = await partsOf(no)
    const bytes = parts.at(-1)?.byte_to as number
    const done = parts.reduce((sum, part) => sum + part.record_count, 0)
    const row = await rowOf(no)
    const first = await progressOf(node.hub, row)
    expect(first).toMatchObject({
      records: { done },
      bytes: { done: bytes, total: row.body_bytes },
      share: bytes / row.body_bytes,
      parts: parts.length,
      lastPartAt: parts.at(-1)?.stored_at.toISOString(),
    })
    expect(first.rate?.records).toBeCloseTo(done / 10, 1)
    expect(first.secondsLeft).toBe(Math.ceil((row.body_bytes - bytes) / (first.rate?.bytes as number)))
    // When nothing comes any more the rate sinks; another process, which knows nothing of the first, tells the same.
    node.clock.advance(90_000)
    const later = await progressOf({ ...node.hub }, row)
    expect(later.rate?.records).toBeCloseTo(done / 100, 1)
    const paused = await pauseSubmission(node.hub, no, me)
    expect(await progressOf(node.hub, paused)).toMatchObject({ rate: null, secondsLeft: null, paused: { by: me } })
    // After the pause only what is stored since counts for the rate.
    node.clock.advance(3_600_000)
    const resumed = await resumeSubmission(node.hub, no, me)
    expect((await progressOf(node.hub, resumed)).rate).toBeNull()
    expect((await submissionStatus(node.hub, resumed)).progress).toMatchObject({ records: { done } })
    while ((await continueSubmission(node.hub, no, { sliceMs: 0 })) === 'more') continue
    const finished = await findSubmission(node.database.db, 'p-city', id)
    expect(await progressOf(node.hub, finished)).toMatchObject({ records: { done: count, refused: 0 }, share: 1, rate: null })
    await expectWhole(no, count)
  })

  it('promises nothing where a place in the body says nothing', async () => {
    const records = Array.from({ length: 2500 }, (_, at) => upsert('TBProjectInfo', `J-${at}`, project(200_000 + at)))
    const answer = await submit(node.hub, city, records, { respondAsync: true })
    const { submissionNo } = answer as { submissionNo: number }
    const dying = {
      ...node.hub,
      onPending: () => {
        throw new Error('killed')
      },
    }
    await expect(continueSubmission(dying, submissionNo)).rejects.toThrow('killed')
    expect(await progressOf(node.hub, await rowOf(submissionNo))).toMatchObject({ share: null, bytes: { done: null }, secondsLeft: null })
    // Slices are for bodies that can be read from a place on: a document is stored to its end.
    expect(await continueSubmission(node.hub, submissionNo, { sliceMs: 0 })).toBe('finished')
    expect((await rowOf(submissionNo)).counts).toMatchObject({ accepted: 2500, unchanged: 0 })
  })
})

describe('a running import', () => {
  it('lets a single record of another participant be acknowledged between its parts', async () => {
    const { no, count } = await large(400)
    let single: Promise<Buffer> | undefined
    const process = acting(() => {
      single = submit(node.hub, other, [upsert('TBProjectInfo', 'S-1', project(300_000))]).then((answer) => {
        if (answer.kind !== 'receipt') throw new Error(answer.kind)
        return answer.receipt
      })
      return single
    })
    let partsWhenAcknowledged = 0
    const storing = continueSubmission(process.hub, no)
    const watching = (async () => {
      while (single === undefined) await new Promise((next) => setImmediate(next))
      await single
      partsWhenAcknowledged = (await partsOf(no)).length
    })()
    expect(await storing).toBe('finished')
    await watching
    await expectWhole(no, count)
    const all = (await partsOf(no)).length
    expect(partsWhenAcknowledged).toBeGreaterThanOrEqual(2)
    expect(partsWhenAcknowledged).toBeLessThan(all)
    // The order of the log: its entry stands between those of the import.
    while (await sequenceLog(node.hub).then((entries) => entries.length > 0)) continue
    const { rows } = await node.database.pool.query(
      `select s.participant_id as who from log_entry e join part p using (part_id) join submission s using (submission_no)
       where s.submission_no = $1 or s.participant_id = 'p-other' order by e.index`,
      [no],
    )
    const at = rows.findIndex((row) => row.who === 'p-other')
    expect(at).toBeGreaterThan(0)
    expect(at).toBeLessThan(rows.length - 1)
  })
})

describe('whatever is done to an import, and wherever its processes die', () => {
  it('stores every record once, in order, from where it was', async () => {
    type Step = 'die' | 'slice' | 'pause' | 'resume' | 'store' | 'two'
    const step = fc.constantFrom<Step>('die', 'slice', 'pause', 'resume', 'store', 'two')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { no, count } = await large(350)
        for (const one of steps) {
          if (one === 'pause' || one === 'resume')
            await (one === 'pause' ? pauseSubmission : resumeSubmission)(node.hub, no, me).catch((error: { code?: string }) => {
              expect(error.code).toBe('submission-not-open')
            })
          else if (one === 'slice') await continueSubmission({ ...node.hub }, no, { sliceMs: 0 })
          else if (one === 'two') await Promise.all([continueSubmission({ ...node.hub }, no), continueSubmission({ ...node.hub }, no)])
          else if (one === 'store') await continueSubmission({ ...node.hub }, no)
          else {
            const dying = {
              ...node.hub,
              onPending: () => {
                throw new Error('killed')
              },
            }
            await continueSubmission(dying, no).catch((error: Error) => expect(error.message).toBe('killed'))
          }
        }
        await resumeSubmission(node.hub, no, me).catch(() => undefined)
        expect(await continueSubmission({ ...node.hub }, no)).toBe('finished')
        await expectWhole(no, count)
        let index = 0
        for await (const page of submissionOutcomes(node.database.db, no))
          for (const line of page.toString().trimEnd().split('\n')) expect((JSON.parse(line) as { index: number }).index).toBe(index++)
        expect(index).toBe(count)
      }),
      { numRuns: 12 },
    )
  })
})

describe('existing stock', () => {
  const body = (records: readonly object[], more: object = {}) =>
    Buffer.from(
      JSON.stringify({ id: randomUUID(), standard: '2018', responsible: { unit: '示例（合成）', name: '王示例' }, records, ...more }),
    )

  it('is refused without a permission, or after its end', async () => {
    const record = upsert('TBProjectInfo', 'O-1', project(400_000))
    const until = new Date(node.clock.now().getTime() + 1000)
    await expect(submitBytes(node.hub, city, body([record], { legacy: true }))).rejects.toMatchObject({
      code: 'legacy-not-granted',
      status: 403,
    })
    await expect(submitBytes(node.hub, { ...city, legacyUntil: node.clock.now() }, body([record], { legacy: true }))).rejects.toMatchObject(
      { code: 'legacy-not-granted' },
    )
    const answer = await submitBytes(node.hub, { ...city, legacyUntil: until }, body([record], { legacy: true }))
    expect(JSON.parse((answer as { receipt: Buffer }).receipt.toString())).toMatchObject({ legacy: true, outcome: 'accepted' })
    await expect(submitBytes(node.hub, city, body([record], { legacy: 'yes' }))).rejects.toMatchObject({ code: 'envelope-invalid' })
    expect(receiptOf(await submitBytes(node.hub, city, body([record], { legacy: false }))).counts).toMatchObject({ unchanged: 1 })
  })

  it('marks submission, entry and versions, whatever its data source says, and goes on when the permission ends under way', async () => {
    const may = { ...city, legacyUntil: new Date(node.clock.now().getTime() + 1000) }
    const lines = Array.from({ length: 2500 }, (_, at) => upsert('TBProjectInfo', `O-${at}`, project(410_000 + at)))
    const text = [{ id: randomUUID(), standard: '2018', responsible: { unit: '示例（合成）', name: '王示例' }, legacy: true }, ...lines]
    const bytes = Buffer.from(text.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const answer = await submitBytes(node.hub, may, bytes, { ndjson: true, respondAsync: true })
    const { submissionNo } = answer as { submissionNo: number }
    node.clock.advance(5000)
    expect(await continueSubmission(node.hub, submissionNo)).toBe('finished')
    const row = await rowOf(submissionNo)
    expect(row).toMatchObject({ legacy: true, outcome: 'accepted' })
    expect(JSON.parse((row.receipt as Buffer).toString()).legacy).toBe(true)
    const { rows } = await node.database.pool.query(
      `select distinct v.flags, p.part_id from version v join part p using (part_id) where p.submission_no = $1`,
      [submissionNo],
    )
    expect(rows.map((one) => one.flags)).toEqual(rows.map(() => ['legacy']))
    while (await sequenceLog(node.hub).then((entries) => entries.length > 0)) continue
    const entry = await node.database.db
      .selectFrom('log_entry')
      .select('body')
      .where('part_id', '=', rows[0].part_id)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(entry.body as string).submission).toMatchObject({ legacy: true })
  })

  it('keeps its mark on the way up', async () => {
    const tiers = await openTiers()
    try {
      const vendor = await enrol(tiers.lower.hub)
      const may = { ...vendor, legacyUntil: new Date(tiers.lower.clock.now().getTime() + 1000) }
      await submitBytes(tiers.lower.hub, may, body([upsert('TBProjectInfo', 'U-1', project(1))], { legacy: true }))
      await submitBytes(tiers.lower.hub, vendor, body([upsert('TBProjectInfo', 'U-2', project(2))]))
      await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
      const above = await tiers.upper.hub.db.selectFrom('version').select(['source_id', 'flags']).orderBy('source_id').execute()
      expect(above).toEqual([
        { source_id: 'U-1', flags: ['legacy'] },
        { source_id: 'U-2', flags: null },
      ])
    } finally {
      await tiers.close()
    }
  })

  it('is judged by policy: a doubt it names is noted or passed over, and what refuses a record refuses stock too', async () => {
    const built = node.hub.policy()
    const policy = {
      ...built,
      document: {
        ...built.document,
        legacy: { rules: { 'date.future': 'pass', 'amount.max': 'note', 'region.nesting': 'pass' }, basis: '测试' } as const,
      },
    }
    const hub: Hub = { ...node.hub, policy: () => policy }
    const may = { ...city, legacyUntil: new Date(node.clock.now().getTime() + 60_000) }
    const ahead = { PrjApprovalDate: '2026-12-01' }
    const records = [
      upsert('TBProjectInfo', 'D-1', project(420_001, { ...ahead, AllInvest: '20000000.5' })),
      upsert('TBProjectInfo', 'D-2', project(420_002, { CountyNum: '370202' })),
    ]
    const stock = receiptOf(await submitBytes(hub, may, body(records, { legacy: true })))
    const plain = receiptOf(
      await submitBytes(hub, may, body([upsert('TBProjectInfo', 'D-3', project(420_003, { ...ahead, AllInvest: '20000000.5' }))])),
    )
    const rules = (receipt: typeof stock) =>
      receipt.records.map((one) =>
        (one.problems ?? []).map((problem) => `${(problem as { rule?: string }).rule} ${(problem as { severity?: string }).severity}`),
      )
    expect(plain.records[0]?.outcome).toBe('doubtful')
    expect(rules(plain)[0]).toEqual(expect.arrayContaining(['date.future warning']))
    expect(rules(stock)[0]?.some((rule) => rule.startsWith('date.future'))).toBe(false)
    expect(stock.records[0]?.outcome).toBe('accepted')
    expect(stock.records[1]?.outcome).toBe('refused')
  })
})
