import { mkdtemp, readdir, rmdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { readableByOthers } from '../http/destination.ts'
import { bad, ok, type Finding } from './finding.ts'

const gibibyte = 1024 ** 3

/** Whether the data directory, or the place where it will be made, can be written and has room. */
export async function checkDataDir(dir: string): Promise<Finding[]> {
  const path = resolve(dir)
  const existing = await nearestDirectory(path)
  try {
    await rmdir(await mkdtemp(join(existing, '.huijiao-doctor-')))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return [
      bad(
        'error',
        'data-dir',
        { zh: `数据目录不可写：${path}（${code}）`, en: `the data directory cannot be written: ${path} (${code})` },
        {
          zh: `chown 给运行节点的用户，或以 HUIJIAO_DATA_DIR 另指目录`,
          en: 'chown it to the user that runs the node, or name another with HUIJIAO_DATA_DIR',
        },
      ),
    ]
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const size = `${(free / gibibyte).toFixed(1)} GiB`
  const made = existing === path ? { zh: '', en: '' } : { zh: '（首次启动时创建）', en: ' (made at the first start)' }
  const writable = ok('data-dir', `数据目录可写：${path}${made.zh}`, `the data directory can be written: ${path}${made.en}`)
  if (free >= gibibyte) return [writable, ok('disk', `磁盘可用 ${size}`, `${size} free on its disk`)]
  return [
    writable,
    bad(
      'warning',
      'disk',
      { zh: `磁盘仅剩 ${size}`, en: `only ${size} free on its disk` },
      { zh: '清理或扩容；磁盘写满时节点拒收', en: 'make room; a node refuses submissions when its disk is full' },
    ),
  ]
}

async function nearestDirectory(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const facts = await stat(at).catch(() => null)
    if (facts !== null || at === dirname(at)) return at
  }
}

const secretNames = /(\.pem|\.key|secret|token|password)/i

/** Whether files of secrets can be read by their owner only: those that settings name, and those in the data directory. */
export async function checkSecretFiles(dir: string, named: readonly string[]): Promise<Finding[]> {
  const inside = await readdir(dir, { withFileTypes: true }).catch(() => [])
  const secrets = await readdir(join(dir, 'secrets'), { withFileTypes: true }).catch(() => [])
  const files = [...inside.filter((entry) => secretNames.test(entry.name)), ...secrets].filter((entry) => entry.isFile())
  const found = files.map((entry) => join(entry.parentPath, entry.name))
  const findings: Finding[] = []
  for (const path of new Set([...named, ...found])) {
    if ((await stat(path).catch(() => null)) === null) continue
    findings.push(
      readableByOthers(path)
        ? bad(
            'warning',
            'secret-files',
            { zh: `其他用户可读：${path}`, en: `others can read ${path}` },
            { zh: `chmod 600 ${path}`, en: `chmod 600 ${path}` },
          )
        : ok('secret-files', `仅本人可读：${path}`, `only its owner can read ${path}`),
    )
  }
  return findings
}

/** Whether the port is free, or a node already answers there. */
export async function checkPort(host: string, port: number): Promise<Finding> {
  const code = await new Promise<string | null>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })
  if (code === null) return ok('port', `端口 ${host}:${port} 可用`, `port ${host}:${port} is free`)
  if (code === 'EADDRINUSE') {
    const alive = await fetch(`http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/livez`, {
      signal: AbortSignal.timeout(3000),
    }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (alive) return ok('port', `端口 ${host}:${port} 上已有节点在运行`, `a node is already running on ${host}:${port}`)
    return bad(
      'error',
      'port',
      { zh: `端口 ${host}:${port} 被其他程序占用`, en: `port ${host}:${port} is taken by another program` },
      { zh: '停掉它，或以 HUIJIAO_PORT 另指端口', en: 'stop it, or name another with HUIJIAO_PORT' },
    )
  }
  return bad(
    'error',
    'port',
    { zh: `无法监听 ${host}:${port}（${code}）`, en: `cannot listen on ${host}:${port} (${code})` },
    {
      zh: '核对 HUIJIAO_HOST、HUIJIAO_PORT；1024 以下端口需要特权',
      en: 'check HUIJIAO_HOST and HUIJIAO_PORT; ports below 1024 need a privilege',
    },
  )
}
