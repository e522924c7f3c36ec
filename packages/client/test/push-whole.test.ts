import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lines, pushFixture, record, responsible, sourceIds } from './push-fixture.ts'
import { huijiao } from './run-huijiao.ts'

const t = pushFixture()

describe('pushing a whole submission', () => {
  const envelope = { id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', standard: '2018', responsible: { unit: '甲', name: '乙' } }

  it('sends a JSON document byte for byte, and once', async () => {
    const text = JSON.stringify({ ...envelope, records: [JSON.parse(record(1))] }, null, 2)
    const path = t.write('first.json', text)
    for (let time = 0; time < 2; time++)
      expect((await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })).code).toBe(0)
    expect(t.node.bodies.map(String)).toEqual([text])
  })

  it('gives a JSON document without an id one that follows from its content', async () => {
    const path = t.write('first.json', `{ "standard": "2018", "responsible": {"unit": "甲", "name": "乙"}, "records": [${record(1)}] }`)
    expect((await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })).code).toBe(0)
    const sent = JSON.parse(String(t.node.bodies[0])) as Record<string, unknown>
    expect(sent).toMatchObject({ standard: '2018', responsible: { unit: '甲' } })
    expect(t.node.stored).toEqual(['XM-1'])
  })

  it('streams an NDJSON submission as it is, compressed or not', async () => {
    const text = `${JSON.stringify(envelope)}\n${lines(4)}`
    const path = t.write('s.ndjson', text)
    expect((await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })).code).toBe(0)
    expect(String(t.node.bodies[0])).toBe(text)
    const zipped = await huijiao(['push', path, '--to', t.node.url, '--restart', '--compress', 'zstd'], { env: t.env, cwd: t.dir })
    expect(zipped.code, zipped.err).toBe(0)
    expect(t.node.stored).toEqual(sourceIds(4))
  })

  it('tells the line of a refused record in it', async () => {
    const path = t.write('s.ndjson', `${JSON.stringify(envelope)}\n\n${record(1)}\n${record(2, '')}\n`)
    const ran = await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 4 行 TBProjectInfo XM-2')
  })

  it('shows what the node says of the whole, with exit code 1', async () => {
    const path = t.write('s.ndjson', `${JSON.stringify(envelope)}\n${record(1)}\n`)
    await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })
    writeFileSync(path, `${JSON.stringify(envelope)}\n${record(1, '另一名称')}\n`)
    const ran = await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('批次编号已用于不同内容')
    expect(ran.err).toContain('HTTP 409')
    expect(t.node.stored).toEqual(['XM-1'])
  })
})

describe('a dry run', () => {
  it('shows every problem, stores nothing and leaves no state', async () => {
    const path = t.write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    const ran = await t.push(path, '--dry-run')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 2 行')
    expect([
      t.node.stored,
      t.node.submissions.size,
      existsSync(`${path}.huijiao-state.json`),
      existsSync(`${path}.refused.ndjson`),
    ]).toEqual([[], 0, false, false])
  })
})

describe('the command line of push', () => {
  it('answers as JSON for programs', async () => {
    const path = t.write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    const ran = await t.push(path, '--json')
    expect(JSON.parse(ran.out)).toMatchObject({
      files: [{ file: path, submissions: 1, counts: { accepted: 1, refused: 1 }, refusedFile: `${path}.refused.ndjson` }],
    })
  })

  it.each([
    ['no file', ['push', '--to', 'http://x']],
    ['an unknown option', ['push', 'f', '--too', 'http://x']],
    ['a missing address', ['push', 'f']],
    ['an address that is none', ['push', 'f', '--to', 'ftp://x']],
    ['a file that is not there', ['push', 'FILE/nowhere.ndjson', '--to', 'NODE', ...responsible]],
    ['nobody who answers for it', ['push', 'FILE/a.ndjson', '--to', 'NODE']],
    ['a JSON array', ['push', 'FILE/array.json', '--to', 'NODE', ...responsible]],
    ['broken JSON', ['push', 'FILE/broken.json', '--to', 'NODE', ...responsible]],
    ['GBK', ['push', 'FILE/gbk.json', '--to', 'NODE', ...responsible]],
    ['an unknown mode', ['push', 'FILE/a.ndjson', '--to', 'NODE', '--mode', 'all', ...responsible]],
  ])('refuses %s with exit code 2, in words', async (_name, args) => {
    t.write('a.ndjson', lines(1))
    t.write('array.json', `[${record(1)}]`)
    t.write('broken.json', '{"records":[\n{]}')
    t.write('gbk.json', Buffer.from('7b22726563b9a4b3cc227d', 'hex'))
    const ran = await huijiao(
      args.map((arg) => (arg === 'NODE' ? t.node.url : arg.replace('FILE', t.dir))),
      { env: t.env, cwd: t.dir },
    )
    expect([ran.code, /[\u4e00-\u9fff]/.test(ran.err), / {4}at /.test(ran.err)]).toEqual([2, true, false])
    expect(t.node.stored).toEqual([])
  })
})
