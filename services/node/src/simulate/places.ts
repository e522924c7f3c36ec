import { regionIndex } from '@huijiao/standard'

export interface City {
  readonly code: string
  readonly name: string
  readonly province: string
  /** Counties in which its projects lie. */
  readonly counties: readonly string[]
}

export interface Province {
  readonly code: string
  readonly name: string
  readonly cities: readonly City[]
}

/**
 * Provinces with what lies below them, as the table of divisions has it today, in order of their codes: every code of the second level in force, 342 in all. 333 of them are cities,
 * prefectures and leagues; the others are the districts of the four municipalities (110100 …), the counties of 重庆市 (500200), and what lies directly below a province or a region (419000,
 * 429000, 469000, 659000). A city without counties (东莞市, 中山市, 儋州市, 嘉峪关市) stands for its county itself.
 */
export function country(): Province[] {
  const codes = [...regionIndex.codes()].filter((code) => regionIndex.get(code)?.state === 'current').sort()
  const countiesOf = Map.groupBy(
    codes.filter((code) => !code.endsWith('00')),
    (code) => `${code.slice(0, 4)}00`,
  )
  const cities = codes.flatMap((code): City[] => {
    if (!code.endsWith('00') || code.endsWith('0000')) return []
    return [{ code, name: regionIndex.nameOf(code) ?? code, province: `${code.slice(0, 2)}0000`, counties: countiesOf.get(code) ?? [code] }]
  })
  const within = Map.groupBy(cities, (city) => city.province)
  return codes.flatMap((code): Province[] => {
    const own = within.get(code)
    return own === undefined ? [] : [{ code, name: regionIndex.nameOf(code) ?? code, cities: own }]
  })
}

/** The first provinces, and cities of theirs dealt out in turn until there are enough. @returns fewer cities when there are not so many */
export function chosen(all: readonly Province[], provinces: number, cities: number): Province[] {
  const first = all.toSorted((a, b) => b.cities.length - a.cities.length || a.code.localeCompare(b.code)).slice(0, provinces)
  const taken = new Map(first.map((province) => [province.code, 0]))
  let left = cities
  for (let before = -1; left > 0 && left !== before;) {
    before = left
    for (const province of first) {
      const have = taken.get(province.code) as number
      if (left === 0 || have === province.cities.length) continue
      taken.set(province.code, have + 1)
      left -= 1
    }
  }
  return first.map((province) => ({ ...province, cities: province.cities.slice(0, taken.get(province.code)) }))
}
