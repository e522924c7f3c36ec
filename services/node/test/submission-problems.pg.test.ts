import { randomUUID } from 'node:crypto'
import { recordProblem } from '@huijiao/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let id: string

/** Ten projects, six of them wrong: four in one field, one in two, one with a name that a spreadsheet takes for a formula. */
const records = [
  ...[1, 2, 3, 4].map((serial) => project(serial, { PrjPropertyNum: '077' })),
  project(5, { PrjName: '', AllInvest: 18600.5 }),
  { ...project(6, { NoSuchField: '=HYPERLINK("http://example.com","点我")' }), sourceId: '+SUM(1,2)' },
  ...[7, 8, 9, 10].map((serial) => project(serial)),
]

beforeAll(async () => {
  node = await startTestNode()
  vendor = await enrol(node.context, ['370100'], 'p-vendor')
  const document = submission(records)
  id = document['id'] as string
  const answer = await post('', document)
  expect(answer.json()['counts']).toMatchObject({ accepted: 4, refused: 6 })
})
afterAll(() => node.stop())

const post = (query: string, document: object) =>
  node.app.inject({
    method: 'POST',
    url: `/v1/submissions${query}`,
    headers: { 'content-type': 'application/json', ...vendor.headers },
    payload: JSON.stringify(document),
  })
const get = (query = '', headers: Record<string, string> = {}, of = id) =>
  node.app.inject({ method: 'GET', url: `/v1/submissions/${of}/problems${query}`, headers: { ...vendor.headers, ...headers } })
const page = async (query = '') => {
  const answer = await get(query)
  expect(answer.statusCode, answer.payload).toBe(200)
  return answer.json() as { records: { index: number; problems: { code: string; pointer: string }[] }[]; next: number | null }
}

describe('the problems of a submission', () => {
  it('are listed by record, a page at a time', async () => {
    const all = await page()
    expect(all.records.map((record) => record.index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(all.next).toBeNull()
    const first = await page('?limit=4')
    expect([first.records.length, first.next]).toEqual([4, 4])
    const second = await page(`?limit=4&after=${first.next}`)
    expect([...first.records, ...second.records]).toEqual(all.records)
    expect(second.next).toBeNull()
  })

  it('are chosen by code, field and severity, and a record shows only the problems that are meant', async () => {
    expect((await page('?code=code-unknown')).records.map((record) => record.index)).toEqual([0, 1, 2, 3])
    for (const field of ['AllInvest', encodeURIComponent('/data/AllInvest')]) {
      const { records: found } = await page(`?field=${field}`)
      expect(found.map((record) => [record.index, record.problems.map((problem) => problem.pointer)])).toEqual([[4, ['/data/AllInvest']]])
    }
    expect((await page(`?field=${encodeURIComponent('项目名称')}`)).records.map((record) => record.index)).toEqual([4])
    expect((await page('?severity=warning')).records).toEqual([])
    expect((await page('?code=parent-missing')).records).toEqual([])
  })

  it('are grouped by code, field and rule, each group with its first examples and the address that lists it all', async () => {
    const grouped = (await get('?group=true')).json() as Record<string, any>
    expect(grouped).toMatchObject({ submission: id, state: 'finished', records: 6, problems: 7 })
    const [most] = grouped['groups'] as Record<string, any>[]
    expect(most).toMatchObject({
      code: 'code-unknown',
      severity: 'error',
      pointer: '/data/PrjPropertyNum',
      count: 4,
      examples: [0, 1, 2].map((record) => ({ record, pointer: '/data/PrjPropertyNum', value: '077' })),
    })
    expect(most!['field']).toMatch(/\p{Script=Han}/u)
    expect(most!['rule']).toBeTruthy()
    const listed = await node.app.inject({ method: 'GET', url: most!['all'], headers: vendor.headers })
    expect((listed.json() as { records: unknown[] }).records).toHaveLength(4)
    const one = (await get('?group=true&code=type-wrong')).json() as Record<string, any>
    expect(one['groups']).toMatchObject([{ code: 'type-wrong', count: 1 }])
    expect(one['problems']).toBe(1)
  })

  it('come as CSV that Excel opens as it should: marked UTF-8, one problem a line, and no cell that is a formula', async () => {
    for (const answer of [await get('?format=csv'), await get('', { accept: 'text/csv' })]) {
      expect(answer.headers['content-type']).toContain('text/csv')
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="problems-${id}.csv"`)
      expect([...answer.rawPayload.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
      const lines = answer.payload.split('\r\n').slice(0, -1)
      expect(lines).toHaveLength(1 + 7)
      expect(lines[0]).toContain('问题代码 code')
      expect(lines[1]).toMatch(/^1,/)
      expect(answer.payload).toContain(`"'+SUM(1,2)"`)
      // Every cell of every line, taken apart as a spreadsheet does.
      const cells = lines.flatMap((line) => line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []).map((cell) => cell.replace(/^"/, ''))
      expect(cells.filter((cell) => /^[=+\-@\t]/.test(cell))).toEqual([])
    }
  })

  it('come as one JSON document and as NDJSON, with the filters of a page', async () => {
    const whole = await get('?format=json')
    expect(whole.headers['content-disposition']).toContain('.json')
    expect(whole.json()).toEqual({ submission: id, state: 'finished', records: (await page()).records })
    const lines = (await get('?format=ndjson&code=code-unknown')).payload.split('\n').slice(0, -1)
    expect(lines.map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([0, 1, 2, 3])
    for (const [query, value, near] of [
      ['?code=nope', 'nope', undefined],
      ['?code=region-nested', 'region-nested', 'region-not-nested'],
      ['?rule=region', 'region', 'region.nesting'],
    ] as const) {
      const answer = await get(query)
      expect([query, answer.statusCode, answer.json()]).toEqual([query, 400, expect.objectContaining({ code: 'parameter-invalid', value })])
      if (near !== undefined) expect((answer.json() as { allowed: string }).allowed).toContain(near)
    }
    const none = await get('?format=json&code=parent-missing')
    expect(none.json()).toMatchObject({ records: [] })
  })

  it('are grouped in a file too', async () => {
    const answer = await get('?group=true&format=csv')
    const lines = answer.payload.split('\r\n').slice(0, -1)
    expect(lines[0]).toContain('次数 count')
    expect(lines[1]).toMatch(/^4,/)
    expect((await get('?group=true&format=json')).json()).toMatchObject({ problems: 7 })
  })

  it('do not come in a form that does not exist, nor as a page of a download', async () => {
    for (const query of ['?format=docx', '?format=csv&limit=10', '?severity=fatal', '?grouped=true']) {
      const answer = await get(query)
      expect([query, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([query, 400, 'parameter-invalid'])
    }
  })

  it('are nobody else’s business', async () => {
    const other = await enrol(node.context, ['370100'], 'p-other')
    for (const query of ['', '?group=true', '?format=csv']) expect((await get(query, other.headers)).statusCode).toBe(404)
  })

  it('are grouped, chosen and downloaded by the operator too, whose reading is recorded', async () => {
    const ask = (query: string) =>
      node.app.inject({
        method: 'GET',
        url: `/admin/v1/submissions/${id}/problems${query}`,
        headers: { authorization: `Bearer ${adminToken}` },
      })
    const grouped = (await ask('?group=true')).json() as Record<string, any>
    expect(grouped).toMatchObject({ problems: 7, groups: [{ code: 'code-unknown', count: 4 }, {}, {}, {}] })
    expect(grouped['groups'][0].all).toMatch(/^\/admin\/v1\//)
    expect((await ask('?code=code-unknown')).json()).toMatchObject({
      items: [{ index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }],
      next: null,
    })
    expect((await ask('?format=csv')).payload.split('\r\n')).toHaveLength(1 + 7 + 1)
    const events = await node.database.db.selectFrom('access_event').selectAll().where('action', '=', 'read-submission-problems').execute()
    expect(events).toHaveLength(3)
  })

  it('are grouped in the answer of a dry run, before anything is stored', async () => {
    const document = submission(records.map((record, at) => ({ ...record, sourceId: `DRY-${at}` })))
    const answer = (await post('?dryRun=true', document)).json() as Record<string, any>
    expect(answer['groups'][0]).toMatchObject({ code: 'code-unknown', count: 4, examples: [{ record: 0 }, { record: 1 }, { record: 2 }] })
    expect(answer['groups'].reduce((sum: number, group: { count: number }) => sum + group.count, 0)).toBe(
      answer['records'].reduce((sum: number, record: { problems?: unknown[] }) => sum + (record.problems?.length ?? 0), 0),
    )
  })
})

describe('the problems of a large submission', () => {
  const perPart = 500
  const parts = 130
  let large: string

  /** As a large import leaves it: parts of refused records; part 100 has one problem of another kind. */
  beforeAll(async () => {
    const { db } = node.database
    const detail = { zh: '值不在字典中', en: 'not in the dictionary' }
    const line = (index: number, code: 'code-unknown' | 'date-future') =>
      `${JSON.stringify({
        index,
        entity: 'TBProjectInfo',
        sourceId: `R-${index}`,
        outcome: 'refused',
        problems: [recordProblem(code, { record: index, pointer: '/data/PrjPropertyNum', field: '建设性质', rule: 'field.code', detail })],
      })}\n`
    const small = await db.selectFrom('submission').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const model = await db.selectFrom('part').selectAll().where('submission_no', '=', small.submission_no).executeTakeFirstOrThrow()
    large = randomUUID()
    const { submission_no: _no, ...values } = small
    const { submission_no } = await db
      .insertInto('submission')
      .values({ ...values, id: large, counts: JSON.stringify(values.counts), standards: null } as never)
      .returning('submission_no')
      .executeTakeFirstOrThrow()
    for (let at = 0; at < parts; at += 1) {
      const first = at * perPart
      const lines = Array.from({ length: perPart }, (_, n) => line(first + n, at === 100 && n === 7 ? 'date-future' : 'code-unknown'))
      await db
        .insertInto('part')
        .values({
          ...model,
          part_id: 1_000_000 + at,
          submission_no,
          part_no: at,
          first_record: first,
          record_count: perPart,
          counts: JSON.stringify({ refused: perPart }),
          outcomes: Buffer.from(lines.join('')),
        })
        .execute()
    }
  }, 60_000)

  it('are grouped with every one counted, and the groups are kept for the next who asks', async () => {
    const grouped = (await get('?group=true', {}, large)).json() as Record<string, any>
    expect(grouped).toMatchObject({ records: perPart * parts, problems: perPart * parts })
    expect(grouped['groups']).toMatchObject([
      { code: 'code-unknown', count: perPart * parts - 1 },
      { code: 'date-future', count: 1, examples: [{ record: 100 * perPart + 7 }] },
    ])
    const kept = await node.database.db.selectFrom('problem_groups').selectAll().execute()
    expect(kept).toHaveLength(1)
    await node.database.db.updateTable('problem_groups').set({ problems: 4711 }).execute()
    expect((await get('?group=true', {}, large)).json()).toMatchObject({ problems: 4711 })
  }, 60_000)

  it('are counted once for all who ask at the same time', async () => {
    await node.database.db.deleteFrom('problem_groups').execute()
    const answers = await Promise.all([1, 2, 3].map(() => get('?group=true', {}, large)))
    expect(new Set(answers.map((answer) => answer.payload)).size).toBe(1)
    expect(answers[0]?.json()).toMatchObject({ problems: perPart * parts })
  }, 60_000)

  it('let a rare one be found by going on at `next`, each request looking through a bounded stretch', async () => {
    const found: number[] = []
    let requests = 0
    for (let after: number | null = 0; after !== null; requests += 1) {
      const answer: { records: { index: number }[]; next: number | null } = (
        await get(`?code=date-future&after=${after}`, {}, large)
      ).json()
      found.push(...answer.records.map((record) => record.index))
      after = answer.next
    }
    expect(found).toEqual([100 * perPart + 7])
    expect(requests).toBeGreaterThan(1)
  })

  it('are downloaded whole', async () => {
    const answer = await get('?format=ndjson', {}, large)
    expect(answer.payload.split('\n')).toHaveLength(perPart * parts + 1)
  }, 60_000)

  it('are paged without loss, also for the operator', async () => {
    const indexes: number[] = []
    let cursor: string | null = null
    do {
      const url: string = `/admin/v1/submissions/${large}/problems?limit=500${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
      const answer = await node.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${adminToken}` } })
      const body = answer.json() as { items: { index: number }[]; next: string | null }
      indexes.push(...body.items.map((record) => record.index))
      cursor = indexes.length > 3000 ? null : body.next
    } while (cursor !== null)
    expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, at) => at))
    expect(indexes.length).toBeGreaterThan(3000)
  }, 60_000)
})
