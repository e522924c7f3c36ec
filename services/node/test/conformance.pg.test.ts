import { createHash } from 'node:crypto'
import { catalogue } from '@huijiao/problem'
import { parseKit } from '@huijiao/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol, startTestNode, type TestNode } from './node.ts'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.stop())

const get = (url: string, accept?: string) => node.app.inject({ method: 'GET', url, headers: accept === undefined ? {} : { accept } })

describe('the conformance kit of a node', () => {
  it('is open to all, whole in one file, and named by its digest', async () => {
    const manifest = (await get('/conformance/kit.json')).json() as Record<string, any>
    const whole = await get('/conformance/kit.ndjson')
    expect(whole.headers['content-type']).toContain('application/x-ndjson')
    expect(whole.headers['content-disposition']).toContain('huijiao-conformance.ndjson')
    const kit = parseKit(whole.payload)
    expect(JSON.parse(JSON.stringify(kit.manifest))).toEqual(manifest)
    const lines = whole.payload.slice(whole.payload.indexOf('\n') + 1)
    expect(manifest['digest']).toBe(`sha-256:${createHash('sha256').update(lines).digest('hex')}`)
    expect(whole.headers['etag']).toMatch(new RegExp(`^"${manifest['digest']}/[0-9a-f]{16}"$`))
    expect(manifest['served'].map((one: Record<string, any>) => [one['id'], one['vectors']])).toEqual(
      manifest['releases']
        .filter((one: Record<string, any>) => one['id'] !== '2018-js')
        .map((one: Record<string, any>) => [one['id'], true]),
    )
    for (const release of manifest['releases'])
      expect(release).toEqual({ id: expect.any(String), revision: expect.any(Number), digest: expect.stringMatching(/^sha-256:/) })
  })

  it('is served in files, one for each rule and task, which together are the whole', async () => {
    const manifest = (await get('/conformance')).json() as { vectors: number; files: { path: string; vectors: number }[] }
    const parts = manifest.files.filter((file) => file.path.startsWith('/conformance/vectors/'))
    let count = 0
    for (const { path, vectors } of parts) {
      const list = (await get(path)).json() as unknown[]
      expect([path, list.length]).toEqual([path, vectors])
      count += list.length
    }
    expect(count).toBe(manifest.vectors)
    expect((await get('/conformance/vectors/nothing.json')).json()).toMatchObject({ code: 'not-found', value: 'nothing.json' })
  })

  it('has a page that names every rule and every file, without script', async () => {
    const page = await get('/conformance', 'text/html')
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.payload).not.toContain('<script')
    const { files, rules } = (await get('/conformance/kit.json')).json() as { files: { path: string }[]; rules: { rule: string }[] }
    for (const { path } of files) expect(page.payload).toContain(`href="${path}"`)
    expect(rules.length).toBeGreaterThan(60)
  })

  it('holds for this very node: a record of each rule gets the verdict that the kit says', async () => {
    const { headers } = await enrol(node.context, ['370000', '320000'])
    const kit = parseKit((await get('/conformance/kit.ndjson')).payload)
    const wanted = kit.vectors.flatMap((vector) =>
      vector.do === 'validate' &&
      vector.input.release === '2018' &&
      vector.input.releaseWith === undefined &&
      vector.expect.verdict === 'refused'
        ? [vector]
        : [],
    )
    const records = wanted.map(({ id, input }) => ({ entity: input.entity, operation: 'upsert', sourceId: id, data: input.data }))
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions?dryRun=true',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: JSON.stringify({
        id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
        standard: '2018',
        responsible: { unit: '检验', name: '检验员' },
        records,
      }),
    })
    const outcomes = (answer.json() as { records: { outcome: string; problems: { pointer: string; rule: string }[] }[] }).records
    expect(wanted.length).toBeGreaterThan(80)
    const wrong = wanted.filter(({ expect: right }, at) =>
      right.problems.some(
        ({ pointer, rule }) => !outcomes[at]?.problems.some((problem) => problem.pointer === pointer && problem.rule === rule),
      ),
    )
    expect(wrong.map((vector) => vector.id)).toEqual([])
  })
})

describe('the page of a problem', () => {
  it('is served for every code as HTML without script, and as JSON with rules and example', async () => {
    for (const [code, { title }] of Object.entries(catalogue)) {
      const page = await get(`/problems/${code}`, 'text/html')
      expect([page.statusCode, page.headers['content-security-policy']?.includes("default-src 'none'")]).toEqual([200, true])
      expect(page.payload).toContain('lang="en"')
      const json = (await get(`/problems/${code}`)).json() as Record<string, any>
      expect(json).toMatchObject({ code, type: `/problems/${code}`, title: title.zh, what: expect.any(String), why: expect.any(String) })
      expect(json['rules'].length).toBeGreaterThan(0)
    }
    const index = await get('/problems', 'text/html')
    for (const code of Object.keys(catalogue)) expect(index.payload).toContain(`href="/problems/${code}"`)
    expect(((await get('/problems')).json() as { problems: unknown[] }).problems).toHaveLength(Object.keys(catalogue).length)
  })
})
