import { divisions } from '#divisions'
import type { RegionLevel, RegionRules, Release } from './model.ts'

export type RegionState = 'current' | 'former' | 'zone' | 'total' | 'corps'

export interface Region {
  readonly code: string
  readonly nameZh: string
  readonly level: Exclude<RegionLevel, 'any'>
  readonly parent: string | null
  readonly state: RegionState
  /** First list (yyyymm) that has the code, when later than 2002-12. */
  readonly since?: string
  /** First list (yyyymm) that has the code no more. */
  readonly goneBy?: string
  /** First and last day (YYYY-MM-DD) of the code, where a source states them. */
  readonly validFrom?: string
  readonly validTo?: string
  readonly successor?: string
  /** The successor was inferred from the name, not stated by a source. */
  readonly successorInferred?: boolean
}

/** The bulk table of divisions, as it is committed. */
export interface RegionsDocument {
  readonly sources: readonly { readonly package: string; readonly licence: string; readonly list: string }[]
  readonly current: Record<string, [string, string?]>
  readonly extra: Record<string, [string, RegionState | 'made-up', string | null, string?]>
  readonly former: Record<string, [string, string, string, string | null, 1?]>
}

const document: RegionsDocument = divisions

/** Where the table of divisions comes from. */
export const regionSources = document.sources

const municipalities = new Set(['110000', '120000', '310000', '500000'])

function levelOf(code: string): Region['level'] {
  return code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county'
}

function parentOf(code: string): string | null {
  const level = levelOf(code)
  return level === 'province' ? null : level === 'city' ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00`
}

interface Tables {
  readonly regions: Map<string, Region>
  /** Made-up code → published code. */
  readonly madeUp: Map<string, string>
}

/** The bulk table as committed. */
function bulkTables(): Tables {
  const regions = new Map<string, Region>()
  const madeUp = new Map<string, string>()
  for (const [code, [nameZh, since]] of Object.entries(document.current)) {
    const seen = since === undefined ? {} : { since }
    regions.set(code, { code, nameZh, level: levelOf(code), parent: parentOf(code), state: 'current', ...seen })
  }
  for (const [code, [nameZh, state, parent, successor]] of Object.entries(document.extra)) {
    if (state === 'made-up') madeUp.set(code, successor!)
    else regions.set(code, { code, nameZh, level: levelOf(code), parent, state })
  }
  for (const [code, [nameZh, , goneBy, successor, inferred]] of Object.entries(document.former)) {
    const next = successor === null ? {} : { successor, ...(inferred === 1 ? { successorInferred: true } : {}) }
    regions.set(code, { code, nameZh, level: levelOf(code), parent: parentOf(code), state: 'former', goneBy, ...next })
  }
  return { regions, madeUp }
}

/** What a release says beyond the bulk table: registered codes, successors, days. */
function withRules({ regions: bulk, madeUp: known }: Tables, rules: RegionRules): Tables {
  const regions = new Map(bulk)
  const madeUp = new Map(known)
  for (const { code, nameZh, kind, parent, successor, validFrom, validTo } of rules.registered) {
    if (kind === 'made-up') {
      if (successor !== undefined) madeUp.set(code, successor)
      continue
    }
    const days = { ...(validFrom === undefined ? {} : { validFrom }), ...(validTo === undefined ? {} : { validTo }) }
    regions.set(code, {
      code,
      nameZh,
      level: levelOf(code),
      parent,
      state: kind,
      ...days,
      ...(successor === undefined ? {} : { successor }),
    })
  }
  for (const { code, successor, validTo } of rules.succession) {
    const region = regions.get(code)
    if (region === undefined) continue
    const { successorInferred: _, ...rest } = region
    regions.set(code, { ...rest, state: 'former', successor, ...(validTo === undefined ? {} : { validTo }) })
  }
  return { regions, madeUp }
}

/** Divisions as a release counts them. */
export interface RegionIndex {
  get(code: string): Region | undefined
  nameOf(code: string): string | null
  /** The division above; null for provinces and unknown codes. */
  parentOf(code: string): string | null
  /** In force, registered, or valid for records of its time. */
  isValid(code: string): boolean
  /**
   * Whether a code was in force on a day (YYYY-MM-DD). Where no source dates the end of a code, the first list without it counts: until the
   * month of that list the code is valid.
   */
  stateAt(code: string, day: string): 'valid' | 'not-yet' | 'no-more' | 'unknown'
  /**
   * The code that replaced an abolished or made-up one; null when none is known or the code is in force.
   * @param day today (YYYY-MM-DD): a code whose last day is stated and has not passed has no successor yet
   */
  successorOf(code: string, day?: string): string | null
  /**
   * Whether a division lies in another, or is it. Old codes count where they lay and where their successor lies. An ancestor of county
   * level contains only itself.
   */
  within(code: string, ancestor: string): boolean
  /** Whether a code may stand in a field of this level. A city without counties may stand for its county, a municipality for its city. */
  isOfLevel(code: string, level: RegionLevel): boolean
  /** A zone (开发区, 高新区) lies in a city without being one of its counties. */
  isZone(code: string): boolean
  codes(): Iterable<string>
}

function indexOf({ regions, madeUp }: Tables, levels: Omit<RegionRules['levels'], 'basis'>): RegionIndex {
  const citiesWithCounties = new Set(
    [...regions.values()].filter((r) => r.level === 'county' && r.state === 'current').map((r) => r.parent),
  )
  const covers = (ancestor: string, code: string): boolean => {
    if (!regions.has(ancestor) || !regions.has(code)) return false
    if (ancestor.endsWith('0000')) return ancestor.slice(0, 2) === code.slice(0, 2)
    return ancestor.endsWith('00') && ancestor.slice(0, 4) === code.slice(0, 4)
  }
  /** Follows the successor to a code in force; the code itself when it has none. */
  const resolve = (code: string): string => regions.get(code)?.successor ?? code
  return {
    get: (code) => regions.get(code),
    nameOf: (code) => regions.get(code)?.nameZh ?? null,
    parentOf: (code) => regions.get(code)?.parent ?? null,
    isValid: (code) => regions.has(code),
    stateAt(code, day) {
      const region = regions.get(code)
      if (region === undefined) return 'unknown'
      if (region.validFrom !== undefined && day < region.validFrom) return 'not-yet'
      if (region.validTo !== undefined) return day > region.validTo ? 'no-more' : 'valid'
      return region.goneBy !== undefined && day.slice(0, 4) + day.slice(5, 7) >= region.goneBy ? 'no-more' : 'valid'
    },
    successorOf(code, day) {
      const region = regions.get(code)
      if (day !== undefined && region?.validTo !== undefined && day <= region.validTo) return null
      return region?.successor ?? madeUp.get(code) ?? null
    },
    within(code, ancestor) {
      if (code === ancestor) return true
      if (covers(ancestor, code)) return true
      const now = resolve(code)
      const above = resolve(ancestor)
      return now === above || covers(above, now)
    },
    isOfLevel(code, level) {
      const region = regions.get(code)
      if (region === undefined) return false
      if (level === 'any' || region.level === level) return true
      if (level === 'county') return levels.cityAsCounty && region.level === 'city' && !citiesWithCounties.has(code)
      if (level === 'city')
        return (levels.municipalityAsCity && municipalities.has(code)) || (region.level === 'county' && code.slice(2, 4) === '90')
      return false
    },
    isZone(code) {
      const state = regions.get(code)?.state
      return state === 'zone' || state === 'total'
    },
    codes: () => regions.keys(),
  }
}

const bulk = bulkTables()

/** The bulk table alone, as this build holds it. What judges a record uses `regionIndexOf` of the record's release. */
export const regionIndex: RegionIndex = indexOf(bulk, { cityAsCounty: true, municipalityAsCity: true })

/** Releases that say the same of divisions share one index: there are few different ones, and each takes a copy of the table. */
const indexes = new Map<string, RegionIndex>()
const ofRules = new WeakMap<RegionRules, RegionIndex>()

/** Divisions as a release has them: the bulk table with the release's own codes, successors and days. */
export function regionIndexOf(release: Pick<Release, 'regions'>): RegionIndex {
  let index = ofRules.get(release.regions)
  if (index === undefined) {
    const { registered, succession, levels } = release.regions
    const key = JSON.stringify([registered, succession, levels])
    index = indexes.get(key) ?? indexOf(withRules(bulk, release.regions), levels)
    indexes.set(key, index)
    ofRules.set(release.regions, index)
  }
  return index
}
