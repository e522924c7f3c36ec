import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPublicKey, createParticipant, startReconcile } from '@huijiao/exchange'
import { defaultPolicy } from '@huijiao/standard'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveFolders } from '../src/transport/folder-serve.ts'
import { bringAgain, ferry, type Fate } from './ferry.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let base: string
let city: TestNode
let province: TestNode
let folders: { stop(): Promise<void> }
let vendor: Awaited<ReturnType<typeof enrol>>
const admin = { authorization: `Bearer ${adminToken}` }
const cityDir = () => join(base, 'city')
const provinceDir = () => join(base, 'province')

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'huijiao-ferry-'))
  province = await startTestNode({
    worker: true,
    env: {
      HUIJIAO_REGION: '370000',
      HUIJIAO_TIER: 'provincial',
      HUIJIAO_LINK_POLL_MS: '50',
      HUIJIAO_FOLDERS: JSON.stringify([{ name: '370100', path: provinceDir() }]),
    },
  })
  folders = serveFolders(province.context, province.app)
  await startCity({})
})

/** The city with more said of its link. */
async function startCity(link: Record<string, unknown>): Promise<void> {
  city = await startTestNode({
    worker: true,
    listen: true,
    env: {
      HUIJIAO_LINK_POLL_MS: '50',
      HUIJIAO_UPSTREAMS: JSON.stringify([
        {
          name: '370000',
          url: `folder://${cityDir()}`,
          tier: 'provincial',
          publicKey: province.context.hub.signingKey.publicKey.toString('base64'),
          ...link,
        },
      ]),
    },
  })
  const { participant_id } = await createParticipant(province.context.hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '节点 370100',
    regions: ['370100'],
    nodeName: '370100',
  })
  const { keyId, publicKey } = city.context.hub.signingKey
  await addPublicKey(province.context.hub, 'operator:test', participant_id, {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
}
afterEach(async () => {
  await folders?.stop()
  for (const node of [city, province]) await node?.stop()
  await rm(base, { recursive: true, force: true })
})

/** A contract that the standard accepts. */
const contractOf = (PrjNum: string) => ({
  RecordNum: `${PrjNum}-HZ-001`,
  PrjNum,
  ContractNum: 'HT-1',
  ContractTypeNum: '301',
  ContractMoney: '31323.6',
  PrjSize: '总建筑面积135600平方米',
  ContractDate: '2024-05-17',
  PropietorCorpName: '示例置业有限公司（合成）',
  PropietorCorpCode: '91370199MA00DEM14Q',
  ContractorCorpName: '示例建设集团有限公司（合成）',
  ContractorCorpCode: '91370199MA0XL04X7A',
  CreateDate: '2024-05-18',
  ConPrjName: '示例花园一期（合成）',
  CheckDepartName: '示例市住房和城乡建设局（合成）',
  CheckPersonName: '审示例',
  DataSource: '1',
  DataLevel: 'B',
})

const submit = async (...serials: number[]): Promise<string[]> => {
  const answer = await fetch(`${city.url}/v1/submissions`, {
    method: 'POST',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    body: JSON.stringify(submission(serials.map((one) => project(one)))),
  })
  return ((await answer.json()) as { records: { recordId: string }[] }).records.map((one) => one.recordId)
}
const held = async (node: TestNode): Promise<string[]> =>
  (await node.database.db.selectFrom('version').select('record_id').orderBy('part_id').orderBy('ordinal').execute()).map(
    (row) => `r_${row.record_id.replaceAll('-', '')}`,
  )
const linkOf = async () =>
  (await city.app.inject({ url: '/admin/v1/links', headers: admin })).json<{ items: Record<string, any>[] }>().items[0] as Record<
    string,
    any
  >
const up = (fate?: (name: string, turn: number) => Fate) => ferry(join(cityDir(), 'out'), join(provinceDir(), 'in'), fate)
const down = (fate?: (name: string, turn: number) => Fate) => ferry(join(provinceDir(), 'out'), join(cityDir(), 'in'), fate)
const files = async (...path: string[]) => (await readdir(join(...path)).catch(() => [])).filter((name) => !name.startsWith('.'))
const settled = (node: TestNode) => node.database.db.selectFrom('delivery').select(['state', 'attempts', 'server_failures']).execute()
/** As if an hour had gone by since a file was written. */
const age = async (...path: string[]) => {
  const then = new Date(Date.now() - 2 * 3_600_000)
  await utimes(join(...path), then, then)
}
const appears = (...path: string[]) => vi.waitFor(async () => expect(await files(...path)).not.toEqual([]), 10_000)

describe('a link over a pair of folders that has groups', () => {
  it('has a delivery of each under way, and takes answers in whatever order they come', async () => {
    await city.stop()
    await rm(cityDir(), { recursive: true, force: true })
    await province.database.db.deleteFrom('participant_key').execute()
    await province.database.db.deleteFrom('participant').execute()
    await startCity({ groups: [{ name: 'contracts', entities: ['TBContractRecordManage'] }] })
    const [first] = await submit(1)
    const { PrjNum } = (project(1) as { data: { PrjNum: string } }).data
    const sent = await city.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      payload: JSON.stringify(
        submission([{ entity: 'TBContractRecordManage', operation: 'upsert', sourceId: 'HT-1', data: contractOf(PrjNum) }]),
      ),
    })
    expect(sent.json<{ records: { outcome: string }[] }>().records[0]).toMatchObject({ outcome: 'accepted' })
    await vi.waitFor(async () => expect(await files(cityDir(), 'out')).toHaveLength(2), 10_000)
    // The one that was written last goes first, both ways.
    await ferry(join(cityDir(), 'out'), join(provinceDir(), 'in'), undefined, true)
    await vi.waitFor(async () => expect(await files(provinceDir(), 'out')).toHaveLength(2), 10_000)
    await ferry(join(provinceDir(), 'out'), join(cityDir(), 'in'), undefined, true)
    await vi.waitFor(
      async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { deliveries: 2, records: 2 } }),
      10_000,
    )
    expect(await held(province)).toHaveLength(2)
    expect(await held(province)).toContain(first)
  })
})

describe('a link over a pair of folders', () => {
  it('brings records up and the receipt down, each file going one way only', async () => {
    const ids = await submit(1, 2)
    await appears(cityDir(), 'out')
    expect(await held(province)).toEqual([])
    const [request] = await up()
    expect(request).toMatch(/^[0-9a-f]{40}\.request$/)
    await vi.waitFor(async () => expect(await held(province)).toEqual(ids), 10_000)
    // Above, and yet not known here: the receipt has not come.
    const link = await linkOf()
    expect(link).toMatchObject({ state: 'forwarding', lastError: null, delivered: { records: 0 } })
    // The entry that enrolled the vendor may be passed, the part is not.
    const part = await city.database.db.selectFrom('log_entry').select('index').where('kind', '=', 'part').executeTakeFirstOrThrow()
    expect(link['cursor']).toBeLessThanOrEqual(part.index)
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(
      async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { deliveries: 1, records: 2 } }),
      10_000,
    )
    expect(await settled(city)).toEqual([{ state: 'finished', attempts: 1, server_failures: 0 }])
    expect(await files(provinceDir(), 'in')).toEqual([])
    expect((await files(provinceDir(), 'done')).filter((name) => name.endsWith('.request'))).toHaveLength(1)
  })

  it('asks again when a file was lost on either way, and the records are stored once', async () => {
    const ids = await submit(3)
    await appears(cityDir(), 'out')
    await up(() => 'lose')
    const [mark] = await files(cityDir(), 'sent')
    await age(cityDir(), 'sent', mark as string)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down(() => 'lose')
    await age(cityDir(), 'sent', mark as string)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { records: 1 } }), 10_000)
    expect(await held(province)).toEqual(ids)
  })

  it('answers a file that comes twice with the same receipt, and takes an answer that comes twice once', async () => {
    const ids = await submit(4)
    await appears(cityDir(), 'out')
    await up(() => 'twice')
    await appears(provinceDir(), 'out')
    const [answer] = await files(provinceDir(), 'out')
    const bodyOf = async (path: string) => (await readFile(path)).toString().split('\n').slice(1).join('\n')
    const first = await bodyOf(join(provinceDir(), 'out', answer as string))
    await down(() => 'twice')
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { records: 1 } }), 10_000)
    expect(await bringAgain(join(provinceDir(), 'in'))).toBe(1)
    await appears(provinceDir(), 'out')
    expect(await bodyOf(join(provinceDir(), 'out', answer as string))).toBe(first)
    expect(await bringAgain(join(cityDir(), 'in'))).toBe(1)
    await down()
    // Something new afterwards goes its way undisturbed.
    const more = await submit(5)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', delivered: { deliveries: 2, records: 2 } }), 10_000)
    expect(await held(province)).toEqual([...ids, ...more])
  })

  it('sets aside what was cut short, on either side, once it has had the time to arrive', async () => {
    const ids = await submit(6)
    await appears(cityDir(), 'out')
    const [request] = await up(() => 'cut')
    await new Promise((done) => setTimeout(done, 300))
    expect(await files(provinceDir(), 'in')).toEqual([request])
    await age(provinceDir(), 'in', request as string)
    await vi.waitFor(async () => expect(await files(provinceDir(), 'rejected')).toContain(request), 10_000)
    expect(await readFile(join(provinceDir(), 'rejected', `${request}.why.txt`), 'utf8')).toContain('not whole')
    const [mark] = await files(cityDir(), 'sent')
    await age(cityDir(), 'sent', mark as string)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    const [answer] = await down(() => 'cut')
    await new Promise((done) => setTimeout(done, 200))
    await age(cityDir(), 'in', answer as string)
    await vi.waitFor(async () => expect(await files(cityDir(), 'rejected')).toContain(answer), 10_000)
    expect((await linkOf())['delivered']).toMatchObject({ records: 0 })
    await age(cityDir(), 'sent', mark as string)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 1 } }), 10_000)
    expect(await held(province)).toEqual(ids)
  })

  it('believes no answer that the upstream has not signed, and no request that was changed on its way', async () => {
    await submit(7)
    await appears(cityDir(), 'out')
    const [name] = await files(cityDir(), 'out')
    const original = await readFile(join(cityDir(), 'out', name as string))
    // A request whose head was changed: another path, the same signature.
    const head = JSON.parse(original.toString().split('\n')[0] as string)
    await up(() => 'lose')
    const body = original.subarray(original.indexOf(0x0a))
    const forged = {
      ...head,
      headers: { ...head.headers, 'idempotency-key': '00000000-0000-8000-8000-000000000000', 'content-type': 'application/json' },
    }
    await writeFile(join(provinceDir(), 'in', name as string), Buffer.concat([Buffer.from(JSON.stringify(forged)), body]))
    await appears(provinceDir(), 'out')
    const [answer] = await files(provinceDir(), 'out')
    const refusal = await readFile(join(provinceDir(), 'out', answer as string))
    expect(JSON.parse(refusal.toString().split('\n')[0] as string)).toMatchObject({ status: 401 })
    expect(await held(province)).toEqual([])
    // An answer that says yes, with a signature that is not over it.
    const told = JSON.parse(refusal.toString().split('\n')[0] as string)
    await rm(join(provinceDir(), 'out', answer as string))
    await writeFile(
      join(cityDir(), 'in', answer as string),
      Buffer.concat([Buffer.from(JSON.stringify({ ...told, status: 200 })), refusal.subarray(refusal.indexOf(0x0a))]),
    )
    await vi.waitFor(async () => expect(await files(cityDir(), 'rejected')).toContain(answer), 10_000)
    expect((await linkOf())['delivered']).toMatchObject({ records: 0 })
  })

  it('parks what the upstream refuses, by its signed receipt', async () => {
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370200'] })
      .execute()
    await submit(8)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ parked: 1 }), 10_000)
  })

  it('hands an attachment in before the delivery that names it', async () => {
    const travel = [{ entities: ['TBProjectInfo'], tiers: { provincial: 'bytes' }, basis: 'test' }]
    const policy = { ...defaultPolicy.document, id: 'travel', version: 2, attachments: { ...defaultPolicy.document.attachments, travel } }
    const put = await city.app.inject({ method: 'PUT', url: '/admin/v1/policy', headers: admin, payload: policy })
    expect(put.statusCode).toBeLessThan(300)
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2000)])
    const hex = createHash('sha256').update(bytes).digest('hex')
    const handed = await city.app.inject({
      method: 'PUT',
      url: `/v1/attachments/${hex}`,
      headers: { ...vendor.headers, 'content-type': 'application/pdf' },
      payload: bytes,
    })
    expect(handed.statusCode).toBe(201)
    const attachments = [{ kind: '立项批复', digest: `sha-256:${hex}`, mediaType: 'application/pdf', name: '批复.pdf' }]
    const sent = await city.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      payload: JSON.stringify(submission([{ ...project(9), attachments }])),
    })
    expect(sent.statusCode).toBe(200)
    for (const path of [`/v1/attachments/${hex}`, '/v1/submissions']) {
      await appears(cityDir(), 'out')
      const [name] = await files(cityDir(), 'out')
      const [head] = (await readFile(join(cityDir(), 'out', name as string))).toString('latin1').split('\n')
      expect(JSON.parse(head as string)).toMatchObject({ path })
      await up()
      await appears(provinceDir(), 'out')
      await down()
    }
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 1 } }), 10_000)
    const above = await province.database.db.selectFrom('attachment').selectAll().execute()
    expect(above.map((row) => row.digest.toString('hex'))).toEqual([hex])
  })

  it('tells of numbers that changed, and takes them back above, with the files of each going one way only', async () => {
    const reason = '重新赋码（合成）'
    const body = {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: { PrjNum: '3701022001010101' } }],
      to: [{ key: { PrjNum: '3701022001010102' } }],
      reason,
    }
    const noted = await city.app.inject({ method: 'POST', url: '/admin/v1/successions', headers: admin, payload: body })
    const { succession } = noted.json<{ succession: string }>()
    const listOf = async (node: TestNode) =>
      (await node.app.inject({ url: '/admin/v1/successions?limit=5', headers: admin })).json<{ items: Record<string, any>[] }>().items
    const roundTrip = async () => {
      await appears(cityDir(), 'out')
      await up()
      await appears(provinceDir(), 'out')
      await down()
    }
    await appears(cityDir(), 'out')
    expect([await listOf(province), (await listOf(city))[0]?.['above']]).toEqual([[], []])
    // Taken back while the answer is still on its way: that it stands above is heard first, and then it is taken back there.
    await up()
    await appears(provinceDir(), 'out')
    expect(await listOf(province)).toMatchObject([{ succession, undone: null, reason }])
    await city.app.inject({
      method: 'POST',
      url: `/admin/v1/successions/${succession}/undo`,
      headers: admin,
      payload: { reason: '登记有误（合成）' },
    })
    await down()
    await roundTrip()
    await vi.waitFor(
      async () =>
        expect((await listOf(city))[0]?.['above']).toMatchObject([
          { act: 'linked', outcome: 'taken' },
          { act: 'undone', outcome: 'taken' },
        ]),
      10_000,
    )
    expect(await listOf(province)).toMatchObject([{ succession, undone: { reason: '登记有误（合成）' } }])
  })

  it.each(['test', 'reconcile'])('cannot be asked on the spot to %s, and says so', async (what) => {
    const answer = await city.app.inject({ method: 'POST', url: `/admin/v1/links/370000/${what}`, headers: admin })
    expect(answer.json()).toMatchObject({
      code: 'parameter-invalid',
      status: 400,
      en: { detail: expect.stringContaining('does not go over HTTP') },
    })
  })

  it('says what there is instead of a comparison, and ends one that was begun before the address was changed', async () => {
    const reconcile = await city.app.inject({ method: 'POST', url: '/admin/v1/links/370000/reconcile', headers: admin })
    expect(reconcile.json()).toMatchObject({
      detail: expect.stringContaining('无法对账'),
      hint: expect.stringContaining('签名回执'),
      en: { hint: expect.stringContaining('signed receipts') },
    })
    expect(await linkOf()).toMatchObject({ answersAtOnce: false })
    const { hub } = city.context
    const { run_id: run } = await startReconcile(hub, 'operator:test', '370000')
    await vi.waitFor(async () => {
      const shown = await city.app.inject({ url: `/admin/v1/links/370000/reconcile/${run}`, headers: admin })
      expect(shown.json()).toMatchObject({ state: 'failed', error: expect.stringContaining('无法对账') })
    }, 20_000)
  })

  it('takes nobody’s word from outside that a request came by a folder', async () => {
    const answer = await province.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { 'x-huijiao-carried': '0'.repeat(64), 'signature-input': 'a=();created=1', signature: 'a=:AA==:' },
      payload: '{}',
    })
    expect([400, 401]).toContain(answer.statusCode)
  })
})
