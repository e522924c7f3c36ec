import { access, constants, stat, statfs } from 'node:fs/promises'
import type { Context } from './context.ts'

export interface ReadinessCheck {
  readonly name: string
  readonly ready: boolean
  readonly zh: string
  readonly en: string
}

const patienceMs = 2000
/** Numbering may fail for a moment while the database restarts; longer than this is worth a probe's attention. */
const sequencerGraceMs = 10_000

/** With less than this the next large body does not fit. Bytes. */
const spoolFreeBytes = 1024 ** 2

/** What must work for the node to take submissions. A queue or an upstream that is away is no reason to refuse them: nothing is lost by it. */
export async function checkReadiness(context: Context): Promise<ReadinessCheck[]> {
  const { database, hub } = context
  const failingForMs = context.background.sequencerFailingForMs()
  return Promise.all([
    judge('running', async () => !context.stopping() && !context.draining(), ['运行中', 'Running'], ['正在停止', 'Stopping']),
    judge(
      'epoch',
      async () => context.epochs.refusal() === null && !context.epochs.healing(),
      ['日志纪元已确认', 'The epoch of the log is confirmed'],
      context.epochs.refusal() === null
        ? ['恢复后正向上级取回数据', 'Restored: what the upstreams hold is being fetched back']
        : ['另有一处以本节点之名在运行', 'Somebody else runs as this node'],
    ),
    judge(
      'database',
      async () => (await database.pool.query(`select 1 where current_setting('transaction_read_only') = 'off'`)).rowCount === 1,
      ['数据库可用', 'The database answers and can be written'],
      ['数据库不可用或只读', 'The database does not answer, or is read-only'],
    ),
    judge(
      'spool',
      async () => {
        await access(hub.spoolDir, constants.W_OK)
        const { bavail, bsize } = await statfs(hub.spoolDir)
        return (await stat(hub.spoolDir)).isDirectory() && bavail * bsize >= spoolFreeBytes
      },
      ['暂存目录可写', 'The spool directory is writable'],
      ['暂存目录不可写或磁盘已满', 'The spool directory is not writable, or its disk is full'],
    ),
    judge(
      'sequencer',
      async () => failingForMs === null || failingForMs < sequencerGraceMs,
      ['日志编号正常', 'The log is being numbered'],
      ['日志编号持续失败', 'Numbering the log keeps failing'],
    ),
  ])
}

async function judge(
  name: string,
  work: () => Promise<boolean>,
  good: readonly [string, string],
  bad: readonly [string, string],
): Promise<ReadinessCheck> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, false).unref())
  const ready = await Promise.race([work().catch(() => false), late])
  const [zh, en] = ready ? good : bad
  return { name, ready, zh, en }
}
