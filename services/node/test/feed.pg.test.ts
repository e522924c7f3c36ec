import { sampleCity } from '@huijiao/testing'
import { verifyCustody, verifierKey } from '@huijiao/merkle'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { company } from './company.ts'
import { enrol, project, submission, type TestNode } from './node.ts'
import { admin, call, startTier } from './tiers.ts'

let province: TestNode
let city: TestNode
let county: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let district: Awaited<ReturnType<typeof enrol>>
let register: Awaited<ReturnType<typeof enrol>>

beforeAll(async () => {
  province = await startTier('370000', 'provincial')
  city = await startTier('370100', 'municipal', province)
  county = await startTier('370102', 'county', city)
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
  district = await enrol(county.context, ['370102'], 'p-district')
  register = await enrol(province.context, ['370000'], 'p-register')
})
afterAll(async () => {
  for (const node of [county, city, province]) await node?.stop()
})

type Json = Record<string, any>
const submit = async (node: TestNode, headers: Record<string, string>, records: unknown[]): Promise<Json> =>
  (await call(node, 'POST', '/v1/submissions', headers, submission(records))).json
const companyRecord = (serial: number, over: Record<string, unknown> = {}) => ({
  entity: 'TBCorpBasicInfo',
  operation: 'upsert',
  sourceId: `Q-${serial}`,
  data: company(serial, over),
})
const streamsOf = async (node: TestNode): Promise<string[]> =>
  (
    await node.database.db
      .selectFrom('stream')
      .innerJoin('source', 'source.source_no', 'stream.source_no')
      .select(['origin', 'participant', 'entity'])
      .execute()
  ).map((row) => `${row.origin}/${row.participant} ${row.entity}`)
const feedOf = async (node: TestNode, headers: Record<string, string>, query = ''): Promise<Json> =>
  (await call(node, 'GET', `/v1/feed${query}`, headers)).json

describe('a vendor', () => {
  it('waits for what the province says of its records, and is told it once', async () => {
    const begun = await feedOf(city, vendor.headers, '?kinds=outcomes')
    expect(begun['more']).toBe(false)
    const waiting = feedOf(city, vendor.headers, `?after=${begun['cursor']}&kinds=outcomes&wait=20`)
    await vi.waitFor(() => expect(city.context.feedWaiters.count()).toBeGreaterThan(0), 5000)
    const receipt = await submit(city, vendor.headers, [project(1)])
    const page = await waiting
    expect(page['items']).toMatchObject([
      {
        kind: 'outcome',
        upstream: '370000',
        submissions: [{ submission: receipt['submission'].id, counts: { accepted: 1 }, exceptions: [] }],
      },
    ])
    expect((await feedOf(city, vendor.headers, `?after=${page['cursor']}&kinds=outcomes`))['items']).toEqual([])
    expect((await feedOf(city, vendor.headers, `?after=${begun['cursor']}&kinds=outcomes`))['items']).toEqual(page['items'])
  })

  it('learns which record was refused, by its place in the submission', async () => {
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370200'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    const { cursor } = await feedOf(city, vendor.headers, '?kinds=outcomes')
    const waiting = feedOf(city, vendor.headers, `?after=${cursor}&kinds=outcomes&wait=20`)
    const receipt = await submit(city, vendor.headers, [project(2)])
    const { items } = await waiting
    expect(items[0].submissions[0]).toMatchObject({
      submission: receipt['submission'].id,
      counts: { refused: 1 },
      exceptions: [
        { record: 0, sourceId: 'XM-2', recordId: receipt['records'][0].recordId, outcome: 'refused', codes: ['region-not-granted'] },
      ],
    })
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370100'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
  })

  it('is one of many who wait, and the node goes on with its few connections', async () => {
    const { cursor } = await feedOf(city, vendor.headers, '?kinds=outcomes')
    const others = await Promise.all(Array.from({ length: 5 }, (_, at) => enrol(city.context, ['370100'], `p-waits-${at}`)))
    const leaving = new AbortController()
    const idle = others.flatMap(({ headers }) =>
      Array.from({ length: 30 }, () =>
        fetch(`${city.url}/v1/feed?after=${cursor}&kinds=outcomes&wait=60`, { headers, signal: leaving.signal }).then(
          () => 'answered',
          () => 'left',
        ),
      ),
    )
    const own = Array.from({ length: 20 }, () => feedOf(city, vendor.headers, `?after=${cursor}&kinds=outcomes&wait=60`))
    await vi.waitFor(() => expect(city.context.feedWaiters.count()).toBeGreaterThanOrEqual(170), 30_000)
    const receipt = await submit(city, vendor.headers, [project(30)])
    for (const page of await Promise.all(own)) expect(JSON.stringify(page)).toContain(receipt['submission'].id)
    expect(city.context.feedWaiters.count()).toBeGreaterThanOrEqual(150)
    leaving.abort()
    expect(new Set(await Promise.all(idle))).toEqual(new Set(['left']))
    await vi.waitFor(() => expect(city.context.feedWaiters.count()).toBeLessThan(5), 10_000)
  }, 60_000)

  it('is refused a cursor that no node gave, and a kind that there is not', async () => {
    for (const query of ['?after=bm9uc2Vuc2U', '?kinds=secrets', '?wait=61'])
      expect((await call(city, 'GET', `/v1/feed${query}`, vendor.headers)).json).toMatchObject({ code: 'parameter-invalid', status: 400 })
    expect((await call(city, 'GET', '/v1/feed/records', vendor.headers)).json).toMatchObject({ code: 'not-allowed' })
  })

  it('goes on after the node began a new epoch, and is told so', async () => {
    const { cursor } = await feedOf(city, vendor.headers)
    const [epoch, , index] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const earlier = Buffer.from(JSON.stringify([epoch - 1, 'another', index])).toString('base64url')
    const page = await feedOf(city, vendor.headers, `?after=${earlier}&kinds=outcomes`)
    expect(page).toMatchObject({ restarted: true })
    expect(page['items'].length).toBeGreaterThan(1)
    expect((await feedOf(city, vendor.headers, `?after=${page['cursor']}`))['restarted']).toBeUndefined()
  })
})

describe('authoritative records', () => {
  it('come down two hops with their proofs, without what is sealed, and go up no link', async () => {
    const receipt = await submit(province, register.headers, [companyRecord(1)])
    const { recordId } = receipt['records'][0]
    for (const node of [city, county])
      await vi.waitFor(async () => expect(await streamsOf(node)).toContain('370000/p-register TBCorpBasicInfo'), 10_000)
    const rows = await county.database.db
      .selectFrom('version')
      .innerJoin('part', 'part.part_id', 'version.part_id')
      .innerJoin('submission', 'submission.submission_no', 'part.submission_no')
      .select(['version.state', 'sealed_text', 'open_text', 'named_text', 'came_from_above', 'participant_id'])
      .where('entity', '=', 'TBCorpBasicInfo')
      .execute()
    expect(rows).toMatchObject([{ state: 'accepted', sealed_text: null, came_from_above: '370100', participant_id: 'above-370100' }])
    const texts = `${rows[0]?.open_text}${rows[0]?.named_text}`
    const { LegalManIDCard, LinkPhone, CorpName } = company(1)
    expect(texts).toContain(CorpName)
    for (const secret of [LegalManIDCard, LinkPhone]) expect(texts).not.toContain(secret)

    const supervisor = await enrol(county.context, ['370000'])
    const custody = await call(county, 'GET', `/v1/records/${recordId}/custody`, supervisor.headers)
    const trusted = [province, city, county].map(({ context: { hub } }) => verifierKey(hub.node.name, hub.signingKey.publicKey))
    const report = verifyCustody(custody.json, trusted)
    expect(report.checks.filter((check) => check.status === 'failed')).toEqual([])
    expect(report.path).toEqual(['370102', '370100', '370000'])

    // Loop guard: both links are at rest, nothing of it was delivered, and the province holds it once.
    for (const node of [county, city])
      await vi.waitFor(async () => {
        const [link] = (await call(node, 'GET', '/admin/v1/links', admin)).json['items']
        expect(link).toMatchObject({ state: 'idle', lag: { entries: 0 } })
      }, 10_000)
    const versions = await province.database.db.selectFrom('version').select('record_id').where('entity', '=', 'TBCorpBasicInfo').execute()
    expect(versions).toHaveLength(1)
    const sent = await city.database.db.selectFrom('delivery').select('items').execute()
    const down = await city.database.db
      .selectFrom('part')
      .innerJoin('submission', 'submission.submission_no', 'part.submission_no')
      .select('part_id')
      .where('came_from_above', 'is not', null)
      .execute()
    const sentParts = new Set(sent.flatMap((row) => row.items.map((item) => item[1])))
    expect(down.filter((row) => sentParts.has(row.part_id))).toEqual([])
  })

  it('do not go up either when a comparison looks for what was left out', async () => {
    const run = await call(city, 'POST', '/admin/v1/links/370000/reconcile', admin, {})
    expect(run.status).toBeLessThan(300)
    await vi.waitFor(async () => {
      const [last] = (await call(city, 'GET', '/admin/v1/links/370000/reconcile', admin)).json['items']
      expect(last).toMatchObject({ state: 'equal' })
      expect(JSON.stringify(last)).not.toContain('TBCorpBasicInfo')
    }, 15_000)
  })

  it('follow a change above, and lead where the city says something else', async () => {
    await submit(city, vendor.headers, [companyRecord(1, { CorpName: '示例市里写的名称有限公司（合成）' })])
    await submit(province, register.headers, [companyRecord(1, { CorpName: '示例改名建设有限公司（合成）' })])
    const lookup = await vi.waitFor(async () => {
      const { json } = await call(city, 'POST', '/v1/records/lookup', vendor.headers, {
        entity: 'TBCorpBasicInfo',
        key: { CorpCode: company(1).CorpCode },
      })
      const record = (await call(city, 'GET', `/v1/records/${json['recordId']}`, vendor.headers)).json
      expect(record['inForce'].data.CorpName).toBe('示例改名建设有限公司（合成）')
      return record
    }, 10_000)
    expect(lookup['streams'].map((one: Json) => one['stream']).sort()).toEqual(['370000/p-register', '370100/p-vendor'])
  })

  it('do not come back to the node that they came from', async () => {
    // The city's own word on the company went up; the province's feed must not tell the city of it.
    await vi.waitFor(async () => expect(await streamsOf(province)).toContain('370100/p-vendor TBCorpBasicInfo'), 10_000)
    const all = await city.database.db
      .selectFrom('version')
      .innerJoin('source', 'source.source_no', 'version.source_no')
      .select('n')
      .where('origin', '=', '370100')
      .where('entity', '=', 'TBCorpBasicInfo')
      .execute()
    expect(all).toHaveLength(1)
    const stored = await city.database.db.selectFrom('submission').select('counts').where('came_from_above', 'is not', null).execute()
    expect(stored.map((row) => row.counts?.['refused'])).toEqual(stored.map(() => 0))
  })

  it('satisfy references of records that would have to wait', async () => {
    const { json } = await call(city, 'GET', '/admin/v1/policy', admin)
    const document = json['document']
    const references = document.references.map((rule: Json) =>
      rule['rule'] === 'linkage.company' ? { ...rule, children: ['CorpSafetyPermit'], onMissing: 'hold', tiers: {} } : rule,
    )
    expect(
      (await call(city, 'PUT', '/admin/v1/policy', admin, { ...document, id: 'holds-companies', version: 1, references })).status,
    ).toBe(200)
    const permit = (serial: number) => ({
      entity: 'CorpSafetyPermit',
      operation: 'upsert',
      sourceId: `F-${serial}`,
      data: permitData(company(serial)['CorpCode'] as string, serial),
    })
    await vi.waitFor(async () => {
      const receipt = await submit(city, vendor.headers, [permit(1), permit(9)])
      expect(receipt['records'].map((one: Json) => one['outcome'])).toEqual(expect.arrayContaining(['held']))
      const states = await city.database.db.selectFrom('stream').select(['head_state']).where('entity', '=', 'CorpSafetyPermit').execute()
      expect(states.map((row) => row.head_state).sort()).toEqual(['accepted', 'held'])
    }, 10_000)
  })

  it('reach a vendor as items, without sealed fields, when they are for its regions', async () => {
    const page = await feedOf(city, vendor.headers, '?kinds=records')
    expect(page['items'].length).toBeGreaterThan(0)
    const item = page['items'].at(-1)
    expect(item).toMatchObject({ kind: 'record', entity: 'TBCorpBasicInfo', stream: '370000/p-register', operation: 'upsert' })
    expect(item.data).toMatchObject({ CorpCode: company(1).CorpCode, LegalMan: '法示例' })
    expect(Object.keys(item.data)).not.toEqual(expect.arrayContaining(['LegalManIDCard']))
    expect(JSON.stringify(page)).not.toContain(company(1).LegalManIDCard)
    const elsewhere = await enrol(city.context, ['320100'])
    expect((await feedOf(city, elsewhere.headers, '?kinds=records'))['items']).toEqual([])
  })
})

describe('corrections', () => {
  it('made above come down, count at the city, and are told to the vendor', async () => {
    const receipt = await submit(city, vendor.headers, [project(20)])
    const { recordId, commitment } = receipt['records'][0]
    await vi.waitFor(async () => expect((await call(province, 'GET', `/admin/v1/records/${recordId}`, admin)).status).toBe(200), 10_000)
    const { cursor } = await feedOf(city, vendor.headers, '?kinds=corrections')
    const waiting = feedOf(city, vendor.headers, `?after=${cursor}&kinds=corrections&wait=20`)
    const made = await call(province, 'POST', `/admin/v1/records/${recordId}/corrections`, admin, {
      corrects: commitment,
      fields: { PrjName: '示例花园二十（更正，合成）' },
      reason: '名称有误（示例）',
    })
    expect(made.status).toBeLessThan(300)
    expect((await waiting)['items']).toMatchObject([
      {
        kind: 'correction',
        recordId,
        stream: '370000/node',
        corrects: commitment,
        fields: ['PrjName'],
        reason: '名称有误（示例）',
        data: { PrjName: '示例花园二十（更正，合成）' },
      },
    ])
    const record = (await call(city, 'GET', `/v1/records/${recordId}`, vendor.headers)).json
    expect(record['inForce'].data.PrjName).toBe('示例花园二十（更正，合成）')
    // The vendor repeats what it said: the correction stands.
    await submit(city, vendor.headers, [project(20)])
    expect((await call(city, 'GET', `/v1/records/${recordId}`, vendor.headers)).json['inForce'].data.PrjName).toContain('更正')
  })

  it('of other cities’ records come to nobody else', async () => {
    const other = await startTier('370200', 'municipal', province)
    try {
      await vi.waitFor(async () => expect(await streamsOf(other)).toContain('370000/p-register TBCorpBasicInfo'), 10_000)
      expect((await streamsOf(other)).filter((one) => !one.endsWith('TBCorpBasicInfo'))).toEqual([])
    } finally {
      await other.stop()
    }
  })
})

describe('notices', () => {
  it('go down to everybody below, and are taken back everywhere', async () => {
    const before = await feedOf(county, district.headers, '?kinds=notices')
    const waiting = feedOf(county, district.headers, `?after=${before['cursor']}&kinds=notices&wait=20`)
    const published = await call(province, 'POST', '/admin/v1/notices', admin, { title: '停机通知（示例）', text: '示例：今晚停机维护。' })
    expect(published).toMatchObject({ status: 201, json: { origin: '370000', title: '停机通知（示例）' } })
    const told = await waiting
    expect(told['items']).toMatchObject([
      { kind: 'notice', action: 'published', notice: { id: published.json['id'], origin: '370000', text: '示例：今晚停机维护。' } },
    ])
    const again = feedOf(county, district.headers, `?after=${told['cursor']}&kinds=notices&wait=20`)
    expect((await call(city, 'POST', `/admin/v1/notices/${published.json['id']}/withdraw`, admin)).status).toBe(404)
    expect((await call(province, 'POST', `/admin/v1/notices/${published.json['id']}/withdraw`, admin)).status).toBe(200)
    expect((await again)['items']).toMatchObject([{ kind: 'notice', action: 'withdrawn', notice: { id: published.json['id'] } }])
    const [shown] = (await call(county, 'GET', '/admin/v1/notices', admin)).json['items']
    expect(shown).toMatchObject({ id: published.json['id'], from: '370100', withdrawnAt: expect.any(String) })
    // Each node knows who below it has fetched it, and who has not.
    const readers = (await call(county, 'GET', `/admin/v1/notices/${published.json['id']}/readers`, admin)).json
    const { participantId } = district
    const item = readers['items'].find((one: Json) => one['participantId'] === participantId)
    expect(item).toMatchObject({ kind: 'system', fetchedAt: expect.any(String), withdrawalFetchedAt: expect.any(String) })
    expect(readers['fetched']).toBe(readers['items'].filter((one: Json) => one['fetchedAt'] !== null).length)
  })

  it('for one region are not told in another', async () => {
    const { cursor } = await feedOf(county, district.headers, '?kinds=notices')
    await call(city, 'POST', '/admin/v1/notices', admin, { title: '历城通知（示例）', text: '示例', regions: ['370112'] })
    const own = await call(city, 'POST', '/admin/v1/notices', admin, { title: '历下通知（示例）', text: '示例', regions: ['370102'] })
    const { items } = await feedOf(county, district.headers, `?after=${cursor}&kinds=notices&wait=20`)
    expect(items.map((item: Json) => item['notice'].id)).toEqual([own.json['id']])
    const { meant, items: readers } = (await call(city, 'GET', `/admin/v1/notices/${own.json['id']}/readers`, admin)).json
    expect(meant).toBe(readers.length)
    expect(readers.find((one: Json) => one['kind'] === 'node')).toMatchObject({ fetchedAt: expect.any(String), withdrawalFetchedAt: null })
    const none = await call(city, 'GET', '/admin/v1/notices/00000000-0000-4000-8000-000000000000/readers', admin)
    expect([none.status, none.json['code']]).toEqual([404, 'not-found'])
    const stray = await call(city, 'POST', '/admin/v1/notices', admin, { title: '示例', text: '示例', regions: ['370200'] })
    expect(stray.json).toMatchObject({ code: 'parameter-invalid' })
  })
})

/** A safety permit of a company: what the sample city has, for another company. */
function permitData(CorpCode: string, serial: number): Record<string, unknown> {
  const sample = sampleCity().filings.find((one) => one.record.entity === 'CorpSafetyPermit' && one.fate.outcome === 'accepted')
  return { ...sample?.record.data, CorpCode, SafetyCerID: `（鲁）JZ安许证字〔2024〕01000${serial}` }
}

describe('numbers that changed', () => {
  const key = (serial: number) => ({ key: { PrjNum: (project(serial) as { data: { PrjNum: string } }).data.PrjNum } })
  const listOf = async (node: TestNode): Promise<Json[]> => (await call(node, 'GET', '/admin/v1/successions?limit=5', admin)).json['items']

  it('are told to the levels above over HTTP, with what they answered, and are taken back there', async () => {
    const body = { entity: 'TBProjectInfo', kind: 'renamed', from: [key(60)], to: [key(61)], reason: '重新赋码（合成）' }
    const { succession } = (await call(county, 'POST', '/admin/v1/successions', admin, body)).json
    await vi.waitFor(async () => expect((await listOf(province))[0]).toMatchObject({ succession, undone: null }), 20_000)
    expect((await listOf(county))[0]).toMatchObject({ above: [{ link: '370100', act: 'linked', outcome: 'taken' }] })
    await call(county, 'POST', `/admin/v1/successions/${succession}/undo`, admin, { reason: '登记有误（合成）' })
    await vi.waitFor(
      async () => expect((await listOf(province))[0]).toMatchObject({ succession, undone: { reason: '登记有误（合成）' } }),
      20_000,
    )
  })

  it('are between nodes: a business system may not tell them', async () => {
    const answer = await call(city, 'POST', '/v1/successions', vendor.headers, { successions: [] })
    expect([answer.status, answer.json['code']]).toEqual([403, 'not-allowed'])
  })
})
