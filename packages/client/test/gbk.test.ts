import { describe, expect, it } from 'vitest'
import { lines, pushFixture, record, responsible } from './push-fixture.ts'
import { huijiao } from './run-huijiao.ts'

const t = pushFixture()

/** Text in GBK, by Node's own decoder turned round. */
function gbkOf(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  if (table.size === 0) {
    for (let high = 0x81; high <= 0xfe; high += 1)
      for (let low = 0x40; low <= 0xfe; low += 1) if (low !== 0x7f) table.set(decoder.decode(Uint8Array.of(high, low)), [high, low])
  }
  return Buffer.from([...text].flatMap((char) => (char.charCodeAt(0) < 0x80 ? [char.charCodeAt(0)] : (table.get(char) ?? [0x3f]))))
}
const table = new Map<string, [number, number]>()

describe('a file of JSON in GBK', () => {
  it('of one record a line is pushed in UTF-8, and goes on where it was interrupted', async () => {
    const path = t.write('a.ndjson', gbkOf(lines(3)))
    const ran = await t.push(path, '--records', '2')
    expect([ran.code, t.node.stored]).toEqual([0, ['XM-1', 'XM-2', 'XM-3']])
    expect(Buffer.concat(t.node.bodies).toString()).toContain('示例花园 3（合成）')
    t.write('a.ndjson', gbkOf(lines(5)))
    await t.push(path, '--records', '2')
    expect(t.node.stored).toEqual(['XM-1', 'XM-2', 'XM-3', 'XM-4', 'XM-5'])
  })

  it('that is one document is pushed in UTF-8, with the envelope of the options', async () => {
    const path = t.write('a.json', gbkOf(JSON.stringify({ records: [JSON.parse(record(1))] })))
    const ran = await t.push(path)
    expect([ran.code, t.node.stored]).toEqual([0, ['XM-1']])
    const body = Buffer.concat(t.node.bodies).toString()
    expect([body.includes('示例花园 1（合成）'), body.includes(responsible[1] as string)]).toEqual([true, true])
  })

  it('is judged offline as the same file in UTF-8', async () => {
    const text = lines(2)
    const judged = async (name: string, content: string | Buffer) => {
      const ran = await huijiao(['validate', t.write(name, content), '--json'])
      const { file: _file, ...verdict } = JSON.parse(ran.out).files[0]
      return verdict
    }
    expect(await judged('gbk.ndjson', gbkOf(text))).toEqual(await judged('utf8.ndjson', text))
  })
})
