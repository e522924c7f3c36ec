import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseReceipt, verifyReceipt } from '../src/receipt.ts'
import { readTrustedKey } from '../src/trust.ts'
import { validateFile } from '../src/validate/validate-file.ts'
import type { Ran } from './run-huijiao.ts'
import { startSmallNode, type SmallNode } from './small-node.ts'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'huijiao-examples-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Whether a program is here. Where it is not, that is said loudly: a skipped example is an unproven one. */
function has(program: string, ...args: string[]): boolean {
  const here = spawnSync(program, args, { stdio: 'ignore' }).status === 0
  if (!here)
    process.stderr.write(
      `\n!!! ${program} is not on this machine: the example that needs it was NOT run / 本机没有 ${program}，相应示例未运行 !!!\n\n`,
    )
  return here
}

/** Asynchronous, because the node that answers lives in this very process. */
function run(program: string, args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

describe('the first record', () => {
  it('is faultless under the standard, and the refused one has exactly one mistake, with its fix', async () => {
    const found: string[] = []
    const judge = (name: string) =>
      validateFile(join(examples, 'curl', name), undefined, new Date('2026-09-01T00:00:00Z'), (judged) =>
        found.push(...judged.problems.map((problem) => `${name} ${problem.code} ${problem.pointer}`)),
      )
    expect((await judge('first.json')).counts).toMatchObject({ faultless: 1 })
    expect((await judge('refused.json')).counts).toMatchObject({ refused: 1 })
    expect(found).toEqual(['refused.json region-not-nested /data/CountyNum'])
  })
})

interface Example {
  readonly name: string
  readonly runs: boolean
  readonly prepare: () => void
  readonly command: (node: string, file: string) => [string, string[]]
}

const javaClasses = join(dir, 'classes')
const list: readonly Example[] = [
  {
    name: 'java/PushSubmission.java',
    runs: has('javac', '-version') && has('java', '-version'),
    prepare: () => {
      const built = spawnSync(
        'javac',
        [
          '-source',
          '8',
          '-target',
          '8',
          '-Xlint:all,-options',
          '-Werror',
          '-encoding',
          'UTF-8',
          '-d',
          javaClasses,
          join(examples, 'java', 'PushSubmission.java'),
        ],
        { encoding: 'utf8' },
      )
      expect(built.status, built.stderr).toBe(0)
    },
    command: (node, file) => ['java', ['-cp', javaClasses, 'PushSubmission', node, file]],
  },
  {
    name: 'python/push_submission.py',
    runs: has('python3', '--version'),
    prepare: () => {},
    command: (node, file) => ['python3', [join(examples, 'python', 'push_submission.py'), node, file]],
  },
]

for (const example of list.filter((one) => one.runs)) {
  describe(`examples/${example.name}`, { timeout: 60_000 }, () => {
    let node: SmallNode
    beforeAll(async () => {
      example.prepare()
      node = await startSmallNode()
    }, 60_000)
    afterAll(() => node.close())
    const push = (file: string, key = node.apiKey) => run(...example.command(node.url, file), { HUIJIAO_API_KEY: key })
    const first = () => {
      const file = join(dir, `${example.name.replaceAll('/', '-')}.json`)
      copyFileSync(join(examples, 'curl', 'first.json'), file)
      return file
    }

    it('pushes the file byte for byte with its digest, through a lost answer and a busy node, and keeps the signed receipt', async () => {
      let posts = 0
      node.interfere = ({ method }, answer) => {
        if (method !== 'POST' || posts++ > 1) return 'serve'
        if (posts === 1) return 'serve and break'
        answer.writeHead(503, { 'retry-after': '1' }).end()
        return 'done'
      }
      const file = first()
      const ran = await push(file)
      expect(ran.code, ran.err + ran.out).toBe(0)
      expect(ran.err).toContain('同样的内容重试')
      expect(ran.out).toContain('1e8ff4cc-25ea-4de4-aa4f-2531371bd198：accepted')
      expect(node.stored).toEqual(['XM-187'])
      expect(node.bodies.at(-1)?.equals(readFileSync(file))).toBe(true)
      const receipt = parseReceipt(readFileSync(`${file}.receipt.json`))
      expect(verifyReceipt(receipt, [readTrustedKey(node.verifierKey)]).state).toBe('verified')
    })

    it('follows a 202', async () => {
      node.acceptFirst = true
      const file = first()
      writeFileSync(file, readFileSync(file, 'utf8').replace('1e8ff4cc', '00000202').replace('XM-187', 'XM-202'))
      expect((await push(file)).code).toBe(0)
      expect(node.stored.at(-1)).toBe('XM-202')
    })

    it('shows a refused record with its reason, hint and fix, and ends with 1', async () => {
      const file = first()
      writeFileSync(file, readFileSync(file, 'utf8').replace('1e8ff4cc', '00000001').replace('示例花园（合成）', ''))
      const ran = await push(file)
      expect(ran.code).toBe(1)
      expect(ran.out).toContain('第 1 条')
      expect(ran.out).toContain('项目名称为空')
      expect(ran.out).toMatch(/修正 fix: .*\/data\/PrjName/)
    })

    it('shows what the node says of the whole, and ends with 1, or with 3 when the key is refused', async () => {
      const file = first()
      writeFileSync(file, `${readFileSync(file, 'utf8')} `)
      const conflict = await push(file)
      expect([conflict.code, conflict.out.includes('批次编号已用于不同内容')]).toEqual([1, true])
      const refused = await push(file, 'hj_wrong-key')
      expect([refused.code, refused.out.includes('身份凭据无效')]).toEqual([3, true])
    })

    it('ends with 2 for a file that is not there', async () => {
      expect((await push(join(dir, 'nowhere.json'))).code).toBe(2)
    })
  })
}
