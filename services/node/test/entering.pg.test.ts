import { randomUUID } from 'node:crypto'
import { continueSubmission } from '@huijiao/exchange'
import { signersOf, type PublicKey } from '@huijiao/merkle'
import { drivenClock } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type Browser, browserAt, easyCaptcha, type Reply } from './browser.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
const participant = 'p-370100-console'
let node: TestNode
const browsers = {} as Record<'clerk' | 'lixia' | 'shizhong' | 'operator' | 'viewer', Browser>
const accounts = {} as Record<keyof typeof browsers, string>

beforeAll(async () => {
  node = await startTestNode({ clock })
  easyCaptcha(node)
  for (const [name, role, regions] of [
    ['clerk', 'clerk', ['370100']],
    ['lixia', 'clerk', ['370102']],
    ['shizhong', 'clerk', ['370103']],
    ['operator', 'operator', ['370100']],
    ['viewer', 'viewer', ['370100']],
  ] as const) {
    browsers[name] = browserAt(node)
    const row = await account(node, role, regions)
    accounts[name] = row.operator_id
    expect((await browsers[name].signIn(row.user_name)).status).toBe(200)
  }
})
afterAll(() => node.stop())

let serial = 0
const projectIn = (county: string, more: Record<string, unknown> = {}) => {
  const record = project((serial += 1), { CountyNum: county, ...more }) as { data: Record<string, unknown> }
  record.data['PrjNum'] = `${county}${String(record.data['PrjNum']).slice(6)}`
  return record
}
const send = (browser: Browser, records: unknown[], query = '', more: Record<string, unknown> = {}): Promise<Reply> =>
  browser.call('POST', `/v1/submissions${query}`, submission(records, more))
const outcomes = (reply: Reply): string[] => reply.json['records'].map((one: { outcome: string }) => one.outcome)

describe('a clerk with a session', () => {
  it('submits in the name of the built-in participant, and the entry names the account', async () => {
    const reply = await send(browsers.clerk, [projectIn('370102')])
    expect([reply.status, outcomes(reply)]).toEqual([200, ['accepted']])
    expect(reply.json['submission'].participant).toBe(participant)
    const entry = await node.context.hub.db
      .selectFrom('log_pending')
      .selectAll()
      .where('kind', '=', 'part')
      .orderBy('pending_id', 'desc')
      .executeTakeFirstOrThrow()
    const body = JSON.parse(entry.body) as { submission: Record<string, unknown> }
    expect(entry.actor).toBe(`participant:${participant}`)
    expect(body.submission).toMatchObject({ participant, key: `operator:${accounts.clerk}`, enteredBy: `operator:${accounts.clerk}` })
    const { keys } = (await node.app.inject({ url: '/v1/node' })).json() as { keys: PublicKey[] }
    expect(signersOf(reply.json, keys)).toEqual([keys[0]!.keyId])
  })

  it('is who entered a record, unless the record names somebody', async () => {
    const reply = await send(browsers.clerk, [projectIn('370102'), { ...projectIn('370102'), enteredBy: 'u2048' }])
    const [own, other] = await Promise.all(
      reply.json['records'].map(({ recordId }: { recordId: string }) => browsers.clerk.call('GET', `/records/${recordId}/versions`)),
    )
    const enteredBy = (one: Reply) => (one.json['items'] ?? one.json['versions'])[0].enteredBy
    expect([enteredBy(own as Reply), enteredBy(other as Reply)]).toEqual([`operator:${accounts.clerk}`, 'u2048'])
  })

  it('enrols the built-in participant once, which is an entry of the log, and nobody can give it a key', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send(browsers.lixia, [projectIn('370102')])))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const rows = await node.context.hub.db.selectFrom('participant').selectAll().where('kind', '=', 'operators').execute()
    expect(rows.map((row) => [row.participant_id, row.regions])).toEqual([[participant, ['370100']]])
    const token = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
    const key = await node.app.inject({
      method: 'POST',
      url: `/admin/v1/participants/${participant}/keys`,
      headers: token,
      payload: '{"kind":"api-key"}',
    })
    expect([key.statusCode, key.json().detail]).toEqual([400, '内置接入单位由登录的用户使用，没有密钥'])
    const other = { participantId: 'p-x-console', kind: 'operators', name: 'x', regions: ['370100'] }
    const made = await node.app.inject({ method: 'POST', url: '/admin/v1/participants', headers: token, payload: JSON.stringify(other) })
    expect(made.statusCode).toBe(400)
  })

  it('tries without storing, and mends what is refused', async () => {
    const bad = projectIn('370102', { CountyNum: '370202' })
    const dry = await send(browsers.clerk, [bad], '?dryRun=true')
    expect([dry.status, outcomes(dry)]).toEqual([200, ['refused']])
    expect(dry.json['records'][0].problems[0]).toMatchObject({ code: 'region-not-nested', fix: [{ op: 'replace', value: '370102' }] })
    expect(outcomes(await send(browsers.clerk, [{ ...bad, data: { ...bad.data, CountyNum: '370102' } }]))).toEqual(['accepted'])
  })

  it('gets refused records back as they were read when it asks for them, and only in a dry run', async () => {
    const records = [projectIn('370102'), projectIn('370102', { CountyNum: '370202' })]
    const dry = await send(browsers.clerk, records, '?dryRun=true&asRead=true')
    expect(dry.json['asRead']).toEqual([{ index: 1, record: records[1] }])
    expect(dry.headers['cache-control']).toBe('no-store')
    expect((await send(browsers.clerk, records, '?dryRun=true')).json['asRead']).toBeUndefined()
    expect((await send(browsers.clerk, records, '?asRead=true')).status).toBe(400)
  })

  it('gets the same receipt for the same bytes', async () => {
    const body = submission([projectIn('370102')])
    const [first, second] = [
      await browsers.clerk.call('POST', '/v1/submissions', body),
      await browsers.clerk.call('POST', '/v1/submissions', body),
    ]
    expect(second.json).toEqual(first.json)
  })

  it('uploads a workbook, CSV, in the same way', async () => {
    const csv = ['项目编号,项目名称', '3701022001010199,示例'].join('\n')
    const boundary = 'x-boundary'
    const part = (name: string, value: string, file = '') =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file === '' ? '' : `; filename="${file}"`}\r\n\r\n${value}\r\n`
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions?dryRun=true',
      remoteAddress: '198.51.100.7',
      headers: {
        host: 'hub.example',
        origin: 'http://hub.example',
        'x-csrf-token': browsers.clerk.csrf!,
        cookie: [...browsers.clerk.cookies].map((pair) => pair.join('=')).join('; '),
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      payload: `${part('standard', '2018')}${part('responsibleUnit', '示例市住建局')}${part('responsibleName', '王示例')}${part('file', csv, 'TBProjectInfo.csv')}--${boundary}--\r\n`,
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().records[0]).toMatchObject({ entity: 'TBProjectInfo', outcome: 'refused' })
  })
})

describe('the regions of an account', () => {
  it('bound what it may report, record by record', async () => {
    const reply = await send(browsers.lixia, [projectIn('370102'), projectIn('370103')])
    expect(outcomes(reply)).toEqual(['accepted', 'refused'])
    expect(reply.json['records'][1].problems[0].code).toBe('region-not-granted')
  })

  it('bound a large submission to its end, which is stored after the answer', async () => {
    const id = randomUUID()
    const lines = [submission([], { id }), projectIn('370102'), projectIn('370103')].map((one) => JSON.stringify(one))
    const { records: _, ...head } = JSON.parse(lines[0]!) as Record<string, unknown>
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      remoteAddress: '198.51.100.7',
      headers: {
        host: 'hub.example',
        origin: 'http://hub.example',
        'x-csrf-token': browsers.lixia.csrf!,
        cookie: [...browsers.lixia.cookies].map((pair) => pair.join('=')).join('; '),
        'content-type': 'application/x-ndjson',
        prefer: 'respond-async',
      },
      payload: [JSON.stringify(head), ...lines.slice(1)].join('\n'),
    })
    expect(answer.statusCode).toBe(202)
    const row = await node.context.hub.db.selectFrom('submission').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(row.granted_regions).toEqual(['370102'])
    await continueSubmission(node.context.hub, row.submission_no)
    const receipt = await browsers.lixia.call('GET', `/v1/submissions/${id}/receipt`)
    expect(receipt.json['counts']).toMatchObject({ accepted: 1, refused: 1 })
    const entry = await node.context.hub.db
      .selectFrom('log_pending')
      .select('body')
      .where('kind', '=', 'part')
      .orderBy('pending_id', 'desc')
      .executeTakeFirstOrThrow()
    expect((JSON.parse(entry.body) as any).submission.enteredBy).toBe(`operator:${accounts.lixia}`)
  })

  it('bound whose submissions it sees, of those who submit for the same participant', async () => {
    const { json } = await send(browsers.lixia, [projectIn('370102')])
    const id = json['submission'].id as string
    for (const path of ['', '/receipt', '/problems', '/outcomes', '/progress']) {
      for (const prefix of ['/v1/submissions', '/submissions']) {
        const seen = async (browser: Browser) => (await browser.call('GET', `${prefix}/${id}${path}`)).status
        expect([prefix, path, await seen(browsers.lixia), await seen(browsers.clerk), await seen(browsers.shizhong)]).toEqual([
          prefix,
          path,
          200,
          200,
          404,
        ])
      }
    }
    const listed = async (browser: Browser) =>
      (await browser.call('GET', '/submissions?limit=500')).json['items'].map((one: { id: string }) => one.id)
    expect([(await listed(browsers.lixia)).includes(id), (await listed(browsers.shizhong)).includes(id)]).toEqual([true, false])
  })

  it('let it see what it entered', async () => {
    const { json } = await send(browsers.lixia, [projectIn('370102')])
    const { recordId } = json['records'][0]
    expect((await browsers.lixia.call('GET', `/records/${recordId}`)).status).toBe(200)
    expect((await browsers.shizhong.call('GET', `/records/${recordId}`)).status).toBe(404)
  })
})

describe('nothing is stored', () => {
  const stored = async () =>
    Number(
      (
        await node.context.hub.db
          .selectFrom('submission')
          .select((e) => e.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )

  it('for a viewer, who is told so', async () => {
    const before = await stored()
    const reply = await send(browsers.viewer, [projectIn('370102')])
    expect([reply.status, reply.json['code'], reply.json['detail']]).toEqual([403, 'not-allowed', '角色 viewer 不能报送'])
    expect(await stored()).toBe(before)
  })

  it('without the token of the session, or from another site’s page', async () => {
    const before = await stored()
    const body = submission([projectIn('370102')])
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'x'.repeat(43) },
      { origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      const reply = await browsers.clerk.call('POST', '/v1/submissions', body, headers)
      expect([reply.status, reply.json['code']]).toEqual([403, 'csrf-refused'])
    }
    expect(await stored()).toBe(before)
  })

  it('for a session that is over, and for nobody at all', async () => {
    const over = await browserAt(node).call('POST', '/v1/submissions', submission([projectIn('370102')]), {
      cookie: `huijiao-session-370100=${'A'.repeat(43)}`,
    })
    expect([over.status, over.json['code']]).toEqual([401, 'session-ended'])
    const nobody = await browserAt(node).call('POST', '/v1/submissions', submission([projectIn('370102')]))
    expect([nobody.status, nobody.json['code']]).toEqual([401, 'credentials-missing'])
  })

  it('for who must change the password first', async () => {
    const row = await account(node, 'clerk')
    const browser = browserAt(node)
    await browser.signIn(row.user_name)
    await node.context.hub.db.updateTable('operator').set({ must_change: true }).where('operator_id', '=', row.operator_id).execute()
    const reply = await send(browser, [projectIn('370102')])
    expect([reply.status, reply.json['code']]).toEqual([403, 'password-change-needed'])
  })

  it('when an administrator has revoked the built-in participant', async () => {
    await node.context.hub.db
      .updateTable('participant')
      .set({ revoked_at: clock.now() })
      .where('participant_id', '=', participant)
      .execute()
    const reply = await send(browsers.clerk, [projectIn('370102')])
    expect([reply.status, reply.json['detail']]).toEqual([403, '在线录入已被停用'])
    await node.context.hub.db.updateTable('participant').set({ revoked_at: null }).where('participant_id', '=', participant).execute()
  })

  it('on routes that are for programs only', async () => {
    for (const [method, path] of [
      ['GET', '/v1/feed'],
      ['POST', '/v1/records/lookup'],
      ['POST', '/v1/numbers'],
    ] as const)
      expect([path, (await browsers.clerk.call(method, path, method === 'GET' ? undefined : {})).status]).toEqual([path, 401])
  })

  it('and a key goes before a session: what a program sends with a stray cookie is the program’s', async () => {
    const { headers, participantId } = await enrol(node.context)
    const reply = await browsers.viewer.call('POST', '/v1/submissions', submission([projectIn('370102')]), headers)
    expect([reply.status, reply.json['submission'].participant]).toEqual([200, participantId])
  })
})

describe('drafts', () => {
  const draft = { release: '2018', entity: 'TBProjectInfo', title: '示例花园（合成）', content: { data: { PrjName: '示例花园（合成）' } } }

  it('are kept, saved again, listed and removed, for their account alone', async () => {
    const made = await browsers.clerk.call('POST', '/drafts', draft)
    expect([made.status, made.json['version']]).toEqual([201, 1])
    const id = made.json['draftId'] as string
    const saved = await browsers.clerk.call('PUT', `/drafts/${id}`, { title: '改', content: { data: {} }, version: 1 })
    expect([saved.status, saved.json['version'], saved.json['title']]).toEqual([200, 2, '改'])
    expect((await browsers.clerk.call('GET', '/drafts')).json['items'].map((one: any) => [one.draftId, one.title, one.content])).toEqual([
      [id, '改', { data: {} }],
    ])
    for (const browser of [browsers.operator, browsers.lixia]) {
      expect((await browser.call('GET', '/drafts')).json['items']).toEqual([])
      expect((await browser.call('GET', `/drafts/${id}`)).status).toBe(404)
      expect((await browser.call('PUT', `/drafts/${id}`, { title: 'x', content: {}, version: 2 })).status).toBe(404)
      await browser.call('DELETE', `/drafts/${id}`)
    }
    expect((await browsers.clerk.call('GET', `/drafts/${id}`)).json['title']).toBe('改')
    expect((await browsers.clerk.call('DELETE', `/drafts/${id}`)).status).toBe(204)
    expect((await browsers.clerk.call('GET', `/drafts/${id}`)).status).toBe(404)
  })

  it('are not overwritten by a window that began with an older one', async () => {
    const { json } = await browsers.clerk.call('POST', '/drafts', draft)
    await browsers.clerk.call('PUT', `/drafts/${json['draftId']}`, { title: 'b', content: {}, version: 1 })
    const late = await browsers.clerk.call('PUT', `/drafts/${json['draftId']}`, { title: 'c', content: {}, version: 1 })
    expect([late.status, late.json['code']]).toEqual([409, 'operator-conflict'])
    expect((await browsers.clerk.call('GET', `/drafts/${json['draftId']}`)).json['title']).toBe('b')
  })

  it('stand in the database as nothing that can be read', async () => {
    await browsers.clerk.call('POST', '/drafts', { ...draft, title: '张示例的身份证', content: { IDCardNum: '370102189001010010' } })
    const { rows } = await node.database.pool.query('select draft::text from draft')
    const text =
      JSON.stringify(rows) +
      rows.map((row: { draft: string }) => Buffer.from(/\\x([0-9a-f]+)/.exec(row.draft)?.[1] ?? '', 'hex').toString()).join()
    expect(text).not.toMatch(/370102189001010010|张示例/)
  })

  it('have limits of size and number, and are gone after 90 days', async () => {
    const large = await browsers.operator.call('POST', '/drafts', { ...draft, content: { text: 'x'.repeat(140_000) } })
    expect([large.status, large.json['detail']]).toEqual([400, '草稿过大，最多 128 KiB'])
    for (let i = 0; i < 100; i++) await browsers.operator.call('POST', '/drafts', draft)
    const more = await browsers.operator.call('POST', '/drafts', draft)
    expect([more.status, more.json['detail']]).toEqual([400, '最多保留 100 份草稿，请先删除不用的'])
    clock.advance(90 * 24 * 3_600_000)
    for (const name of ['operator'] as const) {
      const { user_name } = await node.context.hub.db
        .selectFrom('operator')
        .selectAll()
        .where('operator_id', '=', accounts[name])
        .executeTakeFirstOrThrow()
      await browsers[name].signIn(user_name)
    }
    expect((await browsers.operator.call('GET', '/drafts')).json['items']).toEqual([])
    expect((await browsers.operator.call('POST', '/drafts', draft)).status).toBe(201)
  })

  it('are nothing for viewers and for the operator token', async () => {
    const { user_name } = await node.context.hub.db
      .selectFrom('operator')
      .selectAll()
      .where('operator_id', '=', accounts.viewer)
      .executeTakeFirstOrThrow()
    await browsers.viewer.signIn(user_name)
    expect((await browsers.viewer.call('GET', '/drafts')).status).toBe(403)
    const token = await node.app.inject({ url: '/admin/v1/drafts', headers: { authorization: `Bearer ${adminToken}` } })
    expect([token.statusCode, token.json().detail]).toEqual([403, '管理令牌没有草稿，请登录'])
  })
})
