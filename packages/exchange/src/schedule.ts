/**
 * When a link may send: windows of the day and times that come again, in Asia/Shanghai, which has had no other offset than UTC+8 since 1991. All of
 * this is arithmetic on instants: nothing here reads a clock.
 */
export interface Schedule {
  /** `[days] HH:MM-HH:MM`, such as `22:00-06:00` or `Sat,Sun 00:00-24:00`; one that ends before it begins goes on past midnight. None: always. */
  readonly windows?: readonly string[]
  /** A time that comes again, such as `10m`, `2h`, `1d`, counted from midnight: all that is there then goes up. None: at once. */
  readonly every?: string
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const offsetMs = 8 * 60 * minuteMs
const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** A window as minutes after the midnight at which its day begins; `to` may be past the next midnight. `days`: 0 is Monday. */
export interface Window {
  readonly days: ReadonlySet<number>
  readonly from: number
  readonly to: number
}

/** Reads a window. Null when the text is none. */
export function parseWindow(text: string): Window | null {
  const match = /^(?:([A-Za-z,-]+) +)?([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text.trim())
  if (match === null) return null
  const days = parseDays(match[1])
  const from = Number(match[2]) * 60 + Number(match[3])
  const until = Number(match[4]) * 60 + Number(match[5])
  if (days === null || from >= 24 * 60 || until > 24 * 60 || from === until) return null
  return { days, from, to: until < from ? until + 24 * 60 : until }
}

function parseDays(text: string | undefined): Set<number> | null {
  if (text === undefined) return new Set([0, 1, 2, 3, 4, 5, 6])
  const days = new Set<number>()
  for (const item of text.split(',')) {
    const [first = '', last = first, more] = item.split('-')
    const from = dayNames.indexOf(first as (typeof dayNames)[number])
    const to = dayNames.indexOf(last as (typeof dayNames)[number])
    if (from < 0 || to < 0 || more !== undefined) return null
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === to) break
    }
  }
  return days
}

/** Milliseconds of `90s`, `10m`, `2h`, `1d`; null when the text is none of these, below 10 s, or does not divide a day evenly. */
export function parseEvery(text: string): number | null {
  const match = /^([1-9]\d{0,4})([smhd])$/.exec(text.trim())
  if (match === null) return null
  const ms = Number(match[1]) * { s: 1000, m: minuteMs, h: 60 * minuteMs, d: dayMs }[match[2] as 's' | 'm' | 'h' | 'd']
  return ms >= 10_000 && dayMs % ms === 0 ? ms : null
}

/** The windows in which a day's instants lie: that of the day itself and, past midnight, that of the day before. */
function* around(window: Window, at: number, daysBefore: number, daysAfter: number): Generator<{ from: number; to: number }> {
  const today = Math.floor((at + offsetMs) / dayMs)
  for (let day = today - daysBefore; day <= today + daysAfter; day += 1) {
    // 1970-01-01 was a Thursday.
    if (!window.days.has((((day + 3) % 7) + 7) % 7)) continue
    const midnight = day * dayMs - offsetMs
    yield { from: midnight + window.from * minuteMs, to: midnight + window.to * minuteMs }
  }
}

const windowsOf = (schedule: Schedule): Window[] => (schedule.windows ?? []).flatMap((text) => parseWindow(text) ?? [])

/** Whether one of the windows is open; without windows, always. The end of a window does not belong to it. */
export function inWindow(schedule: Schedule, at: Date): boolean {
  const windows = windowsOf(schedule)
  if (windows.length === 0) return true
  const now = at.getTime()
  return windows.some((window) => [...around(window, now, 1, 0)].some(({ from, to }) => from <= now && now < to))
}

/** The next instant, now or later, at which a window is open. Null when none ever is. */
export function nextOpening(schedule: Schedule, at: Date): Date | null {
  if (inWindow(schedule, at)) return at
  const now = at.getTime()
  const starts = windowsOf(schedule).flatMap((window) => [...around(window, now, 0, 7)].map(({ from }) => from))
  const next = Math.min(...starts.filter((from) => from > now))
  return Number.isFinite(next) ? new Date(next) : null
}

/** The last time, now or before, that came of `every`. */
export function lastTick(everyMs: number, at: Date): Date {
  const local = at.getTime() + offsetMs
  return new Date(local - (((local % everyMs) + everyMs) % everyMs) - offsetMs)
}

/**
 * When a link, or a group of entities on it, may send next.
 * @param schedules all of them have to agree: that of the link and that of the group
 * @param caughtUpAt when it last had sent all that was there; null: never
 * @returns `at` itself when it may now
 */
export function nextTurn(schedules: readonly Schedule[], caughtUpAt: Date | null, at: Date): Date | null {
  let turn: Date | null = at
  // Each round moves past one obstacle; windows that never meet end the search.
  for (let round = 0; turn !== null && round < 100; round += 1) {
    const before: Date = turn
    for (const schedule of schedules) turn = turn === null ? null : nextOf(schedule, caughtUpAt, turn)
    if (turn === null || turn.getTime() === before.getTime()) return turn
  }
  return null
}

function nextOf(schedule: Schedule, caughtUpAt: Date | null, at: Date): Date | null {
  const everyMs = schedule.every === undefined ? null : parseEvery(schedule.every)
  if (everyMs !== null && caughtUpAt !== null) {
    const tick = lastTick(everyMs, at)
    if (tick <= caughtUpAt) return nextOpening(schedule, new Date(lastTick(everyMs, caughtUpAt).getTime() + everyMs))
  }
  return nextOpening(schedule, at)
}
