import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { detachVersions, indexRecords, keepVersionPartitions, sequenceLog } from '@huijiao/exchange'
import { verifyCustody } from '@huijiao/merkle'
import { creditCodeCheck, organisationCodeCheck, residentIdCheck } from '@huijiao/standard'
import { drivenClock } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
const organisation = `MA0X0001${organisationCodeCheck('MA0X0001')}`
const code = `91370199${organisation}${creditCodeCheck(`91370199${organisation}`)}`
const document = `37019918900101001${residentIdCheck('37019918900101001')}`
const admin = { authorization: `Bearer ${adminToken}` }

const company = { CorpName: '示例第一建设有限公司（合成）', CorpCode: code, LicenseNum: code, ProvinceNum: '370000', CityNum: '370100', CountyNum: '370102', Address: '示例路 1 号（合成）', PostalCode: '259900', LegalMan: '法示例', IDCardTypeNum: '1', LegalManIDCard: document, LegalManDuty: '董事长', EconomicNum: '159', RegPrin: '5000', PrincipalUnitNum: '1', CorpBirthDate: '2010-05-12', LinkMan: '联示例', LinkPhone: '10000000001' } // prettier-ignore
const person = { PersonName: '持示例证', IDCardTypeNum: '1', IDCard: document, SexNum: '1', Birthday: '1890-01-01', NationalityNum: '01', EduLevelNum: '20', Mobile: '10000000003' } // prettier-ignore
const registration = { PersonName: '持示例证', IDCardTypeNum: '1', IDCard18: document, SpecialtyTypNum: '11', CertNum: '示注001', AwardDate: '2020-01-01', AwardDepart: '示例厅（合成）', EffectDate: '2030-01-01', CorpName: company.CorpName, CorpCode: code, RegTradeTypeNum1: '102010' } // prettier-ignore
const bad = (number: string, more: object) => ({ CorpName: company.CorpName, CorpCode: code, CertTypeNum: '1', ProvinceNum: '370000', CityNum: '370100', CountyNum: '370102', CreditClassNum: '1', CreditType: 'D1-1', CreditCode: 'D1-1-01', Content: '超越资质等级承揽工程，见附件中的示例隐情（合成）', HappenDate: '2026-05-01', PunishDepartName: '示例市住房和城乡建设局（合成）', PunishDepartType: '2', PunishEvidence: '示例处罚依据（合成）', PunishContent: '罚款10000元，示例隐情（合成）', PunishNumber: number, PunishDate: '2026-06-01', PunishMoney: '10000', DepartName: '示例市住房和城乡建设局（合成）', UserName: '登示例', CreateDate: '2026-06-02', ...more }) // prettier-ignore
const shown = { IsPublic: '1', PublicBDate: '2026-06-04', PublicEDate: '2027-06-03', AuditUserName: '审示例', AuditDate: '2026-06-03' }

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
const ids: Record<string, string> = {}

async function send(entity: string, data: object, more: object = {}): Promise<string> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/submissions',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    payload: JSON.stringify(submission([{ entity, operation: 'upsert', sourceId: JSON.stringify(data).length + entity, data, ...more }])),
  })
  expect(answer.json().records?.[0]?.outcome, answer.payload).toMatch(/accepted|doubtful/)
  return answer.json().records[0].recordId as string
}
const read = async () => {
  await sequenceLog(node.context.hub)
  while (await indexRecords(node.context.hub)) continue
}
const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '192.0.2.7') =>
  node.app.inject({ method: 'GET', url, headers, remoteAddress })

beforeAll(async () => {
  node = await startTestNode({ clock, env: { HUIJIAO_PUBLIC_RATE: '1000' } })
  vendor = await enrol(node.context)
  ids['company'] = await send('TBCorpBasicInfo', company)
  ids['project'] = await send(
    'TBProjectInfo',
    project(1, { PrjName: '示例重庆花园一期（合成）', BuildCorpCode: code, BuildCorpName: company.CorpName }).data as object,
  )
  ids['private'] = await send(
    'TBProjectInfo',
    project(2, { PrjName: '示例私宅（合成）', BuildCorpCode: document, BuildCorpName: '私示例人' }).data as object,
  )
  ids['person'] = await send('TBRegPersonBasicInfo', person)
  ids['registration'] = await send('TBRegPersonRegInfo', registration)
  ids['bad'] = await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕1号', shown))
  ids['unpublished'] = await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕2号', { IsPublic: '0' }))
  ids['expired'] = await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕3号', { ...shown, PublicEDate: '2026-08-31' }))
  ids['revoked'] = await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕4号', shown))
  await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕4号', { IsPublic: '0' }))
  await read()
})
afterAll(() => node.stop())

describe('GET /public/v1/search', () => {
  const names = async (q: string, more = '') =>
    (await get(`/public/v1/search?q=${encodeURIComponent(q)}${more}`)).json().items.map((one: { name: string; number: string }) => one.name)

  it('finds companies and projects by two characters, pinyin and numbers, without a sign-in', async () => {
    expect(await names('花园')).toEqual(['示例重庆花园一期（合成）'])
    expect(await names('slcqhy')).toEqual(['示例重庆花园一期（合成）'])
    expect(await names(code, '&library=enterprise')).toEqual([company.CorpName])
    expect((await get('/public/v1/search?q=%E8%8A%B1')).statusCode).toBe(400)
  })

  it('finds a person by the whole name only, and never by a document number', async () => {
    expect(await names('示例', '&library=person')).toEqual([])
    expect(await names('csl', '&library=person')).toEqual([])
    expect(await names('持示例证', '&library=person')).toEqual(['持示例证'])
    expect(await names(document)).toEqual([])
  })

  it('shows conduct only while it is published', async () => {
    const found = (await get(`/public/v1/search?q=${encodeURIComponent('示例第一建设')}&library=conduct`)).json().items
    expect(found.map((one: { number: string }) => one.number)).toEqual(['示建罚〔2026〕1号'])
  })
})

describe('GET /public/v1/records/{recordId}', () => {
  it('shows a company with what hangs together with it, and names what is withheld without its value', async () => {
    const record = (await get(`/public/v1/records/${ids['company']}`)).json()
    const field = (name: string) => record.fields.find((one: { code: string }) => one.code === name)?.value
    expect([field('CorpName'), field('LegalMan'), field('CorpCode')]).toEqual([company.CorpName, '法示例', code])
    expect(record.withheld.map((one: { zh: string }) => one.zh)).toEqual(
      expect.arrayContaining(['法定代表人证件号码', '联系人姓名', '联系人手机号码']),
    )
    expect(record.projects.map((one: { project: { name: string } }) => one.project.name)).toEqual(['示例重庆花园一期（合成）'])
    expect(record.linked.map((one: { entity: string }) => one.entity)).toEqual(
      expect.arrayContaining(['TBProjectInfo', 'TBRegPersonRegInfo', 'TBCorpBadCreditInfo']),
    )
    expect(record.conduct.map((one: { kind: string; number: string }) => [one.kind, one.number])).toEqual([
      ['taken-down', '示建罚〔2026〕4号'],
      ['bad', '示建罚〔2026〕1号'],
    ])
  })

  it('shows the parties of a project and where they are', async () => {
    const { parties } = (await get(`/public/v1/records/${ids['project']}`)).json()
    expect(parties).toEqual([
      { role: expect.objectContaining({ zh: '建设单位' }), name: company.CorpName, code, recordId: ids['company'], person: null },
    ])
  })

  it('keeps who builds a house as a private person', async () => {
    const answer = await get(`/public/v1/records/${ids['private']}`)
    expect(answer.json().name).toBe('示例私宅（合成）')
    expect(answer.payload).not.toContain('私示例人')
  })

  it('answers as if it were not there what is expired, not published, taken down or not shown at all', async () => {
    for (const name of ['unpublished', 'expired', 'revoked'])
      expect([name, (await get(`/public/v1/records/${ids[name]}`)).statusCode]).toEqual([name, 404])
    for (const part of ['', '/custody', '/linked?entity=TBProjectInfo'])
      expect([part, (await get(`/public/v1/records/${ids['expired']}${part}`)).statusCode]).toEqual([part, 404])
  })

  it('lets nothing sealed, and no free text that was not checked, into any answer or page', async () => {
    for (const id of [ids['company'], ids['project'], ids['private'], ids['person'], ids['registration'], ids['bad']])
      for (const url of [
        `/public/v1/records/${id}`,
        `/public/v1/records/${id}/custody`,
        `/records/${id}`,
        `/records/${id}/verify`,
        `/records/${id}?lang=en`,
      ]) {
        const { payload, statusCode } = await get(url)
        expect([url, statusCode]).toEqual([url, 200])
        for (const secret of [
          document,
          '10000000001',
          '10000000003',
          '1890-01-01',
          '联示例',
          '登示例',
          '审示例',
          '李示例',
          '示例隐情',
          '私示例人',
        ])
          expect([url, secret, payload.includes(secret)]).toEqual([url, secret, false])
      }
  })

  it('proves what it shows: the chain verifies under the keys of the node, and not when a field is changed', async () => {
    const custody = (await get(`/public/v1/records/${ids['company']}/custody`)).json()
    const keys = (await get('/public/v1/keys')).json().keys.map((one: { verifierKey: string }) => one.verifierKey)
    expect(verifyCustody(custody, keys).outcome).toBe('verified')
    const withFreeText = (await get(`/public/v1/records/${ids['bad']}/custody`)).json()
    expect([verifyCustody(withFreeText, keys).outcome, 'text' in withFreeText.content.open]).toEqual(['verified', false])
    const named = JSON.parse(custody.content.named.text)
    expect(named).toEqual({ LegalMan: '法示例' })
    custody.content.named.text = custody.content.named.text.replace('法示例', '他示例')
    expect(verifyCustody(custody, keys).outcome).toBe('failed')
  })
})

describe('the public pages', () => {
  it('are whole without scripts: a search, a company, its conduct and a project’s parties one link away', async () => {
    const search = await get(`/search?q=${encodeURIComponent('示例第一')}`)
    expect(search.headers['content-type']).toContain('text/html')
    expect(search.payload).toContain(`href="/records/${ids['company']}"`)
    const page = (await get(`/records/${ids['company']}`)).payload
    for (const text of [company.CorpName, '示建罚〔2026〕4号', '已停止公布', '示例重庆花园一期（合成）']) expect(page).toContain(text)
    expect((await get(`/records/${ids['project']}`)).payload).toContain(`href="/records/${ids['company']}"`)
    expect(page).not.toContain('<script')
  })

  it('may run scripts and styles of this node only, and nothing that stands in the page', async () => {
    for (const url of ['/', '/search?q=%3Cscript%3Ealert(1)%3C/script%3E', '/verify', `/records/${ids['company']}/verify`]) {
      const answer = await get(url)
      expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/)
      expect(answer.payload).not.toMatch(/<script(?! type="module" src="\/console\/)|<style| style=| on[a-z]+=/)
      expect(answer.payload).not.toContain('alert(1)</script>')
    }
  })

  it('speak English by a switch that every link keeps', async () => {
    const page = (await get(`/records/${ids['company']}?lang=en`)).payload
    expect(page).toContain('<html lang="en">')
    expect(page).toContain('Conduct in time')
    expect(page).toContain(`href="/records/${ids['project']}?lang=en"`)
  })

  it('say kindly that a record is not there, and lead from an address to the page that verifies it', async () => {
    const gone = await get(`/records/${ids['expired']}`)
    expect([gone.statusCode, gone.payload.includes('没有这条公开记录')]).toEqual([404, true])
    const led = await get(`/verify?record=${encodeURIComponent(`http://hub.example/records/${ids['company']}`)}`)
    expect([led.statusCode, led.headers['location']]).toEqual([303, `/records/${ids['company']}/verify`])
  })

  it('tell a browser at a mistaken address so on a page, and a program by a problem', async () => {
    const html = { accept: 'text/html,application/xhtml+xml' }
    const page = await get('/nowhere', html)
    expect([page.statusCode, page.headers['content-type'], page.payload.includes('没有这个页面')]).toEqual([
      404,
      'text/html; charset=utf-8',
      true,
    ])
    expect((await get('/nowhere?lang=en', html)).payload).toContain('There is no such page')
    for (const problem of [await get('/nowhere'), await get('/v1/nowhere', html)])
      expect([problem.statusCode, problem.json().code]).toEqual([404, 'not-found'])
  })
})

describe('too many questions', () => {
  it('from one address wait, and do not slow another', async () => {
    const slow = await startTestNode({ clock, env: { HUIJIAO_PUBLIC_RATE: '1' } })
    try {
      const ask = (remoteAddress: string) => slow.app.inject({ method: 'GET', url: '/public/v1/search?q=aa', remoteAddress })
      const answers = [
        await ask('192.0.2.1'),
        await ask('192.0.2.1'),
        await ask('192.0.2.1'),
        await ask('192.0.2.1'),
        await ask('192.0.2.1'),
      ]
      expect(answers.map((one) => one.statusCode)).toEqual([200, 200, 200, 200, 429])
      expect(Number(answers[4]!.headers['retry-after'])).toBeGreaterThan(0)
      expect((await ask('192.0.2.2')).statusCode).toBe(200)
      const page = await slow.app.inject({ method: 'GET', url: '/search?q=aa', remoteAddress: '192.0.2.1' })
      expect([page.statusCode, page.payload.includes('查询过于频繁')]).toEqual([429, true])
    } finally {
      await slow.stop()
    }
  })
})

describe('GET /admin/v1/records', () => {
  const ask = async (path: string) => {
    const answer = await get(`/admin/v1/records${path}`, admin)
    expect(answer.statusCode, answer.payload).toBe(200)
    return answer.json()
  }

  it('searches the four libraries with what stands beside a name, and writes the search down without its words', async () => {
    const { items, behind } = await ask(`?q=${encodeURIComponent('示例第一')}`)
    expect(items.map((one: { name: string }) => one.name)).toContain(company.CorpName)
    expect(behind).toBe(0)
    expect((await ask(`?q=${document}`)).items.map((one: { entity: string }) => one.entity).sort()).toEqual([
      'TBRegPersonBasicInfo',
      'TBRegPersonRegInfo',
    ])
    expect((await ask('?library=conduct')).items).toHaveLength(4)
    const events = await node.context.hub.db.selectFrom('access_event').selectAll().where('action', '=', 'search-records').execute()
    expect(events.length).toBeGreaterThan(2)
    expect(JSON.stringify(events)).not.toContain(document)
  })

  it('gives a record’s fields by name, sealed ones masked, what hangs together with it, and what each version changed', async () => {
    const record = await ask(`/${ids['company']}`)
    expect(record.fields.find((one: { code: string }) => one.code === 'LinkPhone')).toMatchObject({
      zh: '联系人手机号码',
      value: '***',
      hidden: true,
    })
    expect(record.fields.find((one: { code: string }) => one.code === 'EconomicNum').text.zh).toBeTruthy()
    const { groups } = await ask(`/${ids['company']}/linked`)
    expect(groups.find((one: { entity: string }) => one.entity === 'TBCorpBadCreditInfo').count).toBe(4)
    const { versions } = await ask(`/${ids['revoked']}/versions`)
    expect(versions[0].changes.against).toBe(1)
    expect(new Set(versions[0].changes.fields)).toEqual(new Set(['IsPublic', 'PublicBDate', 'PublicEDate', 'AuditUserName', 'AuditDate']))
    expect(JSON.stringify(versions)).not.toContain('审示例')
    expect(verifyCustody(await ask(`/${ids['company']}/custody`)).outcome).toBe('unproven')
  })

  it('pages through linked records of one table', async () => {
    const first = await ask(`/${ids['company']}/linked?entity=TBCorpBadCreditInfo&limit=3`)
    expect([first.groups[0].items.length, typeof first.next]).toEqual([3, 'string'])
    const rest = await ask(`/${ids['company']}/linked?entity=TBCorpBadCreditInfo&limit=3&cursor=${first.next}`)
    expect([rest.groups[0].items.length, rest.next]).toEqual([1, null])
  })
})

describe('a policy that says what is published', () => {
  it('counts as soon as it is loaded, for answers and pages alike, and is told to operators', async () => {
    const call = (method: 'GET' | 'PUT', payload?: object) =>
      node.app.inject({ method, url: '/admin/v1/policy', headers: admin, ...(payload === undefined ? {} : { payload }) })
    const { document: policy, publication } = (await call('GET')).json()
    expect([policy.publication, publication.dated.length]).toEqual([undefined, 4])
    const record = `/public/v1/records/${ids['project']}`
    expect((await get(record)).statusCode).toBe(200)
    const without = (codes: string[]) => codes.filter((code) => code !== 'TBProjectInfo')
    const own = {
      ...publication,
      shown: publication.shown.map((one: { entities: string[] }) => ({ ...one, entities: without(one.entities) })),
      searched: without(publication.searched),
      withheld: [...publication.withheld, { entities: ['TBCorpBasicInfo'], fields: ['LegalMan'], basis: '合成' }],
    }
    const refused = await call('PUT', { ...policy, version: policy.version + 1, publication: { ...own, searched: ['TBProjectInfo'] } })
    expect([refused.statusCode, refused.payload]).toEqual([
      400,
      expect.stringContaining('TBProjectInfo is not among the tables that are shown'),
    ])
    expect((await call('PUT', { ...policy, version: policy.version + 1, publication: own })).statusCode).toBe(200)
    await vi.waitFor(async () => expect((await get(record)).statusCode).toBe(404), { timeout: 20_000 })
    const named = await get(`/public/v1/records/${ids['company']}`)
    expect([named.statusCode, named.payload.includes(company.LegalMan)]).toEqual([200, false])
    expect((await call('GET')).json().publication.withheld.at(-1).fields).toEqual(['LegalMan'])
  })
})

describe('a page of a company of whose records old versions were taken out of the database', () => {
  it('still says what was published and taken out of view before its term ended', async () => {
    const { hub } = node.context
    await send('TBCorpBadCreditInfo', bad('示建罚〔2026〕2号', { IsPublic: '0', PunishMoney: '20000' }))
    await read()
    const conduct = async () => (await get(`/public/v1/records/${ids['company']}`)).json().conduct
    const before = await conduct()
    expect(before.map((one: { kind: string }) => one.kind)).toContain('taken-down')
    for (const name of ['entry-entities', 'identity', 'linkage', 'policy', 'problem-groups', 'reconcile', 'search'])
      await sql`insert into reader values (${name}, 1000) on conflict (name) do update set cursor = 1000`.execute(hub.db)
    await sql`select setval('part_id_seq', 65536)`.execute(hub.db)
    await keepVersionPartitions(hub)
    const into = await mkdtemp(join(tmpdir(), 'huijiao-public-'))
    // Of the two old versions that which was published stays.
    expect(await detachVersions(hub, { to: 65_536, into, place: 'archive 7', actor: 'operator:test' })).toMatchObject({ moved: 1 })
    expect(await conduct()).toEqual(before)
    await rm(into, { recursive: true })
  })
})
