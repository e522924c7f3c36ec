import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pushFixture, record } from './push-fixture.ts'

const t = pushFixture()

describe('refused records', () => {
  it('are named with line, reason, hint and fix, in both languages, and end with exit code 1', async () => {
    const path = t.write('a.ndjson', `${record(1)}\n\n${record(2, '')}\nnot json\n${record(3)}\n`)
    const ran = await t.push(path)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 3 行 TBProjectInfo XM-2 退回')
    expect(ran.err).toContain('line 3 TBProjectInfo XM-2 refused')
    expect(ran.err).toContain('项目名称为空')
    expect(ran.err).toContain('fix: remove /data/PrjName')
    expect(ran.err).toContain('第 4 行')
    expect(t.node.stored).toEqual(['XM-1', 'XM-3'])
  })

  it('are counted by kind in a short table first, over all submissions, then the first of them, then where the others are', async () => {
    const path = t.write(
      'a.ndjson',
      Array.from({ length: 30 }, (_, i) => `${record(i, i % 3 === 0 ? '合成' : '')}\n`).join('') + 'not json\n',
    )
    const ran = await t.push(path, '--records', '7', '--show', '2', '--lang', 'en')
    const lines = ran.err.split('\n')
    const head = lines.findIndex((line) => line.includes('21 records refused, by kind:'))
    expect(lines[head + 1]).toMatch(/count +kind +code +field +problem/)
    expect(lines[head + 2]).toMatch(/^ +20 +refused +field-empty .*\(20 with a fix\)$/)
    expect(lines[head + 3]).toMatch(/^ +1 +refused +line-malformed/)
    expect(ran.err.match(/refused$/gm)).toHaveLength(2)
    expect(ran.err).toContain('19 more refused records are not listed')
    expect(ran.out).toContain('/problems (?group=true by kind, ?format=csv to download)')
    const json = JSON.parse((await t.push(path, '--restart', '--json')).out) as { files: { groups: object[] }[] }
    expect(json.files[0]?.groups).toMatchObject([
      { code: 'field-empty', count: 20, examples: [{ place: { row: 2 } }, {}, {}] },
      { code: 'line-malformed', count: 1 },
    ])
  })

  it('speak one language when asked', async () => {
    const path = t.write('a.ndjson', `${record(2, '')}\n`)
    const [zh, en] = [await t.push(path, '--lang', 'zh'), await t.push(path, '--restart', '--lang', 'en')]
    expect(/The project name/.test(zh.err + zh.out)).toBe(false)
    expect(/[\u4e00-\u9fff]{3}.*refused/.test(en.out)).toBe(false)
    expect(en.err).toContain('The project name is empty')
  })

  it('stand in a file beside, exactly as they were sent, with their problems', async () => {
    const odd =
      '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"XM-9","data":{"PrjName":"","AllInvest":1.10,"N":12345678901234567890}}'
    const path = t.write('a.ndjson', `${record(1)}\n${odd}\nnot json\n`)
    await t.push(path)
    const refused = readFileSync(`${path}.refused.ndjson`, 'utf8').trimEnd().split('\n')
    expect(refused[0]?.startsWith(`{"record":${odd},"line":2,`)).toBe(true)
    expect(JSON.parse(refused[0] as string)).toMatchObject({ line: 2, index: 1, problems: [{ code: 'field-empty' }] })
    expect(JSON.parse(refused[1] as string)).toMatchObject({ text: 'not json', line: 3, problems: [{ code: 'line-malformed' }] })
  })

  it('can be mended in that file and pushed from it', async () => {
    const path = t.write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    await t.push(path)
    const refused = `${path}.refused.ndjson`
    writeFileSync(refused, readFileSync(refused, 'utf8').replace('"PrjName":""', '"PrjName":"改好了","Big":12345678901234567890'))
    const ran = await t.push(refused)
    expect(ran.code, ran.err).toBe(0)
    expect(t.node.stored).toEqual(['XM-1', 'XM-2'])
    expect(String(t.node.bodies.at(-1))).toContain('"Big":12345678901234567890')
  })

  it('are all found when there are more than the receipt holds', async () => {
    const path = t.write('a.ndjson', Array.from({ length: 1500 }, (_, i) => `${record(i, '')}\n`).join(''))
    const ran = await t.push(path, '--show', '2')
    expect(ran.code).toBe(1)
    expect(ran.err.match(/refused$/gm)?.length).toBe(2)
    expect(readFileSync(`${path}.refused.ndjson`, 'utf8').trimEnd().split('\n').length).toBe(1500)
  })

  it('are not believed when the outcome list is not the one the receipt speaks of', async () => {
    const path = t.write('a.ndjson', Array.from({ length: 1200 }, (_, i) => `${record(i, i < 1100 ? '' : '合成')}\n`).join(''))
    t.node.tamper = (_path, bytes) => Buffer.from(bytes.toString().replace('"sourceId":"XM-3"', '"sourceId":"XM-4"'))
    const ran = await t.push(path)
    expect([ran.code, ran.err.includes('does not have the digest')]).toEqual([1, true])
    t.node.tamper = (_path, bytes) => bytes
    expect((await t.push(path)).out).toContain('退回 1100')
  })

  it('are not written twice when a push is killed after them', async () => {
    const path = t.write('a.ndjson', `${record(1, '')}\n${record(2)}\n`)
    await t.push(path, '--records', '1')
    const file = `${path}.refused.ndjson`
    const once = readFileSync(file, 'utf8')
    appendFileSync(file, '{"record":{},"li')
    appendFileSync(path, `${record(3, '')}\n`)
    await t.push(path, '--records', '1')
    expect(readFileSync(file, 'utf8').startsWith(`${once}{"record":{"entity"`)).toBe(true)
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBe(2)
  })

  it('include lines that could not be sent, and the lines beside them are stored', async () => {
    const gbk = Buffer.from('7b22656e74697479223a22b9a4b3cc227d', 'hex')
    const path = t.write('a.ndjson', Buffer.concat([Buffer.from(`${record(1)}\n`), gbk, Buffer.from(`\n${record(2)}\n`)]))
    const ran = await t.push(path)
    expect([ran.code, t.node.stored]).toEqual([1, ['XM-1', 'XM-2']])
    expect(ran.err).toContain('第 2 行')
    expect(ran.err).toContain('不是 UTF-8')
  })
})
