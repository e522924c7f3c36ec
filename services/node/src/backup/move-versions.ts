import { resolve } from 'node:path'
import {
  attachVersions,
  checkVersions,
  detachVersions,
  LogRangeError,
  type MovedVersions,
  type VersionsChecked,
  type VersionsDetached,
} from '@huijiao/exchange'
import { sealer } from '@huijiao/identity'
import type { Config } from '../config.ts'
import type { OnProgress } from './backup.ts'
import { tellingWhatIsLeft } from './broken-off.ts'
import { ownSecrets } from './own-secrets.ts'
import { actor, daysAgo, forRanges, leftOfMove, wholeNumber } from './for-ranges.ts'

export interface MoveVersions {
  /** Up to and without this part id, which is the end of a partition. */
  readonly 'detach-versions'?: string
  /** Days: what is older, and needed by nobody, as far as it goes; but nothing as long as fewer than `at-least` contents may go. */
  readonly 'detach-older-versions'?: string
  /** 1 when absent. */
  readonly 'at-least'?: string
  readonly into?: string
  /** Where the range is kept, as everybody is told who needs it; `into` when absent. */
  readonly place?: string
  readonly 'attach-versions'?: string
  readonly 'check-versions'?: string
  readonly onProgress: OnProgress
}

/**
 * Takes the contents of the oldest versions out of the node's database, up to a part or by their age, puts them back, or reads a directory of them as putting
 * it back would. The node may run meanwhile; its sequencer numbers the entry that says so.
 * @throws LogRangeError; BrokenOffError when the connection to the database breaks
 */
export async function moveVersions(config: Config, asked: MoveVersions): Promise<VersionsDetached | MovedVersions | VersionsChecked> {
  const { 'detach-versions': wanted, 'detach-older-versions': days, into, place = into } = asked
  const { 'attach-versions': attach, 'check-versions': check } = asked
  const onRange = (done: number, of: number) => asked.onProgress('versions', done, of)
  const { sealingKey } = await ownSecrets(config)
  let begun = false
  const left = () => leftOfMove({ begun, into, attach, check, byAge: days !== undefined })
  const move = (): Promise<VersionsDetached | MovedVersions | VersionsChecked> =>
    forRanges(config, async ({ db }) => {
      begun = true
      const keeper = { db, node: config.node, clock: { now: () => new Date() }, sealer: sealer(sealingKey) }
      if (check !== undefined) return await checkVersions(keeper, resolve(check), onRange)
      if (attach !== undefined) return await attachVersions(keeper, { directory: resolve(attach), actor }, onRange)
      if (into === undefined || place === undefined) throw new LogRangeError('须写明 --into 目录', 'name a directory with --into')
      const keepDays = Math.max(days === undefined ? 0 : wholeNumber(days, 36_500), config.versionsKeepDays)
      const to = days === undefined ? wholeNumber(wanted ?? '') : null
      const young = days === undefined && keepDays === 0 ? {} : { keepSince: daysAgo(keepDays) }
      const atLeast = wholeNumber(asked['at-least'] ?? '1')
      return await detachVersions(keeper, { into: resolve(into), place, actor, to, atLeast, ...young }, onRange)
    })
  return await tellingWhatIsLeft(move, left)
}
