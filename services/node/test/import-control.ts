import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, responsible, startTestNode, type TestNode } from './node.ts'

/** Imports over HTTP, whatever keeps the jobs. */
export function importsBehave(env: () => Record<string, string>): void {
  let node: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  const admin = { authorization: `Bearer ${adminToken}` }
  beforeAll(async () => {
    // A slice is shorter than a part, so that every part of an import is a job of its own.
    node = await startTestNode({ worker: true, env: { HUIJIAO_IMPORT_SLICE_MS: '1', HUIJIAO_SWEEP_MS: '60000', ...env() } })
    vendor = await enrol(node.context, ['370100'], 'p-vendor')
  })
  afterAll(() => node.stop())

  const day = (serial: number) => new Date(Date.UTC(2010, 0, 1 + Math.floor(serial / 99))).toISOString().slice(2, 10).replaceAll('-', '')
  const numbered = (serial: number) => project(0, { PrjNum: `370102${day(serial)}01${String((serial % 99) + 1).padStart(2, '0')}` })
  let next = 0
  /** NDJSON whose lines are padded to 10 KB, so that a part has about a hundred records. */
  function body(records: number, more: object = {}) {
    const id = randomUUID()
    const from = (next += 1000)
    const lines = [
      { id, standard: '2018', responsible, ...more },
      ...Array.from({ length: records }, (_, at) => ({ ...numbered(from + at), sourceId: `I-${from + at}` })),
    ]
    return { id, payload: lines.map((line) => `${JSON.stringify(line).padEnd(10_000)}\n`).join('') }
  }
  const send = (payload: string, headers: Record<string, string> = { prefer: 'respond-async' }) =>
    node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/x-ndjson', ...headers },
      payload,
    })
  const get = async (url: string, headers: Record<string, string> = vendor.headers) => (await node.app.inject({ url, headers })).json()
  const post = (url: string, headers: Record<string, string> = vendor.headers) => node.app.inject({ method: 'POST', url, headers })
  const progress = (id: string, query = '') => get(`/v1/submissions/${id}/progress${query}`)
  const ended = (id: string) => vi.waitFor(async () => expect((await progress(id)).state).toBe('finished'), 20_000)

  /** Holds an import before its first part: no job stores anything of it until it is let go. */
  async function held(records: number) {
    const { id, payload } = body(records)
    const lock = await node.database.pool.connect()
    // The part's transaction waits here, behind its look at the submission's row.
    await lock.query('begin; lock table version in exclusive mode')
    const answer = await send(payload)
    expect(answer.statusCode).toBe(202)
    const release = async () => {
      await lock.query('rollback')
      lock.release()
    }
    return { id, payload, release }
  }

  describe('a large import', () => {
    it('is stored slice by slice by jobs, and tells its progress in its status and by itself', async () => {
      const { id, payload } = body(450)
      const answer = await send(payload)
      expect([answer.statusCode, answer.json().state]).toEqual([202, 'storing'])
      const seen: number[] = []
      // Waits for news each time, as the command line does.
      for (let now = await progress(id); ; now = await progress(id, `?wait=20&since=${now.mark}`)) {
        seen.push(now.progress.records.done)
        expect(now).toMatchObject({
          submission: { id, participant: 'p-vendor' },
          progress: { bytes: { total: Buffer.byteLength(payload) } },
        })
        if (now.state === 'finished') break
        const status = await get(`/v1/submissions/${id}`)
        if (status.state === 'storing') expect(status.progress.records.done).toBeGreaterThanOrEqual(now.progress.records.done)
      }
      expect(seen.length).toBeGreaterThan(1)
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      expect(await progress(id)).toMatchObject({
        state: 'finished',
        outcome: 'accepted',
        progress: { records: { done: 450, refused: 0 }, share: 1 },
      })
      expect((await get(`/v1/submissions/${id}`)).progress).toBeNull()
      expect(await get(`/admin/v1/submissions/${id}/progress`, admin)).toMatchObject({ state: 'finished' })
      const parts = (await get(`/v1/submissions/${id}`)).parts as { from: number; count: number }[]
      expect(parts.map((part) => part.from)).toEqual(parts.map((_, at) => parts.slice(0, at).reduce((sum, part) => sum + part.count, 0)))
      expect(parts.length).toBeGreaterThan(3)
      const jobs = async () => node.context.queues.all.get('submissions')?.getCompletedCount()
      // A slice stores up to four parts, and the last one finds that nothing is left.
      await vi.waitFor(async () => expect(await jobs()).toBeGreaterThanOrEqual(Math.ceil(parts.length / 4) + 1), 5000)
    })

    it('is paused at the end of the part under way and resumed there by its sender', async () => {
      const { id, release } = await held(450)
      const pausing = post(`/v1/submissions/${id}/pause`)
      await new Promise((settle) => setTimeout(settle, 200))
      await release()
      const paused = (await pausing).json()
      expect(paused).toMatchObject({ state: 'paused', progress: { paused: { by: 'participant:p-vendor' } } })
      const { done } = paused.progress.records
      expect(done).toBeLessThan(450)
      // The same bytes again are answered with the state, and wake nobody.
      const again = await post(`/v1/submissions/${id}/pause`)
      expect([again.statusCode, again.json().progress.records.done]).toEqual([200, done])
      expect((await get(`/v1/submissions/${id}/receipt`)).code).toBe('not-found')
      const resumed = await post(`/v1/submissions/${id}/resume`)
      expect([resumed.statusCode, resumed.json().state]).toEqual([200, 'storing'])
      await ended(id)
      expect(await progress(id)).toMatchObject({ outcome: 'accepted', progress: { records: { done: 450, refused: 0 } } })
    })

    it('is cancelled by its sender: what is stored stands, and the receipt is signed', async () => {
      const { id, payload, release } = await held(450)
      const cancelling = post(`/v1/submissions/${id}/cancel`)
      await release()
      const answer = (await cancelling).json()
      expect(answer).toMatchObject({ state: 'finished', outcome: 'cancelled' })
      const { done } = answer.progress.records
      const receipt = await node.app.inject({ url: `/v1/submissions/${id}/receipt`, headers: vendor.headers })
      expect(receipt.json()).toMatchObject({ outcome: 'cancelled', cancelled: { by: 'participant:p-vendor', records: done } })
      const again = await send(payload)
      expect([again.statusCode, again.body === receipt.body]).toEqual([200, true])
      const list = await get('/admin/v1/submissions?outcome=cancelled', admin)
      expect(list.items.map((item: { id: string }) => item.id)).toContain(id)
      const resume = await post(`/v1/submissions/${id}/resume`)
      expect([resume.statusCode, resume.json().code]).toEqual([409, 'submission-not-open'])
    })

    it('that an operator paused is resumed by an operator', async () => {
      const { id, release } = await held(120)
      const pausing = post(`/admin/v1/submissions/${id}/pause?participant=p-vendor`, admin)
      await release()
      expect((await pausing).json()).toMatchObject({ state: 'paused', progress: { paused: { by: 'operator:token' } } })
      const refused = await post(`/v1/submissions/${id}/resume`)
      expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed'])
      expect((await post(`/admin/v1/submissions/${id}/resume`, admin)).statusCode).toBe(200)
      await ended(id)
    })

    it('is nobody else’s to look at or to end', async () => {
      const { id, release } = await held(5)
      const stranger = await enrol(node.context, ['370100'])
      for (const act of ['pause', 'resume', 'cancel'])
        expect((await post(`/v1/submissions/${id}/${act}`, stranger.headers)).statusCode).toBe(404)
      expect((await node.app.inject({ url: `/v1/submissions/${id}/progress`, headers: stranger.headers })).statusCode).toBe(404)
      expect((await post(`/admin/v1/submissions/${id}/cancel`)).statusCode).toBe(401)
      await release()
      await ended(id)
    })

    it('answers a waiting request at its time when nothing happens, and with the news when there are some', async () => {
      const { id, release } = await held(120)
      const pausing = post(`/v1/submissions/${id}/pause`)
      await release()
      const { mark } = (await pausing).json()
      expect(await progress(id, `?wait=1&since=${mark}`)).toMatchObject({ state: 'paused', mark })
      const waiting = progress(id, `?wait=30&since=${mark}`)
      await post(`/v1/submissions/${id}/resume`)
      expect((await waiting).mark).not.toBe(mark)
      await ended(id)
      // One that ended has no news to wait for.
      const last = (await progress(id)).mark
      expect((await progress(id, `?wait=30&since=${last}`)).mark).toBe(last)
      expect((await node.app.inject({ url: `/v1/submissions/${id}/progress?wait=31`, headers: vendor.headers })).statusCode).toBe(400)
    })
  })

  describe('existing stock', () => {
    it('is taken in with an operator’s permission, as lines and as a file, and its records show the mark', async () => {
      const { payload } = body(2, { legacy: true })
      const refused = await send(payload, {})
      expect([refused.statusCode, refused.json().code, refused.json().pointer]).toEqual([403, 'legacy-not-granted', '/legacy'])
      const until = '2099-12-31T16:00:00.000Z'
      const permit = await node.app.inject({
        method: 'PUT',
        url: '/admin/v1/participants/p-vendor/legacy',
        headers: { ...admin, 'content-type': 'application/json' },
        payload: JSON.stringify({ until }),
      })
      expect(permit.json()).toMatchObject({ participantId: 'p-vendor', legacyUntil: until })
      const taken = (await send(payload, {})).json()
      expect(taken).toMatchObject({ legacy: true, outcome: 'accepted' })
      expect((await get(`/v1/records/${taken.records[0].recordId}`)).inForce.flags).toEqual(['legacy'])
      const { data } = numbered((next += 1000)) as { data: Record<string, string> }
      const csv = [Object.keys(data), Object.values(data)].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\r\n')
      const file = await node.app.inject({
        method: 'POST',
        url: '/v1/submissions?standard=2018&responsibleUnit=u&responsibleName=n&entity=TBProjectInfo&legacy=true',
        headers: { ...vendor.headers, 'content-type': 'text/csv' },
        payload: csv,
      })
      expect(file.json()).toMatchObject({ legacy: true, outcome: 'accepted' })
      expect((await get(`/v1/submissions/${file.json().submission.id}`)).legacy).toBe(true)
      await node.app.inject({
        method: 'PUT',
        url: '/admin/v1/participants/p-vendor/legacy',
        headers: { ...admin, 'content-type': 'application/json' },
        payload: '{"until":null}',
      })
      expect((await send(body(1, { legacy: true }).payload, {})).statusCode).toBe(403)
    })
  })
}
