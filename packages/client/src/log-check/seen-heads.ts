import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { usage } from '../user-error.ts'

/** What this machine remembers of a log: the key that signed it and the last head that checked out. */
export interface SeenLog {
  readonly origin: string
  readonly key: string
  readonly size: number
  /** `sha-256:<hex>` */
  readonly root: string
  readonly seenAt: string
}

interface SeenFile {
  readonly format: 'huijiao-seen-logs/1'
  readonly logs: SeenLog[]
}

/** Where heads are remembered unless an option says otherwise: the user's state directory. */
export function seenFilePath(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'huijiao', 'seen-logs.json')
}

/** @throws UserError (usage) when the file is something else: forgetting silently would defeat its purpose */
export async function readSeenLogs(file: string): Promise<SeenLog[]> {
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw usage(`读不了文件 ${file}`, `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`)
  }
  try {
    const seen = JSON.parse(content) as SeenFile
    if (seen.format === 'huijiao-seen-logs/1' && Array.isArray(seen.logs)) return seen.logs
  } catch {
    // Said below.
  }
  throw usage(`${file} 已损坏，无法比对以前见过的快照`, `${file} is damaged, so what was seen before cannot be compared`, {
    zh: '移走它可重新开始记录',
    en: 'move it away to begin anew',
  })
}

/** Remembers a head in place of the earlier one of its origin. */
export async function rememberLog(file: string, log: SeenLog): Promise<void> {
  const others = (await readSeenLogs(file)).filter((one) => one.origin !== log.origin)
  await mkdir(dirname(file), { recursive: true })
  const content: SeenFile = { format: 'huijiao-seen-logs/1', logs: [...others, log] }
  await writeFile(`${file}.${process.pid}.new`, `${JSON.stringify(content, null, 1)}\n`)
  await rename(`${file}.${process.pid}.new`, file)
}
