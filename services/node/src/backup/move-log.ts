import { resolve } from 'node:path'
import { attachLog, detachLog, detachOldLog, LogRangeError, type MovedRange, type OldDetached, partitionEntries } from '@huijiao/exchange'
import type { Config } from '../config.ts'
import type { OnProgress } from './backup.ts'
import { tellingWhatIsLeft } from './broken-off.ts'
import { actor, daysAgo, forRanges, leftOfMove, wholeNumber } from './for-ranges.ts'

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

/**
 * Takes the oldest entries of the log out of the node's database, up to one or by their age, or puts them back. The node may run meanwhile; its sequencer numbers the entry that
 * says so.
 * @throws LogRangeError; BrokenOffError when the connection to the database breaks
 */
export async function moveLog(config: Config, asked: MoveLog): Promise<MovedRange | OldDetached> {
  const { 'detach-log': wanted, 'detach-older': days, 'attach-log': directory, into, place = into } = asked
  const onRange = (done: number, of: number) => asked.onProgress('log', done, of)
  let begun = false
  const left = () => leftOfMove({ begun, into, attach: directory, byAge: days !== undefined })
  const move = (): Promise<MovedRange | OldDetached> =>
    forRanges(config, async (opened) => {
      begun = true
      const keeper = { ...opened, node: config.node, clock: { now: () => new Date() } }
      if (directory !== undefined) return await attachLog(keeper, { directory: resolve(directory), actor }, onRange)
      if (into === undefined || place === undefined) throw new LogRangeError('须写明 --into 目录', 'name a directory with --into')
      const [where, keepDays] = [{ into: resolve(into), place, actor }, config.logKeepDays]
      if (days !== undefined) {
        const [older, atLeast] = [wholeNumber(days, 36_500), wholeNumber(asked['at-least'] ?? String(partitionEntries))]
        return await detachOldLog(keeper, { ...where, keepSince: daysAgo(Math.max(older, keepDays)), atLeast }, onRange)
      }
      const to = wholeNumber(wanted ?? '')
      return await detachLog(keeper, { ...where, to, ...(keepDays === 0 ? {} : { keepSince: daysAgo(keepDays) }) }, onRange)
    })
  return await tellingWhatIsLeft(move, left)
}
