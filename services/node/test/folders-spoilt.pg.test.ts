import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveFolders } from '../src/transport/folder-serve.ts'
import { ferry } from './ferry.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let base: string
let city: TestNode
let province: TestNode
let folders: { stop(): Promise<void> }
let vendor: Awaited<ReturnType<typeof enrol>>
/** At the province. */
const bodyBytesMax = 16 * 1024
const cityDir = () => join(base, 'city')
const provinceDir = () => join(base, 'province')
/** Of another city, looked at before the first one's. */
const otherDir = () => join(base, 'other')

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'huijiao-ferry-'))
  province = await startTestNode({
    env: {
      HUIJIAO_REGION: '370000',
      HUIJIAO_TIER: 'provincial',
      HUIJIAO_LINK_POLL_MS: '50',
      HUIJIAO_BODY_BYTES: String(bodyBytesMax),
      HUIJIAO_FOLDERS: JSON.stringify([
        { name: '370200', path: otherDir() },
        { name: '370100', path: provinceDir() },
      ]),
    },
  })
  folders = serveFolders(province.context, province.app)
  const publicKey = province.context.hub.signingKey.publicKey.toString('base64')
  city = await startTestNode({
    worker: true,
    env: {
      HUIJIAO_LINK_POLL_MS: '50',
      HUIJIAO_LINK_RETRY_MS: '50',
      HUIJIAO_LINK_RETRY_MAX_MS: '200',
      HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: `folder://${cityDir()}`, tier: 'provincial', publicKey }]),
    },
  })
  const { participant_id } = await createParticipant(province.context.hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '节点 370100',
    regions: ['370100'],
    nodeName: '370100',
  })
  const { keyId, publicKey: own } = city.context.hub.signingKey
  await addPublicKey(province.context.hub, 'operator:test', participant_id, {
    keyId,
    algorithm: 'ed25519',
    publicKey: own.toString('base64'),
  })
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
})
afterEach(async () => {
  await folders?.stop()
  for (const node of [city, province]) await node?.stop()
  await rm(base, { recursive: true, force: true })
})

const submit = (...serials: number[]) => hand(serials.map((serial) => project(serial)))
const hand = async (records: readonly object[]): Promise<string[]> => {
  const answer = await city.app.inject({
    method: 'POST',
    url: '/v1/submissions',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    payload: JSON.stringify(submission(records)),
  })
  return answer
    .json<{ records: { recordId: string }[] }>()
    .records.map(({ recordId }) => recordId)
    .toSorted()
}
const linkOf = async () =>
  (await city.app.inject({ url: '/admin/v1/links', headers: { authorization: `Bearer ${adminToken}` } })).json<{
    items: Record<string, unknown>[]
  }>().items[0]
const held = async (): Promise<string[]> =>
  (await province.database.db.selectFrom('version').select('record_id').execute())
    .map((row) => `r_${row.record_id.replaceAll('-', '')}`)
    .toSorted()
const files = async (...path: string[]) => (await readdir(join(...path)).catch(() => [])).filter((name) => !name.startsWith('.'))
const appears = (...path: string[]) => vi.waitFor(async () => expect(await files(...path)).not.toEqual([]), 10_000)
const up = () => ferry(join(cityDir(), 'out'), join(provinceDir(), 'in'))
const down = () => ferry(join(provinceDir(), 'out'), join(cityDir(), 'in'))

describe('a folder that is spoilt', () => {
  it('of one node below keeps no other waiting, and is used again when it is mended', async () => {
    await appears(otherDir())
    // As when a share is not there. The node makes its folder again whenever it looks.
    await vi.waitFor(async () => {
      await rm(otherDir(), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
      await writeFile(otherDir(), '', { flag: 'wx' })
    }, 10_000)
    const ids = await submit(1)
    await appears(cityDir(), 'out')
    await up()
    await appears(provinceDir(), 'out')
    await down()
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 1 } }), 10_000)
    expect(await held()).toEqual(ids)
    await rm(otherDir())
    await appears(otherDir())
  })

  it('by a file that is no request at all has it set aside, and answers what came after it', async () => {
    await appears(provinceDir())
    const head = { huijiao: 'request/1', method: 'POST', path: '/v1/submissions', bytes: 0, digest: digestOfNothing }
    const strange = [{ toString: 1 }, null, 'text', { a: [] }].entries()
    for (const [at, headers] of strange) {
      const path = join(provinceDir(), 'in', `${at}.request`)
      await writeFile(path, `${JSON.stringify({ ...head, headers: at === 0 ? { x: headers } : headers })}\n`)
      await utimes(path, new Date(0), new Date(0))
    }
    const ids = await submit(2)
    await appears(cityDir(), 'out')
    await up()
    await vi.waitFor(async () => expect(await held()).toEqual(ids), 10_000)
    await vi.waitFor(async () => expect(await files(provinceDir(), 'in')).toEqual([]), 10_000)
    expect((await files(provinceDir(), 'rejected')).filter((name) => name.endsWith('.why.txt'))).toHaveLength(4)
    expect(await readFile(join(provinceDir(), 'rejected', '0.request.why.txt'), 'utf8')).toContain('no texts')
  })

  it('by a body that is too large has it set aside unread, with its size, and answers so that the node below halves it', async () => {
    // Nothing of it can be compressed.
    const ids = await hand(Array.from({ length: 90 }, (_, at) => project(at, { Address: randomBytes(150).toString('base64url') })))
    await appears(cityDir(), 'out')
    const [first] = await up()
    await appears(provinceDir(), 'out')
    expect(await files(provinceDir(), 'rejected')).toEqual([first, `${first}.why.txt`])
    const { size } = await stat(join(provinceDir(), 'rejected', first as string))
    const why = await readFile(join(provinceDir(), 'rejected', `${first}.why.txt`), 'utf8')
    const [, told] = /has (\d+) bytes and may have 16384; it was not read, and answered 413/.exec(why) ?? []
    expect([Number(told) > bodyBytesMax, Number(told) < size]).toEqual([true, true])
    await vi.waitFor(async () => {
      await down()
      await up()
      expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 90 } })
    }, 30_000)
    expect(await held()).toEqual(ids)
  })

  it('by a body larger than memory is told its size, whoever it says to be from, and the node goes on', async () => {
    await submit(90)
    await appears(cityDir(), 'out')
    const [name] = await files(cityDir(), 'out')
    const whole = await readFile(join(cityDir(), 'out', name as string))
    const head = JSON.parse(whole.toString('utf8', 0, whole.indexOf(0x0a)))
    const bytes = 40 * 1024 ** 3
    const put = async (file: string, over: object) => {
      const path = join(provinceDir(), 'in', file)
      const line = Buffer.from(`${JSON.stringify({ ...head, bytes, ...over })}\n`)
      await writeFile(`${path}.part`, line)
      // No byte of it is on the disk.
      await truncate(`${path}.part`, line.length + bytes)
      await rename(`${path}.part`, path)
    }
    await appears(provinceDir())
    await put('own.request', {})
    await put('forged.request', { headers: { ...head.headers, 'content-type': 'application/json' } })
    await put('file.request', { method: 'PUT', path: `/v1/attachments/${'0'.repeat(64)}` })
    await put('none.request', { huijiao: 'request/2' })
    const old = new Date(0)
    await utimes(join(provinceDir(), 'in', 'none.request'), old, old)
    await vi.waitFor(async () => expect(await files(provinceDir(), 'in')).toEqual([]), 10_000)
    const why = async (file: string) => await readFile(join(provinceDir(), 'rejected', `${file}.request.why.txt`), 'utf8')
    expect(await why('own')).toContain(`the body has ${bytes} bytes and may have ${bodyBytesMax}; it was not read, and answered 413`)
    expect(await why('forged')).toContain('it was not read, and answered 401')
    expect(await why('file')).toContain(`may have ${64 * 1024 ** 2}; it was not read, and answered 401`)
    expect(await why('none')).toContain('not whole')
    // An answer of that size: it is written again when it does not come.
    const answer = `${(name as string).slice(0, -'.request'.length)}.answer`
    await writeFile(join(cityDir(), answer), `${JSON.stringify({ huijiao: 'answer/1', bytes })}\n`)
    const { size } = await stat(join(cityDir(), answer))
    await truncate(join(cityDir(), answer), size + bytes)
    await rename(join(cityDir(), answer), join(cityDir(), 'in', answer))
    await vi.waitFor(async () => expect(await files(cityDir(), 'rejected')).toContain(`${answer}.why.txt`), 10_000)
    expect(await readFile(join(cityDir(), 'rejected', `${answer}.why.txt`), 'utf8')).toContain(`the answer has ${bytes} bytes`)
  })

  it('because its disk is full is an outage: nothing is parked, nothing is left behind, and it goes up when there is room', async (context) => {
    await mkdir(cityDir(), { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', cityDir()], { stdio: 'pipe' })
    } catch (error) {
      console.error(`跳过：此处不能挂载小磁盘 · SKIPPED: no small disk can be mounted here: ${String(error)}`)
      return context.skip('no small disk can be mounted here')
    }
    try {
      const ids = await submit(...Array.from({ length: 60 }, (_, at) => at + 3))
      await vi.waitFor(async () => expect(JSON.stringify((await linkOf())?.['lastError'])).toContain('ENOSPC'), 10_000)
      expect(await linkOf()).toMatchObject({ parked: 0, delivered: { records: 0 } })
      await vi.waitFor(async () => expect(await files(cityDir(), 'tmp')).toEqual([]), 10_000)
      expect(await files(cityDir(), 'out')).toEqual([])
      execFileSync('mount', ['-o', 'remount,size=8m', cityDir()], { stdio: 'pipe' })
      await appears(cityDir(), 'out')
      await up()
      await appears(provinceDir(), 'out')
      await down()
      await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0, delivered: { records: 60 } }), 20_000)
      expect(await held()).toEqual(ids)
    } finally {
      execFileSync('umount', ['-l', cityDir()], { stdio: 'pipe' })
    }
  })
})

const digestOfNothing = 'sha-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
