import { execFile } from 'node:child_process'
import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type EmbeddedPostgres, openDatabase, startEmbeddedPostgres, stopEmbeddedPostgres } from '@huijiao/database'

export interface StreamingCopy {
  /** Process of the server. */
  pid(): number
  url(database: string): string
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * A hot standby of a running embedded PostgreSQL: its files are copied as for an online backup, and it streams what comes after from a slot.
 * The embedded package has no `pg_basebackup`; this does the same by SQL. `removeEmbeddedPostgres` takes it away again.
 * @param dataDir of the copy; its directory exists, and the user that runs PostgreSQL may enter it
 */
export async function makeStreamingCopy(primary: EmbeddedPostgres, dataDir: string): Promise<StreamingCopy> {
  const { pool, close } = openDatabase({ url: primary.url('postgres'), poolMax: 1, applicationName: 'huijiao test' })
  const session = await pool.connect()
  try {
    await session.query("select pg_create_physical_replication_slot('copy', true)")
    await session.query("select pg_backup_start('copy', true)")
    // Files that go away meanwhile are no part of what a backup needs.
    const skipped = /\/(postmaster\.(pid|opts)|pg_internal\.init|pgsql_tmp.*|pg_replslot\/.+|pg_stat_tmp\/.+|pg_wal\/.+)$/
    await cp(primary.dataDir, dataDir, { recursive: true, filter: (from) => !skipped.test(from) })
    await mkdir(join(dataDir, 'pg_wal', 'archive_status'), { recursive: true })
    const { rows } = await session.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    await writeFile(join(dataDir, 'backup_label'), rows[0]?.labelfile ?? '')
  } finally {
    session.release()
    await close()
  }
  const address = new URL(primary.url('postgres'))
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${address.username} password=${address.password}`
  await writeFile(
    join(dataDir, 'postgresql.auto.conf'),
    `primary_conninfo = '${conninfo}'\nprimary_slot_name = 'copy'\nhot_standby_feedback = on\n`,
  )
  await writeFile(join(dataDir, 'standby.signal'), '')
  await cp(`${primary.dataDir}.password`, `${dataDir}.password`)
  await asOwnerOf(primary.dataDir, dataDir)
  let running: EmbeddedPostgres | null = null
  const start = async () => {
    running = await startEmbeddedPostgres({
      dataDir,
      settings: { shared_buffers: '64MB', fsync: 'off', wal_retrieve_retry_interval: '200ms' },
    })
  }
  await start()
  return {
    pid: () => running?.pid ?? 0,
    url: (database) => running?.url(database) ?? '',
    start,
    stop: async () => {
      await stopEmbeddedPostgres(dataDir)
    },
  }
}

/** Started as root, PostgreSQL runs as another user, and takes only a directory of its own. */
async function asOwnerOf(model: string, directory: string): Promise<void> {
  const run = promisify(execFile)
  await run('chmod', ['700', directory])
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(model)
  await run('chown', ['-R', `${uid}:${gid}`, directory, `${directory}.password`])
}
