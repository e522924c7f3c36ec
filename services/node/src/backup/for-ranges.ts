import { appliedSteps, migrationsDirectory, migrationsIn, openDatabase, type Tables } from '@huijiao/database'
import { LogRangeError } from '@huijiao/exchange'
import type { Words } from '@huijiao/problem'
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

/** What was asked: into where something goes, or the directory that is put back or only read. */
interface Asked {
  /** Whether the database was looked at before. */
  readonly begun: boolean
  readonly into?: string | undefined
  readonly attach?: string | undefined
  readonly check?: string | undefined
  /** Taken out by age, not up to a number. */
  readonly byAge: boolean
}

/** What is left when the connection to the database broke. The last transaction may have been committed without its answer having come. */
export function leftOfMove({ begun, into, attach, check, byAge }: Asked): Words {
  if (!begun)
    return {
      zh: '没有开始；数据库和目录都没有改动。请再次执行同一命令',
      en: 'nothing was begun; database and directories are as they were. Run the same command again',
    }
  if (check !== undefined)
    return {
      zh: '核对没有完成；数据库和目录都没有改动。请再次执行同一命令',
      en: 'the check was not completed; database and directory are as they were. Run the same command again',
    }
  if (attach !== undefined)
    return {
      zh: `没有得知是否放回；数据库中要么一点没有放回，要么已全部放回。${attach} 中的文件没有改动，请留着。请再次执行同一命令；若答“没有移出过，或已放回”，则这次已经放回`,
      en: `it is not known whether the range was put back; the database has nothing of it back, or all. The files in ${attach} are as they were; keep them. Run the same command again; if it says that they are not detached, they were put back this time`,
    }
  const again = byAge
    ? { zh: '请再次执行同一命令，从停下处继续', en: 'Run the same command again; it goes on where this one stopped' }
    : {
        zh: '请再次执行同一命令；若答“已全部移出”，则这次已经移出',
        en: 'Run the same command again; if it says that everything is detached already, it was taken out this time',
      }
  return {
    zh: `没有得知是否移出；数据库中要么一点没有移出，要么已全部移出。${into ?? ''} 中如有本段的目录：名称以 .partial 结尾的没有写完，不能使用，下次先删去；其他的已写完，会继续使用，也可能是唯一一份，请勿删除。${again.zh}`,
    en: `it is not known whether the range was taken out; nothing of it has left the database, or all. Of directories of the range in ${into ?? ''}, one whose name ends in .partial is not finished, cannot be used, and is removed the next time; any other is finished, is used again, and may be the only copy: do not remove it. ${again.en}`,
  }
}
