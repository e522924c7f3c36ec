import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { huijiao } from './run-huijiao.ts'
import { startSmallNode, type SmallNode } from './small-node.ts'

let node: SmallNode
let dir: string
let state: string

beforeEach(async () => {
  node = await startSmallNode()
  dir = mkdtempSync(join(tmpdir(), 'huijiao-log-'))
  state = join(dir, 'seen.json')
})
afterEach(async () => {
  await node.close()
  rmSync(dir, { recursive: true, force: true })
})

const check = (...more: string[]) => huijiao(['log', 'check', node.url, '--state', state, ...more], { cwd: dir })

describe('checking a log', () => {
  it.each([0, 1, 255, 256, 257, 700])('reads and recomputes all of %i entries', async (entries) => {
    if (entries > 0) await node.appendToLog(entries)
    const ran = await check('--json')
    expect(ran.code, ran.err).toBe(0)
    expect(JSON.parse(ran.out)).toMatchObject({
      ok: true,
      size: entries,
      entries,
      signature: 'verified',
      keyPinned: 'first use',
      seenBefore: null,
    })
  })

  it('remembers the checkpoint and next time proves that the log continues it', async () => {
    await node.appendToLog(300)
    expect((await check()).code).toBe(0)
    await node.appendToLog(50)
    const ran = await check()
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('所见 300 条的延续')
    expect(ran.out).toContain('continues the 300 entries')
  })

  it('finds a log that was rewritten under the same key, and keeps what it saw', async () => {
    const keys = generateKeyPairSync('ed25519')
    const [before, after] = [await startSmallNode({ keys }), await startSmallNode({ keys })]
    try {
      await before.appendToLog(10)
      // The same entries in other portions are the same log; other entries are not.
      await after.appendToLog(4)
      await after.appendToLog(6)
      await after.appendToLog(2)
      const run = (url: string) => huijiao(['log', 'check', url, '--state', state])
      expect((await run(before.url)).code).toBe(0)
      expect((await run(after.url)).code).toBe(1)
      expect((await run(after.url)).out).toContain('不是此前')
      expect((JSON.parse(readFileSync(state, 'utf8')) as { logs: { size: number }[] }).logs[0]?.size).toBe(10)
    } finally {
      await Promise.all([before.close(), after.close()])
    }
  })

  it('finds a changed entry, tile or checkpoint, and says where', async () => {
    await node.appendToLog(600)
    const flip = (bytes: Buffer, at: number) => {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      return changed
    }
    node.tamper = (path, bytes) => (path === 'tile/entries/001' ? flip(bytes, 60) : bytes)
    const entry = await check()
    expect(entry.code).toBe(1)
    expect(entry.out).toContain('第 256 条')
    node.tamper = (path, bytes) => (path === 'tile/0/000' ? flip(bytes, 40) : bytes)
    expect((await check()).code).toBe(1)
    node.tamper = (path, bytes) => (path === 'tile/1/000.p/2' ? flip(bytes, 0) : bytes)
    expect((await check()).code).toBe(1)
    node.tamper = (path, bytes) => (path === 'checkpoint' ? Buffer.from(bytes.toString().replace('600', '599')) : bytes)
    expect((await check()).code).toBe(1)
    node.tamper = (_path, bytes) => bytes
    expect((await check()).code).toBe(0)
  })

  it('takes no other key than the one given', async () => {
    await node.appendToLog(3)
    const stranger = await startSmallNode()
    await stranger.close()
    expect((await check('--key', stranger.verifierKey)).code).toBe(1)
    expect((await check('--key', node.verifierKey, '--json')).code).toBe(0)
  })

  it('takes no new key from a node whose key it has seen', async () => {
    await node.appendToLog(3)
    expect((await check()).code).toBe(0)
    const impostor = await startSmallNode()
    try {
      await impostor.appendToLog(3)
      const ran = await huijiao(['log', 'check', impostor.url, '--state', state])
      expect([ran.code, ran.err.includes('another key than it did before')]).toEqual([1, true])
    } finally {
      await impostor.close()
    }
  })

  it('ends with 3 when the node cannot be reached, also in the middle', async () => {
    await node.appendToLog(900)
    node.interfere = ({ path }, answer) => {
      if (!path.includes('entries/002')) return 'serve'
      answer.destroy()
      return 'done'
    }
    const ran = await check('--retry-seconds', '1')
    expect([ran.code, ran.err.includes('无法访问')]).toEqual([3, true])
  })

  it('does not forget silently when its memory is damaged', async () => {
    writeFileSync(state, '{')
    expect((await check()).code).toBe(2)
  })
})
