import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conformanceKit, kitText, referenceAnswer } from '@huijiao/conformance'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { ConformanceReport } from '../src/conformance/run.ts'
import { linesOf } from '../src/conformance/lines.ts'
import { huijiao } from './run-huijiao.ts'

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const example = fileURLToPath(new URL('../../../examples/python/conformance_adapter.py', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'huijiao-conformance-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const kit = conformanceKit()

async function reportOf(...args: string[]): Promise<{ code: number | null; report: ConformanceReport; err: string }> {
  const ran = await huijiao(['conformance', '--json', ...args])
  return { code: ran.code, report: (ran.out === '' ? null : JSON.parse(ran.out)) as ConformanceReport, err: ran.err }
}

/**
 * The reference program with a mistake: `body` may change the answer of a request before it is written.
 * @returns the program's file
 */
function broken(name: string, body: string): string {
  const file = join(dir, `${name}.mts`)
  const room = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))
  writeFileSync(
    file,
    `import { loadAnswerLine } from ${room('../src/commands/conformance-adapter.ts')}
import { linesOf } from ${room('../src/conformance/lines.ts')}
const answerLine = await loadAnswerLine()
let seen = 0
for await (const line of linesOf(process.stdin)) {
  const request = JSON.parse(line)
  let said: any = answerLine(line)
  seen += 1
  ${body}
  process.stdout.write(JSON.stringify(said) + '\\n')
}
`,
  )
  return file
}
const run = (file: string, ...args: string[]) => reportOf(...args, '--', process.execPath, file)
const kinds = (report: ConformanceReport) => [...new Set(report.findings.map((one) => one.finding))].toSorted()

describe('the reference program', () => {
  it('conforms to every vector of the kit, codes and rules included', async () => {
    const { code, report } = await reportOf('--strict', '--', process.execPath, program, 'conformance-adapter')
    expect(report.findings).toEqual([])
    const linked = kit.vectors.filter((vector) => vector.do === 'link').length
    expect(report.totals).toEqual({ vectors: kit.vectors.length, passed: kit.vectors.length - linked, failed: 0, skipped: linked })
    expect(report.skipped.every((one) => one.vector.startsWith('rule/linkage.'))).toBe(true)
    expect(report.kit.digest).toBe(kit.manifest.digest)
    expect([code, report.conforms]).toEqual([0, true])
  }, 60_000)

  it('can be run by a command line of the shell, on some vectors, with the report in a file', async () => {
    const file = join(dir, 'report.json')
    const ran = await huijiao(['conformance', `"${process.execPath}" "${program}" conformance-adapter`, '--only', 'sign', '--report', file])
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('签名 sign')
    expect(ran.out).toContain('passed')
    expect((JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport).totals.passed).toBe(3)
  }, 60_000)
})

const python = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0
if (!python) process.stderr.write('\n!!! python3 is not on this machine: its adapter was NOT run / 本机没有 python3，示例未运行 !!!\n\n')
describe.runIf(python)('examples/python/conformance_adapter.py', () => {
  it('conforms in what it does, and says what it does not do', async () => {
    const { code, report } = await reportOf('--', 'python3', example)
    expect(report.findings).toEqual([])
    expect(code).toBe(0)
    expect(report.totals.passed).toBeGreaterThan(60)
    expect(report.totals.skipped).toBeGreaterThan(50)
    for (const task of ['canonicalize', 'content-digest', 'verify-receipt'])
      expect(report.groups.find((group) => group.name === task)).toMatchObject({ failed: 0, skipped: 0 })
  }, 60_000)
})

describe('a program with a mistake', () => {
  it('that takes everything is told so for every rule', async () => {
    const { code, report } = await run(
      broken('takes-all', `if (request.do === 'validate') said = { id: request.id, answer: { problems: [] } }`),
      '--only',
      'rule/',
    )
    expect(code).toBe(1)
    expect(kinds(report)).toEqual(['place-missed', 'verdict-differs', 'wrong-taken'])
    const refused = kit.vectors.filter((vector) => vector.do === 'validate' && vector.expect.verdict === 'refused')
    expect(report.findings.filter((one) => one.finding === 'wrong-taken').map((one) => one.vector)).toEqual(
      refused.map((vector) => vector.id),
    )
  }, 60_000)

  it('that refuses everything is told so for every record that is right', async () => {
    const spoil = `if (request.do === 'validate') said = { id: request.id, answer: { problems: [{ pointer: '/data' }] } }`
    const { report } = await run(broken('refuses-all', spoil), '--only', 'rule/check.credit-code')
    expect(report.findings.filter((one) => one.finding === 'right-refused').every((one) => one.vector.includes('/valid/'))).toBe(true)
    expect(kinds(report)).toEqual(['place-missed', 'right-refused'])
  }, 60_000)

  it('that trusts every receipt, signs other bytes, or sorts keys by bytes, is found out in just that', async () => {
    const spoil = `if (request.do === 'verify-receipt') said.answer.genuine = true
  if (request.do === 'sign') said.answer.headers['content-digest'] = 'sha-256=:AAAA:'
  if (request.id === 'canonical/3') said.answer.canonical = said.answer.canonical.replace(/("[^"]+":4),("[^"]+":3)/, '$2,$1')`
    const { report } = await run(broken('trusts-all', spoil), '--only', 'receipt', '--only', 'sign', '--only', 'canonical')
    expect(kinds(report)).toEqual(['forgery-taken', 'signature-fails', 'text-differs'])
    expect(report.findings.filter((one) => one.finding === 'text-differs').map((one) => one.vector)).toEqual(['canonical/3'])
    expect(report.findings.filter((one) => one.finding === 'forgery-taken')).toHaveLength(
      kit.vectors.filter((vector) => vector.do === 'verify-receipt' && !vector.expect.genuine).length,
    )
  }, 60_000)

  it('that dies on the way fails what it left open, and keeps what it answered', async () => {
    const { code, report } = await run(broken('dies', `if (seen === 3) process.exit(7)`), '--only', 'receipt')
    expect(code).toBe(1)
    expect(report.totals).toMatchObject({ passed: 2, failed: kit.vectors.filter((vector) => vector.id.startsWith('receipt')).length - 2 })
    expect(kinds(report)).toEqual(['no-answer'])
    expect(report.findings[0]?.words.en).toContain('exit code 7')
  }, 60_000)

  it('that falls silent is given up', async () => {
    const { report } = await run(
      broken('silent', `if (seen === 2) await new Promise((go) => setTimeout(go, 60_000))`),
      '--only',
      'receipt',
      '--idle-seconds',
      '6', // a program needs a second or two to start, more on a busy machine
    )
    expect(kinds(report)).toEqual(['no-answer'])
    expect(report.totals.passed).toBe(1)
  }, 60_000)

  it('that answers nonsense, other ids, or in another order, loses only what is wrong', async () => {
    const spoil = `if (seen === 1) { console.log('this is no JSON'); console.log(JSON.stringify({ id: 'nobody', answer: {} })); said = { id: request.id, answer: 'yes' } }
  await new Promise((go) => setTimeout(go, seen % 2 * 20))`
    const { report, err } = await run(broken('nonsense', spoil), '--only', 'receipt')
    expect(report.findings.map((one) => [one.vector, one.finding])).toEqual([['receipt/genuine', 'answer-malformed']])
    expect(err).toContain('this is no JSON')
  }, 60_000)

  it('that does not start is no report but exit code 3; an unknown vector is exit code 2', async () => {
    const missing = await huijiao(['conformance', '--', '/nonexistent/program', 'x'])
    expect([missing.code, missing.out]).toEqual([3, ''])
    expect((await huijiao(['conformance', 'true', '--only', 'no/such'])).code).toBe(2)
    expect((await huijiao(['conformance'])).code).toBe(2)
  }, 60_000)
})

describe('the kit', () => {
  it('can come from a file, and is refused when it was changed', async () => {
    const file = join(dir, 'kit.ndjson')
    writeFileSync(file, kitText(kit))
    const args = ['--only', 'content-digest', '--', process.execPath, program, 'conformance-adapter']
    expect((await reportOf('--kit', file, ...args)).code).toBe(0)
    writeFileSync(file, kitText(kit).replace('"genuine":false', '"genuine":true'))
    expect((await huijiao(['conformance', '--kit', file, ...args])).code).toBe(2)
  }, 60_000)
})

describe('an endpoint', () => {
  let server: Server | undefined
  afterEach(() => void server?.close())

  /** A vendor's sandbox that judges as this project does, but for what `change` makes of it. */
  async function sandbox(change: (problems: { pointer: string; code: string }[]) => unknown[]): Promise<string> {
    server = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        const document = JSON.parse(Buffer.concat(pieces).toString()) as {
          standard: string
          records: { entity: string; operation: 'upsert' | 'withdraw'; data: never }[]
        }
        if (request.url !== '/v1/submissions?dryRun=true') return response.writeHead(404).end('{}')
        const caller = { tier: 'national' as const, regions: ['000000'] }
        const records = document.records.map((record, index) => {
          const input = { release: document.standard, at: new Date().toISOString(), caller, record }
          const { answer } = referenceAnswer({ id: 'x', do: 'receive', input }) as { answer: { problems: [] } }
          return { index, outcome: 'accepted', problems: change(answer.problems) }
        })
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ counts: {}, records }))
      })
    })
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('that judges rightly conforms in validation; what only a program can answer is skipped with its reason', async () => {
    const { code, report } = await reportOf(await sandbox((problems) => problems))
    expect(report.findings).toEqual([])
    expect(code).toBe(0)
    expect(report.totals.passed).toBeGreaterThan(150)
    const tally = (name: string) => report.groups.find((group) => group.name === name)
    expect(tally('key.fields')).toMatchObject({ passed: 6, skipped: 0 })
    expect(tally('grant.reporting-region')).toMatchObject({ passed: 0, skipped: 6 })
    expect(report.skipped.some((one) => one.vector === 'sign/ed25519' && one.reason.en.includes('COMMAND'))).toBe(true)
  }, 60_000)

  it('that nobody listens at is said to be unreachable after a few attempts, not after a minute of them', async () => {
    const url = await sandbox((problems) => problems)
    await new Promise((resolve) => server!.close(resolve))
    const ran = await huijiao(['conformance', url])
    expect(ran.code).toBe(3)
    expect(ran.err).toContain('连接被拒绝')
    expect(ran.err.split('重试').length - 1).toBeLessThan(6)
  }, 60_000)

  it('that passes a rule over is found out in that rule; what only it can know is not held against it', async () => {
    const url = await sandbox((problems) => [
      ...problems.filter((problem) => problem.code !== 'region-not-nested'),
      { code: 'region-not-granted', pointer: '/data', severity: 'error' },
    ])
    const { report } = await reportOf(url, '--only', 'rule/region.')
    expect([...new Set(report.findings.map((one) => one.vector.split('/')[1]))]).toEqual([])
    const taken = report.skipped.filter((one) => one.vector.startsWith('rule/region.nesting/invalid'))
    expect(taken.length).toBeGreaterThan(0)
    server?.close()
    const other = await sandbox((problems) => problems.filter((problem) => problem.code !== 'region-not-nested'))
    const plain = await reportOf(other, '--only', 'rule/region.')
    expect([...new Set(plain.report.findings.map((one) => one.vector.split('/')[1]))]).toEqual(['region.nesting'])
  }, 60_000)
})

describe('lines', () => {
  it('end at a line feed and nowhere else', async () => {
    const found: string[] = []
    const bytes = Buffer.from('{"a":"\u2028"}\r\n{"b":"示例"}\nlast')
    async function* pieces() {
      for (const byte of bytes) yield Buffer.from([byte])
    }
    for await (const line of linesOf(pieces())) found.push(line)
    expect(found).toEqual(['{"a":"\u2028"}', '{"b":"示例"}', 'last'])
  })
})
