import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { huijiao, startHuijiao } from './run-huijiao.ts'
import { startSmallNode } from './small-node.ts'

const dir = mkdtempSync(join(tmpdir(), 'huijiao-cli-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const names = ['push', 'validate', 'verify', 'log check', 'node', 'participant add', 'doctor']

describe('the command line', () => {
  it('has help for every command, in both languages, with its options and exit codes', async () => {
    const general = await huijiao(['--help'])
    expect(general.code).toBe(0)
    for (const name of names) {
      expect(general.out).toContain(`huijiao ${name}`)
      const { code, out } = await huijiao([...name.split(' '), '--help'])
      expect(code).toBe(0)
      expect(out).toContain('--json')
      expect(out).toContain('3 节点无法访问')
      expect(out).toContain('3 the node cannot be reached')
    }
  })

  it('speaks one language when asked', async () => {
    for (const name of names) {
      expect(
        /[\u4e00-\u9fff]/.test((await huijiao([...name.split(' '), '--help', '--lang', 'en'])).out.replace(/^ {2}huijiao .*$/gm, '')),
      ).toBe(false)
      expect((await huijiao([...name.split(' '), '--help', '--lang', 'zh'])).out).not.toContain('show this help')
    }
  })

  it('lists the commands of a word that several have', async () => {
    const { code, out } = await huijiao(['standard', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('huijiao standard load FILE')
    expect(out).not.toContain('huijiao push')
  })

  it.each([
    ['no command', []],
    ['an unknown command', ['upload']],
    ['half a command', ['log']],
    ['an unknown option', ['verify', 'c.json', '--trusted', 'x']],
    ['an option without its value', ['log', 'check', 'http://x', '--key']],
    ['a value for a flag', ['push', 'f', '--dry-run=yes']],
    ['a surplus argument', ['log', 'check', 'http://x', 'http://y']],
    ['another language', ['doctor', '--lang', 'fr']],
    ['a count that is none', ['push', 'f', '--to', 'http://127.0.0.1:9', '--records', '0']],
    ['a missing key', ['push', 'f', '--to', 'http://127.0.0.1:9']],
    ['regions that are none', ['participant', 'add', '甲', '--regions', '济南', '--node', 'http://127.0.0.1:9']],
  ])('refuses %s with exit code 2 and without a stack', async (_what, args) => {
    const ran = await huijiao(args)
    expect([ran.code, ran.out, /[\u4e00-\u9fff]/.test(ran.err), / {4}at /.test(ran.err)]).toEqual([2, '', true, false])
  })

  it('names the option that was meant', async () => {
    expect((await huijiao(['push', 'f', '--responsible-nane', 'x'])).err).toContain('--responsible-name')
  })

  it('tells its version', async () => {
    expect((await huijiao(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('warns that others can read a key file', async () => {
    const key = join(dir, 'key.txt')
    writeFileSync(key, 'hj_some-key-of-nobody\n', { mode: 0o644 })
    const ran = await huijiao(['push', 'f', '--to', 'http://127.0.0.1:9876', '--key-file', key, '--retry-seconds', '1'])
    expect(ran.err).toContain('chmod 600')
    expect(ran.err).not.toContain('hj_some')
  })

  it('gives up at Ctrl-C with 130, and says how to go on', { timeout: 20_000 }, async () => {
    const node = await startSmallNode()
    try {
      node.interfere = ({ method }) => (method === 'POST' ? 'done' : 'serve')
      const file = join(dir, 'a.ndjson')
      writeFileSync(file, '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"1","data":{}}\n')
      const { child, done } = startHuijiao(['push', file, '--to', node.url, '--responsible-unit', '甲', '--responsible-name', '乙'], {
        env: { HUIJIAO_API_KEY: node.apiKey },
      })
      while (!existsSync(`${file}.huijiao-state.json`)) await new Promise((resolve) => setTimeout(resolve, 20))
      child.kill('SIGINT')
      const ran = await done
      expect([ran.code, ran.err.includes('再次运行同一命令可继续')]).toEqual([130, true])
    } finally {
      await node.close()
    }
  })
})
