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

/** Provinces with the cities in them that have counties, as the table of divisions has them today, in order of their codes. */
export function country(): Province[] {
  const codes = [...regionIndex.codes()].filter((code) => regionIndex.get(code)?.state === 'current').sort()
  const countiesOf = Map.groupBy(
    codes.filter((code) => !code.endsWith('00')),
    (code) => `${code.slice(0, 4)}00`,
  )
  const cities = codes.flatMap((code): City[] => {
    const counties = countiesOf.get(code)
    if (!code.endsWith('00') || code.endsWith('0000') || counties === undefined) return []
    return [{ code, name: regionIndex.nameOf(code) ?? code, province: `${code.slice(0, 2)}0000`, counties }]
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
