import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegionLevel } from './model.ts'

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
  readonly successor?: string
  /** The successor was inferred from the name, not stated by a source. */
  readonly successorInferred?: boolean
}

interface RegionsDocument {
  readonly sources: readonly { readonly package: string; readonly licence: string; readonly list: string }[]
  readonly current: Record<string, [string, string?]>
  readonly extra: Record<string, [string, RegionState | 'made-up', string | null, string?]>
  readonly former: Record<string, [string, string, string, string | null, 1?]>
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, 'generated', 'regions.json'), 'utf8')) as RegionsDocument

/** Where the table of divisions comes from. */
export const regionSources = document.sources

const table = new Map<string, Region>()
const madeUp = new Map<string, string>()

const municipalities = new Set(['110000', '120000', '310000', '500000'])

function levelOf(code: string): Region['level'] {
  return code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county'
}

function parentOf(code: string): string | null {
  const level = levelOf(code)
  return level === 'province' ? null : level === 'city' ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00`
}

for (const [code, [nameZh, since]] of Object.entries(document.current)) {
  table.set(code, {
    code,
    nameZh,
    level: levelOf(code),
    parent: parentOf(code),
    state: 'current',
    ...(since === undefined ? {} : { since }),
  })
}
for (const [code, [nameZh, state, parent, successor]] of Object.entries(document.extra)) {
  if (state === 'made-up') madeUp.set(code, successor!)
  else table.set(code, { code, nameZh, level: levelOf(code), parent, state })
}
for (const [code, [nameZh, , goneBy, successor, inferred]] of Object.entries(document.former)) {
  const next = successor === null ? {} : { successor, ...(inferred === 1 ? { successorInferred: true } : {}) }
  table.set(code, { code, nameZh, level: levelOf(code), parent: parentOf(code), state: 'former', goneBy, ...next })
}

const citiesWithCounties = new Set([...table.values()].filter((r) => r.level === 'county' && r.state === 'current').map((r) => r.parent))

/** Follows successors to a code in force; the code itself when it has none. */
function resolve(code: string): string {
  const successor = table.get(code)?.successor
  return successor ?? code
}

export const regionIndex = {
  get(code: string): Region | undefined {
    return table.get(code)
  },
  nameOf(code: string): string | null {
    return table.get(code)?.nameZh ?? null
  },
  /** The division above; null for provinces and unknown codes. */
  parentOf(code: string): string | null {
    return table.get(code)?.parent ?? null
  },
  /** In force, registered, or valid for records of its time. */
  isValid(code: string): boolean {
    return table.has(code)
  },
  /** The code that replaced an abolished or made-up one; null when none is known or the code is in force. */
  successorOf(code: string): string | null {
    return table.get(code)?.successor ?? madeUp.get(code) ?? null
  },
  /**
   * Whether a division lies in another, or is it. Old codes count where they lay and where their successor lies. An ancestor of county
   * level contains only itself.
   */
  within(code: string, ancestor: string): boolean {
    if (code === ancestor) return true
    if (covers(ancestor, code)) return true
    const now = resolve(code)
    const above = resolve(ancestor)
    return now === above || covers(above, now)
  },
  /** Whether a code may stand in a field of this level. A city without counties may stand for its county, a municipality for its city. */
  isOfLevel(code: string, level: RegionLevel): boolean {
    const region = table.get(code)
    if (region === undefined) return false
    if (level === 'any' || region.level === level) return true
    if (level === 'county') return region.level === 'city' && !citiesWithCounties.has(code)
    if (level === 'city') return municipalities.has(code) || (region.level === 'county' && code.slice(2, 4) === '90')
    return false
  },
  /** A zone (开发区, 高新区) lies in a city without being one of its counties. */
  isZone(code: string): boolean {
    const state = table.get(code)?.state
    return state === 'zone' || state === 'total'
  },
  codes(): Iterable<string> {
    return table.keys()
  },
}

function covers(ancestor: string, code: string): boolean {
  if (!table.has(ancestor) || !table.has(code)) return false
  if (ancestor.endsWith('0000')) return ancestor.slice(0, 2) === code.slice(0, 2)
  return ancestor.endsWith('00') && ancestor.slice(0, 4) === code.slice(0, 4)
}
