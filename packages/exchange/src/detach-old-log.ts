import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  alone,
  detachedSpans,
  type LogKeeper,
  type MovedRange,
  moveOut,
  namesOf,
  rangeDirectory,
  type RangePlace,
  youngest,
} from './detach-log.ts'
import { readLogHead } from './log.ts'
import type { OnRange } from './log-range-files.ts'
import { logNeeds, mayGoUpTo } from './log-range-needs.ts'

export interface DetachOldRequest extends RangePlace {
  /** Entries of this instant or later stay. */
  readonly keepSince: Date
  /** As long as fewer may go, none goes: every range is a partition, and every partition costs the statements that read the log a little. */
  readonly atLeast: number
}

/** What was taken out, or nothing: then how many entries may go, and who holds back those that are old enough. */
export type OldDetached =
  | { readonly moved: MovedRange }
  | { readonly moved: null; readonly may: number; readonly atLeast: number; readonly neededBy: string | null }

/**
 * Takes out the oldest entries that are old enough and needed by nobody, as many as they are. Nothing to do is no fault, so that it can be run every night.
 * What a call that was killed left whole on the disk goes first.
 * @throws LogRangeError as `detachLog`
 */
export async function detachOldLog(keeper: LogKeeper, request: DetachOldRequest, onRange: OnRange = () => undefined): Promise<OldDetached> {
  const { db, node } = keeper
  return await alone(keeper, async () => {
    const size = (await readLogHead(db))?.size ?? 0
    const [needs, young, detached] = [await logNeeds(db), await youngest(db, request.keepSince), await detachedSpans(db)]
    const { from, most } = mayGoUpTo({ size, young, detached, needs })
    const left = await leftWhole(request.into, rangeDirectory(node.name, from, ''), from, most)
    if (left === null && most - from < Math.max(1, request.atLeast)) {
      const who = needs.filter(({ index }) => index < Math.min(young ?? size, from + request.atLeast))
      return { moved: null, may: Math.max(0, most - from), atLeast: request.atLeast, neededBy: who.length === 0 ? null : namesOf(who) }
    }
    return { moved: await moveOut(keeper, { ...request, to: left ?? most }, onRange) }
  })
}

/**
 * End of the longest range from there whose files are whole already; what was not written to its end is removed. Null when there is none.
 * @param begins what the name of its directory begins with: all but its end
 */
export async function leftWhole(into: string, begins: string, from: number, most: number): Promise<number | null> {
  const names = (await readdir(into).catch(() => [])).filter((name) => name.startsWith(begins))
  for (const name of names) if (/^\d+\.partial$/.test(name.slice(begins.length))) await rm(join(into, name), { recursive: true })
  const ends = names
    .map((name) => name.slice(begins.length))
    .filter((end) => /^[1-9]\d{0,14}$/.test(end))
    .map(Number)
  return ends.filter((end) => end > from && end <= most).toSorted((a, b) => b - a)[0] ?? null
}
