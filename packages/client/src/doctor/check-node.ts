import { spawn } from 'node:child_process'
import type { Words } from '@huijiao/problem'
import { bad, ok, type Finding } from './finding.ts'

const checkMs = 60_000

/**
 * Asks the node program to check its own configuration and database without starting: `main.ts --check` prints `{"findings":[…]}`, each
 * with `level`, `about`, `zh` and `en`.
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
  readonly level: Finding['level']
  /** The setting it is about, or `configuration`. */
  readonly about: string
  readonly zh: string
  readonly en: string
}

/** Settings whose surroundings are looked at here more closely, once the configuration as a whole is sound. */
const checkedHere = /^HUIJIAO_(DATA_DIR|PORT|UPSTREAMS\b)/

function readFindings(stdout: string): Finding[] | null {
  let findings: NodeFinding[]
  try {
    findings = (JSON.parse(stdout) as { findings: NodeFinding[] }).findings
  } catch {
    return null
  }
  const sound = findings.some(({ about, level }) => about === 'configuration' && level === 'ok')
  return findings
    .filter(({ about }) => !(sound && checkedHere.test(about)))
    .map(({ level, about, zh, en }) => {
      const words = about === 'configuration' ? { zh, en } : { zh: `${about} ${zh}`, en: `${about} ${en}` }
      return level === 'ok' ? ok(about, words.zh, words.en) : bad(level, about, words, mendOf(about))
    })
}

function mendOf(about: string): Words {
  if (about === 'HUIJIAO_DATABASE_URL') {
    return {
      zh: '核对地址、口令、防火墙和数据库版本；去掉此项则用内置 PostgreSQL',
      en: 'check address, password, firewall and version; without this setting the embedded PostgreSQL is used',
    }
  }
  if (about === 'HUIJIAO_ADMIN_TOKEN') {
    return {
      zh: '(umask 077; openssl rand -base64 32 > admin-token)，再设 HUIJIAO_ADMIN_TOKEN_FILE=admin-token',
      en: '(umask 077; openssl rand -base64 32 > admin-token), then HUIJIAO_ADMIN_TOKEN_FILE=admin-token',
    }
  }
  return { zh: `按 docs/configuration.md 更正 ${about}`, en: `set ${about} as docs/configuration.md says` }
}
