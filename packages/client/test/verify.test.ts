import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { huijiao } from './run-huijiao.ts'
import { startSmallNode } from './small-node.ts'

interface Vector {
  trusted: string[]
  document: { record: { entity: string }; steps: { checkpoint: string }[] }
}
const vector = JSON.parse(readFileSync(new URL('../../../docs/vectors/custody.json', import.meta.url), 'utf8')) as Vector

let dir: string
const write = (name: string, content: string) => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'huijiao-verify-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('verifying a chain of custody', () => {
  it('names every check in Chinese and English and ends with 0 when all hold under trusted keys', async () => {
    const ran = await huijiao([
      'verify',
      write('c.json', JSON.stringify(vector.document)),
      '--trust',
      write('keys.txt', vector.trusted.join('\n')),
    ])
    expect(ran.code).toBe(0)
    expect(ran.out.split('\n').filter((line) => line.startsWith('✓ ')).length).toBeGreaterThan(vector.document.steps.length * 5)
    expect(ran.out).toContain('核验通过：000000.example → 370000.example → 370100.example')
    expect(ran.out).toContain("The checkpoint's signature holds")
    expect(ran.out).not.toContain('✗')
  })

  it('ends with 1 and shows the failed checks when one member was changed', async () => {
    const forged = { ...vector.document, record: { ...vector.document.record, entity: 'TBCorpBasicInfo' } }
    const ran = await huijiao(['verify', write('c.json', JSON.stringify(forged)), '--trust', write('keys.txt', vector.trusted.join('\n'))])
    expect(ran.code).toBe(1)
    expect(ran.out.match(/^✗ 0?3?7?0?.*$/gm)?.length).toBeGreaterThan(1)
  })

  it('proves nothing, and says so, without trusted keys', async () => {
    const ran = await huijiao(['verify', write('c.json', JSON.stringify(vector.document))], { cwd: dir, env: { HUIJIAO_DEMO_DIR: dir } })
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('proves nothing without trusted keys')
  })

  it('fails when the keys are other nodes’', async () => {
    const ran = await huijiao([
      'verify',
      write('c.json', JSON.stringify(vector.document)),
      '--trust',
      write('keys.txt', vector.trusted[0] as string),
    ])
    expect(ran.code).toBe(1)
  })

  it('takes the trust file from the environment and answers as JSON', async () => {
    const env = { HUIJIAO_TRUST: write('keys.txt', vector.trusted.join('\r\n')) }
    const ran = await huijiao(['verify', write('c.json', JSON.stringify(vector.document)), '--json'], { env })
    expect(JSON.parse(ran.out)).toMatchObject({ kind: 'custody', outcome: 'verified' })
  })

  it('refuses a key that is none with exit code 2', async () => {
    const ran = await huijiao(['verify', write('c.json', '{}'), '--trust', write('keys.txt', '370100+00000000+AAAA')])
    expect(ran.code).toBe(2)
  })

  it('says that a document is neither a custody document nor JSON', async () => {
    const keys = write('keys.txt', vector.trusted.join('\n'))
    expect((await huijiao(['verify', write('a.json', '{}'), '--trust', keys])).code).toBe(1)
    expect((await huijiao(['verify', write('b.json', '{'), '--trust', keys])).code).toBe(2)
    expect((await huijiao(['verify', join(dir, 'none'), '--trust', keys])).code).toBe(2)
  })
})

describe('verifying a receipt', () => {
  it('holds it against the key of the node that is asked, and finds a changed member', async () => {
    const node = await startSmallNode()
    try {
      const file = write('a.ndjson', '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"XM-1","data":{"PrjName":"合成"}}\n')
      await huijiao(['push', file, '--to', node.url, '--responsible-unit', '甲', '--responsible-name', '乙'], {
        env: { HUIJIAO_API_KEY: node.apiKey },
      })
      const text = readFileSync(`${file}.receipts.ndjson`, 'utf8')
      const good = await huijiao(['verify', write('r.json', text), '--node', node.url])
      expect(good.code, good.err).toBe(0)
      expect(good.out).toContain('回执由 370100 签发')
      const forged = await huijiao(['verify', write('r2.json', text.replace('"accepted":1', '"accepted":2')), '--node', node.url])
      expect(forged.code).toBe(1)
      const third = write('r3.json', text)
      expect((await huijiao(['verify', third], { env: { HUIJIAO_DEMO_DIR: dir } })).code).toBe(1)
      write('demo.json', JSON.stringify({ nodes: [{ url: node.url }] }))
      const inDemo = await huijiao(['verify', third], { env: { HUIJIAO_DEMO_DIR: dir } })
      expect([inDemo.code, inDemo.err.includes('the keys are those of the demonstration')]).toEqual([0, true])
    } finally {
      await node.close()
    }
  })
})
