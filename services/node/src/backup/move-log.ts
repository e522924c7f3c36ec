import { resolve } from 'node:path'
import { appliedSteps, migrationsDirectory, migrationsIn, openDatabase } from '@huijiao/database'
import { attachLog, detachLog, detachOldLog, LogRangeError, type MovedRange, type OldDetached, partitionEntries } from '@huijiao/exchange'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { OnProgress } from './backup.ts'
import { withDatabase } from './database-of.ts'

export interface MoveLog {
  /** Up to and without this entry. */
  readonly 'detach-log'?: string
  /** Days: what is older, and needed by nobody; but nothing as long as fewer than `at-least` entries may go. */
  readonly 'detach-older'?: string
  /** As many as a partition of the log holds when absent. */
  readonly 'at-least'?: string
  readonly into?: string
  /** Where the range is kept, as everybody is told who needs it; `into` when absent. */
  readonly place?: string
  readonly 'attach-log'?: string
  readonly onProgress: OnProgress
}

/** Who acts: somebody with the node's own settings at hand. */
const actor = 'operator:command-line'

/**
 * Takes the oldest entries of the log out of the node's database, up to one or by their age, or puts them back. The node may run meanwhile; its sequencer numbers the entry that
 * says so.
 * @throws LogRangeError
 */
export async function moveLog(config: Config, asked: MoveLog): Promise<MovedRange | OldDetached> {
  const { 'detach-log': wanted, 'detach-older': days, 'attach-log': directory, into, place = into } = asked
  const onRange = (done: number, of: number) => asked.onProgress('log', done, of)
  return await withDatabase(config, async (url) => {
    const { db, close } = openDatabase({ url, poolMax: 3, applicationName: 'huijiao-log-range' })
    try {
      await mustBeUpToDate(db as unknown as Kysely<unknown>)
      const keeper = { db, node: config.node, clock: { now: () => new Date() } }
      if (directory !== undefined) return await attachLog(keeper, { directory: resolve(directory), actor }, onRange)
      if (into === undefined || place === undefined) throw new LogRangeError('须写明 --into 目录', 'name a directory with --into')
      const [where, keepDays] = [{ into: resolve(into), place, actor }, config.logKeepDays]
      if (days !== undefined) {
        const [older, atLeast] = [wholeNumber(days, 36_500), wholeNumber(asked['at-least'] ?? String(partitionEntries))]
        return await detachOldLog(keeper, { ...where, keepSince: daysAgo(Math.max(older, keepDays)), atLeast }, onRange)
      }
      const to = wholeNumber(wanted ?? '')
      return await detachLog(keeper, { ...where, to, ...(keepDays === 0 ? {} : { keepSince: daysAgo(keepDays) }) }, onRange)
    } finally {
      await close()
    }
  })
}

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3_600_000)

/** @throws LogRangeError when it is none */
function wholeNumber(text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text)
  if (!/^\d{1,16}$/.test(text) || value > most)
    throw new LogRangeError(
      `${JSON.stringify(text)} 不是 0 至 ${most} 的整数`,
      `${JSON.stringify(text)} is no whole number from 0 to ${most}`,
    )
  return value
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
