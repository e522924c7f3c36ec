import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inWindow, lastTick, nextOpening, nextTurn, parseEvery, parseWindow } from './schedule.ts'

const at = (text: string) => new Date(`${text}+08:00`)
const minuteMs = 60_000
const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2031, 0, 1) }).map((ms) => new Date(ms))
const two = (number: number) => String(number).padStart(2, '0')
const clock = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
const days = fc.constantFrom('', 'Mon ', 'Sat,Sun ', 'Fri-Mon ', 'Mon-Fri ')
const windows = fc
  .tuple(days, fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 1440 }))
  .filter(([, from, to]) => from !== to)
  .map(([day, from, to]) => `${day}${clock(from)}-${clock(to)}`)
const everies = fc.constantFrom('10s', '1m', '10m', '1h', '6h', '1d')

describe('a window', () => {
  it('is open from its beginning up to, but not at, its end, in Asia/Shanghai', () => {
    const schedule = { windows: ['01:00-05:00'] }
    expect(inWindow(schedule, at('2026-09-01T00:59:59.999'))).toBe(false)
    expect(inWindow(schedule, at('2026-09-01T01:00:00'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-01T04:59:59.999'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-01T05:00:00'))).toBe(false)
  })

  it('that ends before it begins goes on past midnight, and belongs to the day on which it begins', () => {
    const schedule = { windows: ['Fri 22:00-06:00'] } // 2026-09-04 is a Friday
    expect(inWindow(schedule, at('2026-09-04T23:00:00'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-05T05:59:00'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-04T05:59:00'))).toBe(false)
    expect(inWindow(schedule, at('2026-09-05T22:30:00'))).toBe(false)
  })

  it('may be the whole of some days', () => {
    const schedule = { windows: ['Sat,Sun 00:00-24:00'] }
    expect(inWindow(schedule, at('2026-09-05T00:00:00'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-06T23:59:59'))).toBe(true)
    expect(inWindow(schedule, at('2026-09-07T00:00:00'))).toBe(false)
  })

  it.each(['', '1:00-2:00', '01:00-01:00', '25:00-26:00', '01:00–05:00', 'Xyz 01:00-02:00', '24:00-01:00', '01:60-02:00', '23:00-24:30'])(
    'is refused when it is written %j',
    (text) => expect(parseWindow(text)).toBeNull(),
  )

  it('opens next at an instant at which it is open, and at none before', () => {
    fc.assert(
      fc.property(fc.array(windows, { minLength: 1, maxLength: 3 }), instants, fc.integer({ min: 0, max: 100 }), (list, now, hundredth) => {
        const next = nextOpening({ windows: list }, now) as Date
        expect(next >= now).toBe(true)
        expect(inWindow({ windows: list }, next)).toBe(true)
        expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(8 * 24 * 60 * minuteMs)
        if (next > now)
          expect(inWindow({ windows: list }, new Date(now.getTime() + ((next.getTime() - now.getTime() - 1) * hundredth) / 100))).toBe(
            false,
          )
      }),
    )
  })

  it('lasts as long in a week as it says, whatever the instant the week begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 1440 }), instants, (from, to, start) => {
        fc.pre(from !== to)
        const schedule = { windows: [`${clock(from)}-${clock(to)}`] }
        const first = Math.floor(start.getTime() / minuteMs) * minuteMs
        let open = 0
        for (let minute = 0; minute < 24 * 60; minute += 1) if (inWindow(schedule, new Date(first + minute * minuteMs))) open += 1
        expect(open).toBe(to > from ? to - from : to + 1440 - from)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a time that comes again', () => {
  it('is counted from midnight in Asia/Shanghai', () => {
    expect(lastTick(parseEvery('6h') as number, at('2026-09-01T07:30:00'))).toEqual(at('2026-09-01T06:00:00'))
    expect(lastTick(parseEvery('1d') as number, at('2026-09-01T00:00:00'))).toEqual(at('2026-09-01T00:00:00'))
    expect(parseEvery('7m')).toBeNull() // would come at other minutes every day
    expect(parseEvery('5s')).toBeNull()
  })

  it('lets records go once each time, and not again before the next', () => {
    const schedule = { every: '10m' }
    const now = at('2026-09-01T09:03:00')
    expect(nextTurn([schedule], null, now)).toEqual(now)
    expect(nextTurn([schedule], at('2026-09-01T09:00:05'), now)).toEqual(at('2026-09-01T09:10:00'))
    expect(nextTurn([schedule], at('2026-09-01T08:59:59'), now)).toEqual(now)
  })

  it('waits for the window of the link as well', () => {
    const schedules = [{ windows: ['01:00-05:00'] }, { every: '1h' }]
    expect(nextTurn(schedules, null, at('2026-09-01T09:00:00'))).toEqual(at('2026-09-02T01:00:00'))
    expect(nextTurn(schedules, at('2026-09-02T04:30:00'), at('2026-09-02T04:40:00'))).toEqual(at('2026-09-03T01:00:00'))
  })

  it('never comes when the windows never meet', () => {
    expect(nextTurn([{ windows: ['01:00-02:00'] }, { windows: ['03:00-04:00'] }], null, at('2026-09-01T09:00:00'))).toBeNull()
  })

  it('names an instant at which all agree, and never a past one', () => {
    fc.assert(
      fc.property(windows, fc.option(everies), fc.option(instants), instants, (window, every, before, now) => {
        const caughtUpAt = before === null || before > now ? null : before
        const schedules = [{ windows: [window] }, every === null ? {} : { every }]
        const turn = nextTurn(schedules, caughtUpAt, now)
        if (turn === null) return
        expect(turn >= now).toBe(true)
        expect(inWindow(schedules[0] as object, turn)).toBe(true)
        expect(nextTurn(schedules, caughtUpAt, turn)).toEqual(turn)
        if (every !== null && caughtUpAt !== null) expect(lastTick(parseEvery(every) as number, turn) > caughtUpAt).toBe(true)
      }),
    )
  })
})
