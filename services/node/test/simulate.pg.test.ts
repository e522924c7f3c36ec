import { releases, validateRecord } from '@huijiao/standard'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chosen, country } from '../src/simulate/places.ts'
import { poisson, seeded } from '../src/simulate/random.ts'
import { readSettings, SettingError } from '../src/simulate/settings.ts'
import { simulate } from '../src/simulate/simulate.ts'
import { bar } from '../src/simulate/words.ts'
import { cityWork, packagesOfMinute, shareOfMinute } from '../src/simulate/workload.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
})
afterAll(() => database.drop())

describe('a simulated country', () => {
  it('loses nothing, doubles nothing and proves it, though links fail, answers get lost and requests come twice', async () => {
    const settings = {
      provinces: 2,
      cities: 3,
      hours: 12,
      recordsPerCity: 150,
      seed: 7,
      faults: true,
      databaseUrl: database.url,
      json: null,
    }
    const result = await simulate(settings)
    expect(result.contradictions).toEqual([])
    expect(result).toMatchObject({ ok: true, nodes: 6, missing: 0, links: { all: 5, equal: 5 }, logs: { all: 6, sound: 6 } })
    expect(result.stored).toBeGreaterThan(100)
    expect(result.arrived).toBe(result.stored)
    expect(result.tiers.map(({ tier, nodes, accepted }) => [tier, nodes, accepted])).toEqual([
      ['municipal', 3, result.stored],
      ['provincial', 2, result.stored],
      ['national', 1, result.stored],
    ])
    const { cut, lostAnswers, doubled } = result.mishaps ?? { cut: 0, lostAnswers: 0, doubled: 0 }
    expect(cut + lostAnswers + doubled).toBeGreaterThan(0)
    expect(result.lagSeconds.most).toBeGreaterThanOrEqual(result.lagSeconds.p50)
  }, 240_000)
})

describe('what a simulation is made of', () => {
  const all = country()

  it('knows every province with its cities, and deals cities out evenly', () => {
    expect(all).toHaveLength(31)
    expect(all.flatMap((province) => province.cities)).toHaveLength(342)
    expect(chosen(all, 31, 342).flatMap((province) => province.cities)).toHaveLength(342)
    expect(all.flatMap((province) => province.cities).filter(({ code, counties }) => counties.includes(code))).toHaveLength(4)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 60 }), (provinces, cities) => {
        const some = chosen(all, provinces, cities)
        const counts = some.map((province) => province.cities.length)
        expect(some).toHaveLength(provinces)
        expect(counts.reduce((sum, one) => sum + one, 0)).toBe(
          Math.min(
            cities,
            counts.reduce((sum, one) => sum + one, 0),
          ),
        )
        const full = some.filter((province) => province.cities.length < (all.find((one) => one.code === province.code)?.cities.length ?? 0))
        const open = full.map((province) => province.cities.length)
        if (open.length > 1) expect(Math.max(...open) - Math.min(...open)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('has a day whose minutes add up to its work', () => {
    const midnight = new Date('2026-09-01T00:00:00+08:00').getTime()
    const sum = Array.from({ length: 1440 }, (_, minute) => shareOfMinute(new Date(midnight + minute * 60_000))).reduce((a, b) => a + b, 0)
    expect(sum).toBeCloseTo(1, 9)
    expect(shareOfMinute(new Date('2026-09-01T10:30:00+08:00'))).toBeGreaterThan(10 * shareOfMinute(new Date('2026-09-01T03:30:00+08:00')))
  })

  it('hands in what the standard takes, from every city of the country, but for what has to be refused', () => {
    const release = releases.get('2018')!
    const project = release.entities.get('TBProjectInfo')!
    const at = new Date('2026-09-01T10:00:00+08:00')
    for (const city of all.flatMap((province) => province.cities)) {
      const work = cityWork(city, seeded(Number(city.code)))
      const [one] = packagesOfMinute(work, 30, true) as [ReturnType<typeof packagesOfMinute>[number]]
      const records = one.body.toString().trimEnd().split('\n').slice(1)
      const wrong = records.filter((line) => {
        const { data } = JSON.parse(line) as { data: Record<string, unknown> }
        return validateRecord(release, project, data, at).some((problem) => problem.severity === 'error')
      })
      expect([city.code, wrong.length]).toEqual([city.code, one.refused])
    }
  })

  it('keeps few bodies for sending them again, however long a city works', () => {
    const city = all[0]?.cities[0] as (typeof all)[number]['cities'][number]
    const work = cityWork(city, seeded(3))
    const sent = Array.from({ length: 300 }, () => packagesOfMinute(work, 2)).flat()
    expect(sent.filter((one) => !one.again).length).toBeGreaterThan(10)
    expect(work.sent.length).toBeLessThanOrEqual(4)
  })

  it('draws the same numbers from the same seed, about as many as expected', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 200 }), (seed, mean) => {
        const draw = () => {
          const random = seeded(seed)
          return Array.from({ length: 300 }, () => poisson(random, mean))
        }
        const drawn = draw()
        expect(drawn).toEqual(draw())
        const average = drawn.reduce((a, b) => a + b, 0) / drawn.length
        // Six standard deviations of the mean of 300 draws.
        expect(Math.abs(average - mean)).toBeLessThan(6 * Math.sqrt(mean / 300))
      }),
    )
  })

  it('tells how far it is in one line of a terminal, however narrow, and in few lines of a pipe', () => {
    let at = 0
    const written: string[] = []
    const draw = (screen: { isTTY?: boolean; columns?: number }) => {
      written.length = 0
      const shown = bar('模拟', 'simulating', 100, { ...screen, write: (text) => written.push(text) }, () => at)
      for (let done = 1; done <= 100; done += 1) {
        at += 1000
        shown.step(done, '09-01 10:00  12 → 12')
      }
      shown.end()
      return written.join('')
    }
    const terminal = draw({ isTTY: true, columns: 40 })
    expect(terminal.split('\n')).toHaveLength(2)
    // A Chinese character takes two columns.
    const widths = terminal.split('\r').map((line) => line.trimEnd().replaceAll(/[一-龥]/g, '两列').length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(39)
    const lines = draw({}).trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[4]).toContain('50/100 模拟 simulating 50 s · 剩余 left 50 s 09-01 10:00')
  })

  it('says what is wrong with a setting', () => {
    const most = { provinces: 31, cities: 342 }
    expect(readSettings(['--provinces', '2'], most)).toMatchObject({ provinces: 2, cities: 10, hours: 24, faults: false })
    for (const args of [['--provinces', '32'], ['--cities', 'many'], ['--hours', '0'], ['--unheard'], ['--records', '1.5']])
      expect(() => readSettings(args, most)).toThrow(SettingError)
  })
})
