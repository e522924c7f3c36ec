import { releases, ruleCatalogue, validSamples, releaseDocument } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestNode, enrol, project, startTestNode, submission } from './node.ts'

describe('the standard for people, over HTTP', () => {
  let node: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  beforeAll(async () => {
    node = await startTestNode()
    vendor = await enrol(node.context)
  })
  afterAll(() => node.stop())
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await node.app.inject({ method: 'GET', url, headers })
    const json = String(answer.headers['content-type']).includes('json') ? answer.json<Record<string, any>>() : {}
    return { status: answer.statusCode, headers: answer.headers, text: answer.payload, json }
  }
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  it('answers a browser with the whole release as a page that runs nothing, and a program with its data', async () => {
    const page = await get('/v1/standards/2018/document.html')
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    for (const text of [
      'TBProjectInfo',
      '工程项目基本信息',
      'href="/problems/region-not-nested"',
      'href="/v1/schemas/2018/TBProjectInfo.json"',
    ])
      expect(page.text).toContain(text)
    for (const rule of ruleCatalogue) expect(page.text).toContain(rule.id)
    expect((await get('/v1/standards/2018', browser)).text).toBe(page.text)
    expect((await get('/v1/standards/2018')).json).toMatchObject({ id: '2018', revision: 1 })
    const again = await get('/v1/standards/2018/document.html', { 'if-none-match': String(page.headers['etag']) })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await get('/v1/standards/1999/document.html')).status).toBe(404)
  })

  it('tells the difference of two releases as data, and as a page', async () => {
    const { json } = await get('/v1/standards/diff?from=2014&to=2018')
    expect(json).toMatchObject({ from: { id: '2014' }, to: { id: '2018', digest: expect.stringMatching(/^sha-256:/) } })
    expect(json['changes']).toContainEqual(
      expect.objectContaining({ at: '/entities/TBProjectInfo/fields/PrjName/length', before: 200, after: 250, effect: 'weaker' }),
    )
    expect(json['changes']).toContainEqual(expect.objectContaining({ at: '/dictionaries/TBPRJFUNCTIONDIC/016/nameZh', meaning: 'other' }))
    const page = await get('/v1/standards/diff?from=2014&to=2018', browser)
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.text).toContain('更严')
    expect((await get('/v1/standards/diff?from=2014&to=2018&toRevision=1')).json['changes']).toEqual(json['changes'])
    expect([(await get('/v1/standards/diff?from=2014')).status, (await get('/v1/standards/diff?from=2014&to=2031')).status]).toEqual([
      400, 404,
    ])
  })

  it('tells how two releases correspond, both ways', async () => {
    const forward = (await get('/v1/standards/mapping?from=2014&to=2018')).json
    expect(forward['codes']).toContainEqual(
      expect.objectContaining({ dictionary: 'TBPRJFUNCTIONDIC', code: '015', to: null, candidates: ['015', '020'], inferred: true }),
    )
    const back = (await get('/v1/standards/mapping?from=2018&to=2014')).json
    expect(back['codes']).toContainEqual(expect.objectContaining({ dictionary: 'TBPRJFUNCTIONDIC', code: '020', to: '015', how: 'wider' }))
    expect((await get('/v1/standards/mapping?from=2018&to=2014', browser)).text).toContain('丢失 lost')
    expect((await get('/v1/standards/mapping?from=2018&to=2018')).status).toBe(404)
  })

  it('says a record in the words of another release to whoever may read it, with what is lost, and stores nothing', async () => {
    const body = submission([project(0, { PrjFunctionNum: '020' })])
    const sent = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    })
    const recordId = sent.json<Record<string, any>>()['records'][0].recordId as string
    const whole = (await get(`/v1/records/${recordId}`, vendor.headers)).json
    const { json } = await get(`/v1/records/${recordId}?as=2014`, vendor.headers)
    expect(json).toMatchObject({
      derived: true,
      of: { entity: 'TBProjectInfo', release: '2018', version: 1, commitment: whole['inForce'].commitment },
      as: { release: '2014' },
      entity: 'TBProjectInfo',
      data: { PrjFunctionNum: '015', PrjNum: whole['inForce'].data.PrjNum },
    })
    expect(json['lost']).toContainEqual(expect.objectContaining({ pointer: '/data/PrjFunctionNum', reason: 'wider-code', partly: true }))
    expect(json['lost'].map((one: { field: string }) => one.field)).toContain('DataLevel')
    expect(json['missing']).toContain('CreateDate')
    expect((await get(`/v1/records/${recordId}`, vendor.headers)).json).toEqual(whole)
    expect((await get(`/v1/records/${recordId}?as=1999`, vendor.headers)).status).toBe(404)
    const stranger = await enrol(node.context, ['370200'])
    expect((await get(`/v1/records/${recordId}?as=2014`, stranger.headers)).status).toBe(404)
    expect((await get(`/v1/records/${recordId}?as=2014`)).status).toBe(401)
  })

  it('keeps what is sealed masked in the derived view', async () => {
    const document = releaseDocument(releases.get('2018')!)
    const tables = new Map(document.dictionaries.map((dictionary) => [dictionary.code, dictionary]))
    const { full } = validSamples(
      document.entities.find((entity) => entity.code === 'TBRegPersonBasicInfo')!,
      tables,
    )
    const person = { entity: 'TBRegPersonBasicInfo', operation: 'upsert', sourceId: 'RY-1', data: full }
    const sent = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      payload: JSON.stringify(submission([person])),
    })
    const outcome = sent.json<Record<string, any>>()['records'][0]
    expect(outcome.problems?.filter((one: { severity?: string }) => one.severity === 'error') ?? []).toEqual([])
    const { json, text } = await get(`/v1/records/${outcome.recordId}?as=2014`, vendor.headers)
    expect(json['data'].IDCard).toBe('***')
    expect(text).not.toContain(String((full as Record<string, unknown>)['IDCard']))
  })
})
