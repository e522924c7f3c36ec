import type { LinkRow } from './next-delivery.ts'

/** Who paused a link, when and why. */
export interface LinkPause {
  /** As in the log; null where a program of an earlier release paused it and nobody noted who did. */
  readonly by: string | null
  readonly at: Date
  /** In an operator's words; `mostly-refused` of the node itself. */
  readonly reason: string | null
}

/** Columns of a link that is paused. @param by as in the log's entry of it */
export const pausedColumns = (by: string, at: Date, reason: string | null) => ({
  paused_at: at,
  pause_reason: reason,
  paused_by: by,
  paused_by_at: at,
})
export const notPausedColumns = { paused_at: null, pause_reason: null, paused_by: null, paused_by_at: null } as const

type Columns = Pick<LinkRow, keyof typeof notPausedColumns>

/** A program that does not know `paused_by` leaves there what was noted of an earlier pause: it counts of the one at `paused_by_at` only. */
export const pauseOf = ({ paused_at, pause_reason, paused_by, paused_by_at }: Columns): LinkPause | null =>
  paused_at === null
    ? null
    : { by: paused_by_at?.getTime() === paused_at.getTime() ? paused_by : null, at: paused_at, reason: pause_reason }
