import { describe, expect, it } from 'vitest'
import { releaseDocument } from '../release/document.ts'
import { releases } from '../releases.ts'
import { basesAt, rulings, rulingsPage, valueAt } from './rulings.ts'

const release = releaseDocument(releases.get('2018')!)

/** Places of the release document whose basis says that this project decided. */
function ruledPlaces(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const { basis, ruling } = value as Record<string, unknown>
  const isRuling = [basis, ruling].some(
    (text) => typeof text === 'string' && /领域裁定|项目裁定|本项目(?:所定|裁定)|^推定|(?:domain|project) ruling|^inferred/i.test(text),
  )
  const below = Object.entries(value).flatMap(([name, member]) => {
    const { code, id, rule } = (member ?? {}) as Record<string, string | undefined>
    return ruledPlaces(member, `${at}/${Array.isArray(value) ? (code ?? id ?? rule ?? name) : name}`)
  })
  return isRuling ? [at, ...below] : below
}

describe('the rulings of this project', () => {
  it('all stand as data, each with its basis', () => {
    for (const { en, at } of rulings) {
      expect(at.length, en).toBeGreaterThan(0)
      for (const place of at) {
        const bases = basesAt(valueAt(place, release))
        expect(bases.length, `${en}: ${place}`).toBeGreaterThan(0)
        expect(bases.every((text) => text.length > 5)).toBe(true)
      }
    }
  })

  it('are all in the list: whatever the release calls a ruling of ours lies at a place that the list names', () => {
    const named = rulings
      .flatMap(({ at }) => at)
      .filter((place) => place.startsWith('release:/'))
      .map((place) => place.slice('release:'.length))
    const unlisted = ruledPlaces({ ...release, entities: [], dictionaries: [] }).filter(
      (place) => place !== '' && !named.some((known) => place === known || place.startsWith(`${known}/`)),
    )
    expect(unlisted).toEqual([])
  })

  it('cover every group of rule values and every period', () => {
    const named = rulings.flatMap(({ at }) => at)
    const missing = (prefix: string, names: readonly string[]) =>
      names.filter(
        (name) => !named.some((place) => place === `release:${prefix}/${name}` || place.startsWith(`release:${prefix}/${name}/`)),
      )
    expect(
      missing(
        '/rules',
        Object.keys(release.rules).filter((name) => name !== 'about'),
      ),
    ).toEqual([])
    expect(
      missing(
        '/clocks',
        release.clocks.map((clock) => clock.id),
      ),
    ).toEqual([])
  })

  it('are a page in both languages', () => {
    const page = rulingsPage(release)
    for (const { zh, en } of rulings) expect(page).toContain(`${zh}<br>${en}`)
    expect(page).not.toContain('undefined')
  })
})
