import { spawn } from 'node:child_process'
import { bad, ok, type Finding } from './finding.ts'

const checkMs = 60_000

/**
 * Asks the node program to check its own configuration and database without starting: `main.ts --check` prints `{"findings":[…]}`, each
 * with `check`, `level`, `zh`, `en` and, where something is wrong, `mend`.
 */
export async function checkByNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { stdout, stderr, code } = await runNode([...args, '--check'], env)
  const findings = readFindings(stdout)
  if (findings !== null) return findings
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500)
  return [
    bad(
      'error',
      'configuration',
      { zh: `节点程序未能完成自检（退出码 ${code}）${said}`, en: `the node program could not check itself (exit code ${code}) ${said}` },
      { zh: '运行 huijiao node 查看启动时的报错', en: 'run huijiao node and read what it says' },
    ),
  ]
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: checkMs })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ stdout, stderr, code }))
  })
}

interface NodeFinding {
  readonly check: string
  readonly level: Finding['level']
  readonly zh: string
  readonly en: string
  readonly mend?: { readonly zh: string; readonly en: string }
}

function readFindings(stdout: string): Finding[] | null {
  try {
    const { findings } = JSON.parse(stdout) as { findings: NodeFinding[] }
    return findings.map(({ check, level, zh, en, mend }) =>
      level === 'ok' ? ok(check, zh, en) : bad(level, check, { zh, en }, mend ?? { zh, en }),
    )
  } catch {
    return null
  }
}
