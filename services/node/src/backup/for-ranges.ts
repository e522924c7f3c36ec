import { appliedSteps, migrationsDirectory, migrationsIn, openDatabase, type Tables } from '@huijiao/database'
import { LogRangeError } from '@huijiao/exchange'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { withDatabase } from './database-of.ts'

/** Who acts: somebody with the node's own settings at hand. */
export const actor = 'operator:command-line'

/**
 * Opens a node's database to take ranges out of it or to put them back. The node may run meanwhile.
 * @throws LogRangeError when the database was not brought up to date by this program yet
 */
export async function forRanges<T>(config: Config, work: (opened: { readonly db: Kysely<Tables> }) => Promise<T>): Promise<T> {
  return await withDatabase(config, async (url) => {
    const { db, close } = openDatabase({ url, poolMax: 3, applicationName: 'huijiao-range' })
    try {
      await mustBeUpToDate(db as unknown as Kysely<unknown>)
      return await work({ db })
    } finally {
      await close()
    }
  })
}

export const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3_600_000)

/** @throws LogRangeError when it is none */
export function wholeNumber(text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text)
  if (!/^\d{1,16}$/.test(text) || value > most)
    throw new LogRangeError(
      `${JSON.stringify(text)} 不是 0 至 ${most} 的整数`,
      `${JSON.stringify(text)} is no whole number from 0 to ${most}`,
    )
  return value
}

/** The node brings it up to date at its start. */
async function mustBeUpToDate(db: Kysely<unknown>): Promise<void> {
  const [own, applied] = [Object.keys(await migrationsIn(migrationsDirectory).getMigrations()), await appliedSteps(db)]
  if (own.some((step) => !applied.includes(step)))
    throw new LogRangeError(
      '数据库尚未升级到本程序的版本：先启动一次节点',
      'the database is not up to date: start the node with this program first',
    )
}
