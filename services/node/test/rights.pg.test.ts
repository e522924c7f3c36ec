import { randomUUID } from 'node:crypto'
import { mayUse, permissions, type Role, roles } from '@huijiao/access'
import { indexRecords, publicRecordId, sequenceLog } from '@huijiao/exchange'
import { drivenClock } from '@huijiao/testing'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { account, browserAt, type Browser, easyCaptcha, goodPassword } from './browser.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
let node: TestNode
/** A browser of each role, of the whole node and of one district. */
const whole = {} as Record<Role, Browser>
const district = {} as Record<Role, Browser>
beforeAll(async () => {
  node = await startTestNode({ clock })
  easyCaptcha(node)
  for (const [browsers, regions] of [
    [whole, ['370100']],
    [district, ['370102']],
  ] as const)
    for (const role of roles) {
      browsers[role] = browserAt(node)
      expect((await browsers[role].signIn((await account(node, role, regions)).user_name)).status).toBe(200)
    }
})
afterAll(() => node.stop())

/** Every route under /admin, as the framework knows it. */
async function adminRoutes(): Promise<{ method: string; route: string }[]> {
  const found: { method: string; route: string }[] = []
  const collect = (app: FastifyInstance) =>
    app.addHook('onRoute', (route) => {
      for (const method of [route.method].flat())
        if (method !== 'HEAD' && method !== 'OPTIONS' && route.url.startsWith('/admin')) found.push({ method, route: route.url })
    })
  const app = await buildApp(node.context, { onBuild: collect })
  await app.close()
  return found
}

describe('the table of permissions', () => {
  it('has an entry for every admin route that exists, and none for a route that does not', async () => {
    const routes = await adminRoutes()
    expect(routes.length).toBeGreaterThan(60)
    const named = new Set(permissions.map((one) => `${one.method} ${one.route}`))
    const tableName = ({ method, route }: { method: string; route: string }) =>
      `${method} ${route.startsWith('/admin/queues') ? '/admin/queues' : route.replace(/^\/admin\/v1/, '')}`
    expect(routes.filter((one) => !named.has(tableName(one))).map(tableName)).toEqual([])
    const existing = new Set(routes.map(tableName))
    expect([...named].filter((one) => !one.includes('/admin/queues') && !existing.has(one))).toEqual([])
    expect(named.size).toBe(permissions.length)
  })

  it('opens three routes without a sign-in and no more', () => {
    expect(permissions.filter((one) => one.reach === 'open').map((one) => `${one.method} ${one.route}`)).toEqual([
      'POST /session',
      'GET /captcha',
      'GET /session/state',
    ])
  })

  it('says of every bounded route how it is bounded, and lets nobody but administrators near accounts and secrets', () => {
    for (const one of permissions) expect([one.route, one.reach === 'bounded']).toEqual([one.route, one.by !== undefined])
    // The node's own keys are shown as /v1/node shows them to everybody: their public halves. Of accounts, operators are told names, for the ids beside decisions.
    const open = new Set(['GET /node/keys', 'GET /operators/names'])
    const ruling = permissions.filter(
      (one) => /operators|\/keys|\/log$|\/access|queues/.test(one.route) && !open.has(`${one.method} ${one.route}`),
    )
    expect(ruling.flatMap((one) => one.roles).filter((role) => role !== 'administrator')).toEqual([])
    const writes = permissions.filter((one) => one.method !== 'GET' && one.reach !== 'open' && one.reach !== 'own')
    expect(writes.filter((one) => one.roles.includes('viewer'))).toEqual([])
  })

  it('grants nothing on a route that it does not have, not even to the operator token', async () => {
    const other = await buildApp(node.context, {
      onAdmin: (scope) => {
        scope.get('/forgotten', async () => ({ secret: true }))
      },
    })
    try {
      const answer = await other.inject({ method: 'GET', url: '/admin/v1/forgotten', headers: { authorization: `Bearer ${adminToken}` } })
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'not-allowed'])
    } finally {
      await other.close()
    }
  })

  // Bodies are empty and ids made up: whoever is let in gets some other answer than 403 not-allowed, and nothing changes.
  const made: Readonly<Record<string, string>> = {
    ':name': 'nowhere',
    ':digest': '0'.repeat(64),
    ':recordId': publicRecordId(randomUUID()),
    ':run': '999',
    ':number': '999',
  }
  const address = (route: string) =>
    route.startsWith('/admin')
      ? `${route}/api/queues`
      : route.replaceAll(
          /:[A-Za-z]+/g,
          (name) => made[name] ?? (name === ':id' && /conflicts|duplicates/.test(route) ? '999' : randomUUID()),
        )
  const refusal = (one: { status: number; json: Record<string, any> }) => one.status === 403 && one.json['code'] === 'not-allowed'
  const judged = permissions.filter((one) => one.reach !== 'open' && !(one.method === 'DELETE' && one.route === '/session'))

  it.each(roles)('lets a %s of the whole node call exactly what it says', async (role) => {
    for (const one of judged.filter((permission) => permission.route !== '/admin/queues' || permission.method === 'GET')) {
      const answer = await whole[role].call(
        one.method,
        address(one.route),
        one.method === 'GET' || one.method === 'DELETE' ? undefined : {},
      )
      expect([one.method, one.route, refusal(answer)]).toEqual([one.method, one.route, !mayUse(one, role, null)])
    }
  })

  it.each(roles)('keeps a %s of a district from what is for the whole node', async (role) => {
    for (const one of judged.filter(
      (permission) => permission.reach === 'whole' && (permission.route !== '/admin/queues' || permission.method === 'GET'),
    )) {
      const answer = await district[role].call(
        one.method,
        address(one.route),
        one.method === 'GET' || one.method === 'DELETE' ? undefined : {},
      )
      expect([one.method, one.route, refusal(answer)]).toEqual([one.method, one.route, true])
    }
  })

  it('asks everybody else to sign in, first of all', async () => {
    for (const one of judged.filter((permission) => permission.route !== '/admin/queues' || permission.method === 'GET')) {
      const answer = await browserAt(node).call(one.method, address(one.route), undefined, { origin: 'http://hub.example' })
      expect([one.method, one.route, answer.status]).toEqual([one.method, one.route, 401])
    }
  })

  it('holds for the page of the queues by session, too, and only from its own site', async () => {
    expect((await whole.administrator.call('GET', '/admin/queues/api/queues')).status).toBe(200)
    expect((await whole.operator.call('GET', '/admin/queues/api/queues')).status).toBe(403)
    const board = (headers: Record<string, string>) =>
      whole.administrator.call('PUT', '/admin/queues/api/queues/nowhere/pause', undefined, headers)
    expect((await board({ 'x-csrf-token': '' })).status).not.toBe(403)
    expect((await board({ origin: 'https://evil.example' })).json['code']).toBe('csrf-refused')
  })
})

describe('regions', () => {
  const inside = '370102'
  const outside = '370103'
  let ids: Record<string, { submission: string; participant: string; recordId: string; place: { part: number; ordinal: number } }>

  beforeAll(async () => {
    ids = {}
    for (const [at, region] of [inside, outside].entries()) {
      const participant = `p-${region}`
      const vendor = await enrol(node.context, [region], participant)
      const record = project(at + 1, { PrjNum: `${region}200101010${at + 1}`, CountyNum: region })
      const document = submission([record])
      const answer = await node.app.inject({
        method: 'POST',
        url: '/v1/submissions',
        headers: { ...vendor.headers, 'content-type': 'application/json' },
        payload: JSON.stringify(document),
      })
      const receipt = answer.json()
      expect(receipt.counts.accepted, answer.payload).toBe(1)
      const recordId = receipt.records[0].recordId as string
      const version = await node.context.hub.db
        .selectFrom('version')
        .selectAll()
        .where('reporting_region', '=', region)
        .executeTakeFirstOrThrow()
      ids[region] = {
        submission: document['id'] as string,
        participant,
        recordId,
        place: { part: version.part_id, ordinal: version.ordinal },
      }
      await plant(version, region)
    }
    // One whose grant reaches beyond the district is not the district's.
    await enrol(node.context, [inside, outside], 'p-both')
  })

  /** What is found, held, parked, skipped, in conflict, alike and corrected about a version, as the readers of the log would write it. */
  async function plant(
    version: { part_id: number; ordinal: number; key_digest: Buffer; source_no: number; record_id: string },
    region: string,
  ) {
    const { db } = node.context.hub
    const at = clock.now()
    const { part_id, ordinal, key_digest, source_no, record_id } = version
    const of = { part_id, ordinal, key_digest, record_id, entity: 'TBProjectInfo' }
    const insert = async (table: string, values: Record<string, unknown>) => {
      await (db.insertInto(table as never) as any).values(values).execute()
    }
    await db
      .insertInto('link')
      .values({ name: 'up', url: 'http://127.0.0.1:9', upstream_tier: 'provincial', upstream_name: 'up', created_at: at } as never)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { link_no } = await db.selectFrom('link').select('link_no').where('name', '=', 'up').executeTakeFirstOrThrow()
    await insert('finding', {
      ...of,
      source_no,
      reporting_region: region,
      rule: 'linkage.manager-overlap',
      code: 'manager-overlap',
      severity: 'doubt',
      about: Buffer.from(region),
      problem: '{}',
      state: 'open',
      found_at: at,
    })
    await insert('held', {
      part_id,
      ordinal,
      key_digest,
      source_no,
      entity: 'TBProjectInfo',
      parent_digest: Buffer.alloc(32, ordinal + 1),
      parent_entity: 'TBProjectInfo',
      field: 'PrjNum',
      rule: 'r',
      until_at: null,
      held_at: at,
    })
    await insert('conflict', {
      key_digest,
      record_id,
      entity: 'TBProjectInfo',
      field: 'PrjName',
      kind: 'sources',
      sides: '[]',
      source_nos: [source_no],
      values_mac: Buffer.alloc(32),
      state: 'open',
      found_at: at,
    })
    await insert('duplicate', {
      entity: 'TBProjectInfo',
      left_digest: key_digest,
      right_digest: Buffer.concat([key_digest.subarray(1), Buffer.of(9)]),
      left_record: record_id,
      right_record: record_id,
      score: 0.9,
      reasons: ['r'],
      state: 'open',
      found_at: at,
    })
    await insert('correction', { ...of, corrects: Buffer.alloc(32), fields: ['PrjName'], reason: 'r', actor: 'operator:test', made_at: at })
    await insert('parked', {
      link_no,
      part_id,
      ordinal,
      log_index: part_id,
      record_id,
      entity: 'TBProjectInfo',
      reporting_region: region,
      participant: `370100/p-${region}`,
      reason: 'parent-missing',
      problems: '[]',
      delivery_id: randomUUID(),
      state: 'parked',
      retries: 0,
      parked_at: at,
    })
    await insert('sent_up', {
      key_digest,
      record_id,
      entity: 'TBProjectInfo',
      reporting_region: region,
      reason: 'r',
      actor: 'operator:test',
      made_at: at,
    })
    await insert('skip', { link_no, part_id, ordinal, log_index: part_id, reason: 'level', kind: 'not-due', policy: 'p', skipped_at: at })
  }

  beforeAll(async () => {
    await sequenceLog(node.context.hub)
    while (await indexRecords(node.context.hub)) continue
  })

  const lists = permissions.filter((one) => one.method === 'GET' && one.by === 'list')

  it('cut every list that is said to be cut', async () => {
    expect(lists.map((one) => one.route)).toEqual(
      expect.arrayContaining([
        '/parked',
        '/submissions',
        '/participants',
        '/corrections',
        '/conflicts',
        '/duplicates',
        '/held',
        '/findings',
        '/links/:name/skips',
      ]),
    )
    // Groups of parked records name no region: they are counted.
    const parked = async (browser: Browser) =>
      (await browser.call('GET', '/parked/groups')).json['groups'].reduce(
        (sum: number, group: { records: number }) => sum + group.records,
        0,
      )
    expect([await parked(whole.administrator), await parked(district.administrator)]).toEqual([2, 1])
    const notice = await whole.administrator.call('POST', '/notices', { title: '停机通知（示例）', text: '示例' })
    expect(notice.status).toBe(201)
    for (const { route } of lists.filter((one) => one.route !== '/parked/groups')) {
      const path = route.replace(':name', 'up').replace('/notices/:id', `/notices/${notice.json['id']}`)
      const regionsOf = (items: readonly unknown[]) =>
        [inside, outside].filter(
          (region) => JSON.stringify(items).includes(region) || JSON.stringify(items).includes(ids[region]!.recordId),
        )
      const all = await whole.administrator.call('GET', path)
      expect([route, all.status, regionsOf(all.json['items'])]).toEqual([route, 200, [inside, outside]])
      const cut = await district.administrator.call('GET', path)
      expect([route, cut.status, regionsOf(cut.json['items'])]).toEqual([route, 200, [inside]])
    }
    const participants = (await district.administrator.call('GET', '/participants')).json['items'].map((one: any) => one.participantId)
    expect(participants).toEqual([`p-${inside}`])
  })

  it('hide single things outside them as if they were not there, and show those inside', async () => {
    const look = async (region: string) => {
      const { submission: id, participant, recordId } = ids[region]!
      const answers = []
      for (const path of [
        `/submissions/${id}`,
        `/submissions/${id}/problems`,
        `/submissions/${id}/progress`,
        `/participants/${participant}`,
        `/records/${recordId}`,
        `/records/${recordId}/versions`,
      ])
        answers.push((await district.administrator.call('GET', path)).status)
      return answers
    }
    expect(await look(inside)).toEqual([200, 200, 200, 200, 200, 200])
    expect(await look(outside)).toEqual([404, 404, 404, 404, 404, 404])
  })

  it('keep changes inside', async () => {
    const { db } = node.context.hub
    const numbers = async (table: 'finding' | 'conflict' | 'duplicate', column: string, record: string) => {
      const row = (await db
        .selectFrom(table)
        .selectAll()
        .where(column as never, '=', ids[record]!.place.part as never)
        .executeTakeFirst()) as Record<string, any> | undefined
      return row
    }
    const foreign = await numbers('finding', 'part_id', outside)
    const act = district.administrator
    const reason = { reason: '核对' }
    const { place, participant, recordId, submission: id } = ids[outside]!
    const conflicts = (await whole.administrator.call('GET', '/conflicts')).json['items'] as { conflict: number; recordId: string }[]
    const conflict = conflicts.find((one) => one.recordId === recordId)!.conflict
    const duplicates = (await whole.administrator.call('GET', '/duplicates')).json['items'] as {
      duplicate: number
      records: { recordId: string }[]
    }[]
    const duplicate = duplicates.find((one) => one.records[0]?.recordId === recordId)!.duplicate
    const tries: [string, string, object?][] = [
      ['POST', `/findings/${foreign?.['finding_no']}/dismiss`, reason],
      ['POST', `/conflicts/${conflict}/decide`, { source: `370100/${participant}`, ...reason }],
      ['POST', `/duplicates/${duplicate}/decide`, { decision: 'different', ...reason }],
      ['POST', '/held/extend', { records: [ids[inside]!.place, place], until: '2027-01-01T00:00:00Z', ...reason }],
      ['POST', '/parked/retry', { records: [{ link: 'up', ...place }] }],
      ['POST', `/records/${recordId}/corrections/end`, reason],
      ['POST', `/submissions/${id}/cancel`],
      ['POST', `/participants/${participant}/keys`, { kind: 'api-key' }],
      ['DELETE', `/participants/${participant}`],
    ]
    for (const [method, path, body] of tries) {
      const { status, json } = await act.call(method, path, body)
      expect([path, status, JSON.stringify(json['code'])]).toEqual([path, 404, '"not-found"'])
    }
    // By a filter that finds everything, only what is inside is sent again.
    expect((await act.call('POST', '/parked/retry', { filter: { link: 'up' } })).json).toEqual({ retried: 1 })
    const states = await db.selectFrom('parked').select(['reporting_region', 'state']).orderBy('reporting_region').execute()
    expect(states).toEqual([
      { reporting_region: inside, state: 'retrying' },
      { reporting_region: outside, state: 'parked' },
    ])
    const made = await act.call('POST', '/participants', { kind: 'system', name: '越界（合成）', regions: [inside, outside] })
    expect([made.status, made.json['code']]).toEqual([403, 'not-allowed'])
    expect((await act.call('POST', '/participants', { kind: 'system', name: '区内（合成）', regions: [inside] })).status).toBe(201)
  })
})

describe('accounts', () => {
  it('are made by an administrator with a password to be changed at the first sign-in', async () => {
    const { status, json, headers } = await whole.administrator.call('POST', '/operators', {
      userName: '历下-录入',
      displayName: '示例录入员',
      role: 'clerk',
      regions: ['370102'],
    })
    expect([status, headers['cache-control']]).toEqual([201, 'no-store'])
    expect(json['password']).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
    const browser = browserAt(node)
    expect((await browser.signIn('历下-录入', json['password'])).json['duties']).toEqual(['change-password'])
    expect((await browser.call('GET', '/submissions')).json['code']).toBe('password-change-needed')
    const weak = await browser.call('POST', '/password', { current: json['password'], next: 'Password2026!' })
    expect([weak.status, weak.json['code']]).toEqual([422, 'password-weak'])
    expect((await browser.call('POST', '/password', { current: json['password'], next: json['password'] })).json['detail']).toContain(
      '相同',
    )
    const before = browser.cookie('session')
    const elsewhere = browserAt(node)
    await elsewhere.signIn('历下-录入', json['password'])
    const changed = await browser.call('POST', '/password', { current: json['password'], next: goodPassword })
    expect([changed.status, changed.json['duties']]).toEqual([200, []])
    // Under a new number; every other session is over, and so is the old number.
    expect(browser.cookie('session')).not.toBe(before)
    expect((await browser.call('GET', '/submissions')).status).toBe(200)
    for (const cookie of [before, elsewhere.cookie('session')])
      expect((await browserAt(node).call('GET', '/session', undefined, { cookie: `huijiao-session-370100=${cookie}` })).status).toBe(401)
    expect((await browser.call('POST', '/password', { current: goodPassword, next: json['password'] })).json['detail']).toContain('相同')
  })

  it('end at once when they are disabled, and follow a change of role with the next request', async () => {
    const operator = await account(node, 'operator')
    const browser = browserAt(node)
    await browser.signIn(operator.user_name)
    expect((await browser.call('GET', '/parked')).status).toBe(200)
    const change = (body: object) => whole.administrator.call('PATCH', `/operators/${operator.operator_id}`, body)
    expect((await change({ role: 'clerk', regions: ['370102'] })).json).toMatchObject({ role: 'clerk', regions: ['370102'] })
    expect((await browser.call('GET', '/parked')).status).toBe(403)
    expect((await change({ disabled: true })).json['disabledAt']).toBe(clock.now().toISOString())
    expect((await browser.call('GET', '/session')).json['code']).toBe('session-ended')
    expect((await browser.signIn(operator.user_name)).status).toBe(401)
    expect((await change({ disabled: false })).json['disabledAt']).toBe(null)
    expect((await browserAt(node).signIn(operator.user_name)).status).toBe(200)
    const acts = await node.context.hub.db
      .selectFrom('log_pending')
      .select(['actor', 'body'])
      .where('subject', '=', operator.operator_id)
      .orderBy('pending_id')
      .execute()
    expect(acts.map((one) => JSON.parse(one.body as string).act)).toEqual(['created', 'changed', 'disabled', 'enabled'])
    expect(acts[2]?.actor).toMatch(/^operator:o-[0-9a-f]{10}$/)
    expect(JSON.stringify(acts)).not.toContain(operator.user_name)
  })

  it('get a new password and lose a second factor by an administrator’s hand, with their sessions', async () => {
    const operator = await account(node, 'viewer')
    const browser = browserAt(node)
    await browser.signIn(operator.user_name)
    const { json } = await whole.administrator.call('POST', `/operators/${operator.operator_id}/reset-password`)
    expect((await browser.call('GET', '/session')).status).toBe(401)
    expect((await browserAt(node, '192.0.2.31').signIn(operator.user_name)).status).toBe(401)
    expect((await browserAt(node).signIn(operator.user_name, json['password'])).json['duties']).toEqual(['change-password'])
    await node.context.hub.db
      .updateTable('operator')
      .set({ totp_secret: Buffer.alloc(40) })
      .where('operator_id', '=', operator.operator_id)
      .execute()
    expect((await browserAt(node).signIn(operator.user_name, json['password'])).json['next']).toBe('second-factor')
    expect((await whole.administrator.call('POST', `/operators/${operator.operator_id}/reset-second-factor`)).status).toBe(204)
    expect((await browserAt(node).signIn(operator.user_name, json['password'])).json['signedIn']).toBe(true)
  })

  it('are managed within one’s regions, and nobody locks themselves out', async () => {
    const make = (body: object) =>
      district.administrator.call('POST', '/operators', { userName: `d-${randomUUID().slice(0, 8)}`, role: 'viewer', ...body })
    expect((await make({ regions: ['370102'] })).status).toBe(201)
    expect((await make({ regions: ['370100'] })).json['code']).toBe('not-allowed')
    expect((await make({ regions: ['370103'] })).json['code']).toBe('not-allowed')
    const other = await account(node, 'viewer', ['370103'])
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { disabled: true }],
      ['POST', '/reset-password', undefined],
      ['POST', '/reset-second-factor', undefined],
    ] as const)
      expect((await district.administrator.call(method, `/operators/${other.operator_id}${path}`, body)).status).toBe(404)
    const shown = (await district.administrator.call('GET', '/operators?limit=500')).json['items'] as { regions: string[] }[]
    expect(shown.length).toBeGreaterThan(3)
    expect(shown.every((one) => one.regions.every((code) => code === '370102'))).toBe(true)
    const own = (await whole.administrator.call('GET', '/session')).json['operator'].operatorId
    for (const body of [{ disabled: true }, { role: 'viewer' }, { regions: ['370102'] }])
      expect((await whole.administrator.call('PATCH', `/operators/${own}`, body)).json['code']).toBe('operator-conflict')
    expect(
      (
        await whole.administrator.call('POST', '/operators', {
          userName: other.user_name.toUpperCase(),
          role: 'viewer',
          regions: ['370102'],
        })
      ).json['code'],
    ).toBe('operator-conflict')
  })

  it('are told by name beside what they did, to administrators and operators, within their regions and no more', async () => {
    const make = async (userName: string, displayName: string | undefined, region: string): Promise<string> => {
      const body = { userName, ...(displayName === undefined ? {} : { displayName }), role: 'operator', regions: [region] }
      return (await whole.administrator.call('POST', '/operators', body)).json['operatorId'] as string
    }
    const here = await make('lixia-zhiban', '历下区值班（示例）', '370102')
    const there = await make('shizhong-zhiban', undefined, '370103')
    const namesOf = async (browser: Browser, query: string): Promise<Record<string, unknown>[]> => {
      const answer = await browser.call('GET', `/operators/names?${query}`)
      expect(answer.status).toBe(200)
      return answer.json['items'] as Record<string, unknown>[]
    }
    const both = `ids=${here},${there},o-0000000000`
    const hereShown = { operatorId: here, name: '历下区值班（示例）', disabled: false }
    expect(await namesOf(whole.operator, both)).toEqual([{ operatorId: there, name: 'shizhong-zhiban', disabled: false }, hereShown])
    expect(await namesOf(district.operator, both)).toEqual([hereShown])
    // By a part of either name, in any case of letters.
    for (const q of ['值班（示', 'LIXIA-zhi'])
      expect(await namesOf(whole.administrator, `q=${encodeURIComponent(q)}`), q).toEqual([hereShown])
    expect(await namesOf(district.administrator, 'q=shizhong-zhiban')).toEqual([])
    for (const browser of [whole.clerk, whole.viewer])
      expect((await browser.call('GET', `/operators/names?${both}`)).json['code']).toBe('not-allowed')
    expect((await whole.administrator.call('GET', '/operators/names?ids=p-1')).json['code']).toBe('parameter-invalid')
    await whole.administrator.call('PATCH', `/operators/${here}`, { disabled: true })
    expect(await namesOf(whole.operator, `ids=${here}`)).toEqual([{ ...hereShown, disabled: true }])
  })

  it('age, where the node says so', async () => {
    const strict = await startTestNode({ clock, env: { HUIJIAO_PASSWORD_AGE_DAYS: '90' } })
    try {
      await account(strict, 'viewer', ['370100'], 'ageing')
      expect((await browserAt(strict).signIn('ageing')).json['duties']).toEqual([])
      clock.advance(90 * 24 * 3_600_000)
      expect((await browserAt(strict).signIn('ageing')).json['duties']).toEqual(['change-password'])
    } finally {
      clock.advance(-90 * 24 * 3_600_000)
      await strict.stop()
    }
  })
})
