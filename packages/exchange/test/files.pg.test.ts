import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { type FileKind, templateWorkbook } from '@huijiao/files'
import { type Entity, releases, type Release } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  continueSubmission,
  defaultBodyLimits,
  forgetSentFiles,
  receiveBody,
  receiveSubmission,
  sentFile,
  submissionOutcomes,
} from '../src/index.ts'
import { enrol, openTestHub, project, type TestHub } from './test-hub.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

const release = releases.get('2018') as Release
const entity = release.entities.get('TBProjectInfo') as Entity
const rowsInAll = 2300

/** Projects of which every hundredth has no name. */
const rowsFrom = (start: number) =>
  Array.from({ length: rowsInAll }, (_, at) => {
    const data = project(start + at) as Record<string, string>
    return at % 100 === 7 ? { ...data, PrjName: '' } : data
  })

const write: Readonly<Record<FileKind, (rows: Record<string, string>[]) => Promise<Buffer>>> = {
  csv: async (rows) => {
    const names = Object.keys(rows[0] as object)
    return Buffer.from(
      [names, ...rows.map((row) => names.map((name) => `"${row[name] ?? ''}"`))].map((cells) => `${cells.join(',')}\r\n`).join(''),
    )
  },
  xml: async (rows) =>
    Buffer.from(
      `<data>${rows
        .map(
          (row) =>
            `<TBProjectInfo>${Object.entries(row)
              .map(([name, value]) => `<${name}>${value}</${name}>`)
              .join('')}</TBProjectInfo>`,
        )
        .join('')}</data>`,
    ),
  xlsx: (rows) => templateWorkbook(release, entity, { rows }),
}

async function send(bytes: Buffer, id: string, more: { keepUntil?: Date; respondAsync?: boolean; mode?: 'atomic' } = {}) {
  const file = {
    envelope: { id, standard: '2018', responsible: { unit: '示例（合成）', name: '王示例' } },
    options: { entity: 'TBProjectInfo' },
    keepUntil: more.keepUntil ?? null,
  }
  const body = await receiveBody(Readable.from([bytes]), {
    contentType: undefined,
    contentEncoding: undefined,
    claimedDigest: null,
    limits: defaultBodyLimits,
    spoolDir: node.hub.spoolDir,
    file,
  })
  return await receiveSubmission(node.hub, {
    caller: city,
    body,
    mode: more.mode ?? 'partial',
    dryRun: false,
    respondAsync: more.respondAsync ?? false,
    idempotencyKey: null,
    traceParent: null,
    nonce: null,
  })
}

/** Where the refused records of a submission stand in its file. */
async function refusedPlaces(submissionNo: number): Promise<unknown[]> {
  const pages: Buffer[] = []
  for await (const page of submissionOutcomes(node.database.db, submissionNo)) pages.push(page)
  return Buffer.concat(pages)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ index, problems }) => [index, problems[0].place.row])
}

describe.each([
  ['csv', 20_000, 2],
  ['xlsx', 30_000, 3],
  ['xml', 40_000, 1],
] as const)('a %s file that is killed between two parts', (kind, start, firstRow) => {
  it('goes on where it was, doubles nothing, and numbers its rows as before', async () => {
    const bytes = await write[kind](rowsFrom(start))
    const answer = await send(bytes, randomUUID(), { respondAsync: true })
    const { submissionNo } = answer as { submissionNo: number }
    let parts = 0
    const dying = {
      ...node.hub,
      onPending: () => {
        parts += 1
        throw new Error('killed after its first part')
      },
    }
    await expect(continueSubmission(dying, submissionNo, { partsAtOnce: 1 })).rejects.toThrow('killed')
    expect(parts).toBe(1)
    const before = await node.database.db
      .selectFrom('submission')
      .selectAll()
      .where('submission_no', '=', submissionNo)
      .executeTakeFirstOrThrow()
    expect(before).toMatchObject({ state: 'storing', media: kind })
    expect(before.stored_records).toBeGreaterThan(0)
    expect(before.stored_records).toBeLessThan(rowsInAll)
    expect(await continueSubmission(node.hub, submissionNo)).toBe('finished')
    const row = await node.database.db
      .selectFrom('submission')
      .selectAll()
      .where('submission_no', '=', submissionNo)
      .executeTakeFirstOrThrow()
    expect(row.counts).toMatchObject({ accepted: rowsInAll - 23, refused: 23, unchanged: 0 })
    expect(JSON.parse((row.receipt as Buffer).toString())).toMatchObject({ file: { kind, sheets: [{ entity: 'TBProjectInfo' }] } })
    expect(await refusedPlaces(submissionNo)).toEqual(Array.from({ length: 23 }, (_, at) => [at * 100 + 7, at * 100 + 7 + firstRow]))
  })
})

describe('a file that is kept for its sender', () => {
  it('is sealed, is handed back whole, and is gone after its time', async () => {
    const bytes = await write.csv([project(50_000, { PrjName: '密封示例（合成）' }) as Record<string, string>])
    const id = randomUUID()
    const until = new Date(node.clock.now().getTime() + 86_400_000)
    await send(bytes, id, { keepUntil: until })
    const { content } = await node.database.db.selectFrom('sent_file').select('content').where('id', '=', id).executeTakeFirstOrThrow()
    expect(content.includes(Buffer.from('密封示例'))).toBe(false)
    expect((await sentFile(node.hub, city.participantId, id))?.bytes.equals(bytes)).toBe(true)
    expect(await sentFile(node.hub, 'p-other', id)).toBeNull()
    node.clock.advance(86_400_001)
    expect(await sentFile(node.hub, city.participantId, id)).toBeNull()
    await forgetSentFiles(node.database.db, node.clock.now())
    expect(await node.database.db.selectFrom('sent_file').select('id').execute()).toEqual([])
  })

  it('is not kept when nobody asks, nor when another request has its id', async () => {
    const first = await write.csv([project(50_001) as Record<string, string>])
    const second = await write.csv([project(50_002) as Record<string, string>])
    const id = randomUUID()
    await send(first, id)
    const until = new Date(node.clock.now().getTime() + 86_400_000)
    await expect(send(second, id, { keepUntil: until })).rejects.toMatchObject({ code: 'submission-conflict' })
    expect(await sentFile(node.hub, city.participantId, id)).toBeNull()
  })

  it('is kept with an atomic submission that was refused as a whole', async () => {
    const bytes = await write.csv([project(50_003) as Record<string, string>, project(50_004, { PrjName: '' }) as Record<string, string>])
    const id = randomUUID()
    const answer = await send(bytes, id, { mode: 'atomic', keepUntil: new Date(node.clock.now().getTime() + 86_400_000) })
    expect(JSON.parse((answer as { receipt: Buffer }).receipt.toString()).counts).toMatchObject({ accepted: 0, refused: 2 })
    expect((await sentFile(node.hub, city.participantId, id))?.bytes.equals(bytes)).toBe(true)
  })
})
