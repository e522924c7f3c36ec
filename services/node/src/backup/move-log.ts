import { resolve } from 'node:path'
import { appliedSteps, migrationsDirectory, migrationsIn, openDatabase } from '@huijiao/database'
import { attachLog, detachLog, LogRangeError, type MovedRange } from '@huijiao/exchange'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { OnProgress } from './backup.ts'
import { withDatabase } from './database-of.ts'

export interface MoveLog {
  /** Up to and without this entry. */
  readonly 'detach-log'?: string
  readonly into?: string
  /** Where the range is kept, as everybody is told who needs it; `into` when absent. */
  readonly place?: string
  readonly 'attach-log'?: string
  readonly onProgress: OnProgress
}

/** Who acts: somebody with the node's own settings at hand. */
const actor = 'operator:command-line'

/**
 * Takes the oldest entries of the log out of the node's database, or puts them back. The node may run meanwhile; its sequencer numbers the entry that
 * says so.
 * @throws LogRangeError
 */
export async function moveLog(config: Config, asked: MoveLog): Promise<MovedRange> {
  const { 'detach-log': wanted, 'attach-log': directory, into, place = into, onProgress } = asked
  return await withDatabase(config, async (url) => {
    const { db, close } = openDatabase({ url, poolMax: 3, applicationName: 'huijiao-log-range' })
    try {
      await mustBeUpToDate(db as unknown as Kysely<unknown>)
      const keeper = { db, node: config.node, clock: { now: () => new Date() } }
      if (directory !== undefined)
        return await attachLog(keeper, { directory: resolve(directory), actor }, (done, of) => onProgress('log', done, of))
      const to = Number(wanted)
      if (into === undefined || place === undefined || !Number.isSafeInteger(to) || to <= 0)
        throw new LogRangeError('须写明 --to 条数 与 --into 目录', 'name an entry with --to and a directory with --into')
      return await detachLog(keeper, { to, into: resolve(into), place, actor }, (done, of) => onProgress('log', done, of))
    } finally {
      await close()
    }
  })
}

/** @throws LogRangeError when the database was not brought up to date by this program yet: the node does that at its start */
async function mustBeUpToDate(db: Kysely<unknown>): Promise<void> {
  const [own, applied] = [Object.keys(await migrationsIn(migrationsDirectory).getMigrations()), await appliedSteps(db)]
  if (own.some((step) => !applied.includes(step)))
    throw new LogRangeError(
      '数据库尚未升级到本程序的版本：先启动一次节点',
      'the database is not up to date: start the node with this program first',
    )
}
