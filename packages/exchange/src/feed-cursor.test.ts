import { Problem } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPlace, parsePlace } from './feed-cursor.ts'
import { fromRuns, toRuns } from './runs.ts'

describe('a place in the feed', () => {
  it('is read back as it was given, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.stringMatching(/^[0-9a-f]{1,16}$/),
        fc.nat(),
        fc.option(fc.string(), { nil: undefined }),
        (epoch, epochId, index, about) => {
          const text = formatPlace({ epoch, epochId }, index, about === undefined ? {} : { about, down: index })
          expect(text).toMatch(/^[\w-]+$/)
          expect(parsePlace(text)).toEqual({ epoch, epochId, index, ...(about === undefined ? {} : { about, down: index }) })
        },
      ),
    )
  })

  it('that no node gave is refused as a mistake of the caller, never as an error of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          try {
            const { epoch, epochId, index } = parsePlace(text)
            expect([Number.isSafeInteger(epoch), typeof epochId, index >= 0]).toEqual([true, 'string', true])
          } catch (error) {
            expect(error).toBeInstanceOf(Problem)
            expect((error as Problem).code).toBe('parameter-invalid')
          }
        },
      ),
    )
  })
})

describe('runs of ordinals', () => {
  it('stand for exactly the ordinals that they were made of, and are as few as can be', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { maxLength: 200 }), (ordinals) => {
        const runs = toRuns(ordinals)
        expect([...fromRuns(runs)]).toEqual([...ordinals].sort((a, b) => a - b))
        for (const [at, [from, count]] of runs.entries()) {
          expect(count).toBeGreaterThan(0)
          const next = runs[at + 1]
          if (next !== undefined) expect(next[0]).toBeGreaterThan(from + count)
        }
      }),
    )
    expect(toRuns(Array.from({ length: 2000 }, (_, at) => at))).toEqual([[0, 2000]])
  })
})
