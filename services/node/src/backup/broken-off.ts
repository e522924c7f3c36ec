import type { Words } from '@huijiao/problem'
import { databaseIsAway } from '../plugins/problems.ts'

/** The connection to the database broke, or none could be made. `message` is Chinese, then English: what happened, what is left, what to do; then the driver's words. */
export class BrokenOffError extends Error {
  readonly zh: string
  readonly en: string
  /** @param left what did not come to its end, what is there now, and what to do */
  constructor(cause: unknown, left: Words) {
    const what = isUnreachable(cause)
      ? { zh: '连不上数据库', en: 'the database cannot be reached' }
      : { zh: '与数据库的连接中断', en: 'the connection to the database broke' }
    super(`${what.zh}，${left.zh} / ${what.en}, and ${left.en} (驱动程序报告 · the driver says: ${driverWords(cause)})`, { cause })
    this.zh = `${what.zh}，${left.zh}（驱动程序报告：${driverWords(cause)}）`
    this.en = `${what.en}, and ${left.en} (the driver says: ${driverWords(cause)})`
  }
}

/**
 * Does something that is of no use half done, and says what is left of it when the connection to the database breaks.
 * @throws BrokenOffError then, StoppedError when the signal was given; all other errors as they are
 */
export async function tellingWhatIsLeft<T>(work: () => Promise<T>, left: () => Words, signal?: AbortSignal): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted === true) throw new StoppedError(left())
    throw databaseIsAway(error) ? new BrokenOffError(error, left()) : error
  }
}

/** Somebody stopped the command, by Ctrl-C or a signal. */
export class StoppedError extends Error {
  readonly zh: string
  readonly en: string

  /** @param left what did not come to its end, what is there now, and what to do */
  constructor(left: Words) {
    super(`已中断，${left.zh} / interrupted, and ${left.en}`)
    this.zh = `已中断，${left.zh}`
    this.en = `interrupted, and ${left.en}`
  }
}

/** Of the errors of a database that is away, those of connections that never came about. */
function isUnreachable(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return (
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03', '53300'].includes(code ?? '') ||
    /connection timeout|timeout exceeded/i.test(message)
  )
}

/** A server of several addresses that can be reached by none has no words of its own. */
function driverWords(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(driverWords).join('; ')
  return error instanceof Error ? error.message : String(error)
}
