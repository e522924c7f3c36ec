import type { Tables } from '@huijiao/database'
import type { Kysely } from 'kysely'
import { batchRecordsMax } from './batch-size.ts'
import { restOfEntities, schedulesOf } from './link-flow.ts'
import { isGrouped, readGroups } from './link-group.ts'
import type { LinkRow } from './next-delivery.ts'
import { nextTurn } from './schedule.ts'

/** How a link goes, and when. */
export interface LinkPace {
  /** Nothing may go before this; null: something may go now. `never`: its windows and those of its groups never meet. */
  readonly waiting: { readonly until: Date | null; readonly why: 'window' | 'schedule' | 'asked-to-wait' | 'never' } | null
  /** How many records its next delivery may hold: learnt from what came back. */
  readonly batchRecords: number
  /** Since when the upstream is given up; an empty delivery goes before anything else. */
  readonly brokenSince: Date | null
  /** How often it came back after it had been given up. */
  readonly recoveries: number
  readonly groups: readonly {
    /** Empty: all entities that no other group names. */
    readonly name: string
    readonly cursor: number
    /** When its records may go next; null: never. */
    readonly next: Date | null
    readonly caughtUpAt: Date | null
  }[]
}

/**
 * What a link waits for, and how its groups stand.
 * @param size of the log: a group that has sent all of it keeps nothing waiting
 */
export async function paceOf(db: Kysely<Tables>, link: LinkRow, now: Date, size: number): Promise<LinkPace> {
  const rows = isGrouped(link) ? await readGroups(db, link.link_no) : [{ name: restOfEntities, cursor: link.cursor, caught_up_at: null }]
  const groups = rows.map((row) => ({
    name: row.name,
    cursor: row.cursor,
    next: nextTurn(schedulesOf(link.flow, row.name), row.caught_up_at, now),
    caughtUpAt: row.caught_up_at,
  }))
  const behind = (group: { cursor: number }) => group.cursor < size
  return {
    waiting: waitingOf(link, groups.some(behind) ? groups.filter(behind) : groups, now),
    batchRecords: Math.min(link.batch_records ?? batchRecordsMax, link.flow.records ?? batchRecordsMax),
    brokenSince: link.broken_at,
    recoveries: link.recoveries,
    groups: isGrouped(link) ? groups : [],
  }
}

function waitingOf(link: LinkRow, groups: readonly { next: Date | null }[], now: Date): LinkPace['waiting'] {
  const nexts = groups.flatMap((group) => (group.next === null ? [] : [group.next]))
  if (nexts.length === 0) return { until: null, why: 'never' }
  const until = nexts.reduce((first, one) => (one < first ? one : first))
  if (until > now) return { until, why: link.flow.windows === undefined ? 'schedule' : 'window' }
  if (link.wait_until !== null && link.wait_until > now) return { until: link.wait_until, why: 'asked-to-wait' }
  return null
}
