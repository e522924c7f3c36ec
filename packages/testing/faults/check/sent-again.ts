import { atNation, atPlatform, atProvince, type ExpectedAbove, type ModelStream } from '../model.ts'
import type { StoredVersion } from './records.ts'

interface Levels {
  /** Each in order of (epoch, n). */
  readonly city: readonly StoredVersion[]
  readonly province: readonly StoredVersion[]
  readonly nation: readonly StoredVersion[]
  readonly platform: readonly StoredVersion[]
}

/** The latest that counts; what came after a later one does not. */
const headOf = (rows: readonly StoredVersion[]): StoredVersion | undefined => rows.findLast((row) => row.state !== 'superseded')
const placeOf = (row: StoredVersion) => `${row.epoch}.${row.n}`
const shown = (rows: readonly StoredVersion[]) =>
  rows.map((row) => `${placeOf(row)} ${row.operation} ${row.content} ${row.state}`).join('; ')

/**
 * What must hold of a stream whose city was put back, when its senders have sent again what it had lost: every acknowledged content is there, at every level
 * that it goes to; the latest is the latest everywhere; nothing stands above that does not stand below it, with the same commitment.
 * @returns what does not
 */
export function compareAgain(stream: ModelStream, { city, province, nation, platform }: Levels): string[] {
  const findings: string[] = []
  const below = new Map(city.map((row) => [placeOf(row), row]))
  if (below.size < city.length) findings.push(`two versions of one number at the city: [${shown(city)}]`)
  const sent = new Set(stream.versions.map((one) => one.content))
  for (const { operation, content } of stream.versions)
    if (operation === 'upsert' && !city.some((row) => row.operation === 'upsert' && row.content === content))
      findings.push(`the city has lost ${content}: [${shown(city)}]`)
  // One that was refused for an old number of its sender may be stored this time, as overtaken.
  for (const row of city)
    if (row.operation === 'upsert' && row.state !== 'superseded' && !sent.has(row.content))
      findings.push(`the city has ${row.content}, which was never taken: [${shown(city)}]`)
  const head = headOf(city)
  if (head?.operation !== stream.head?.operation || head?.content !== stream.head?.content || head?.state !== 'accepted')
    findings.push(`the city’s latest must be ${stream.head?.operation} ${stream.head?.content}: [${shown(city)}]`)
  for (const [name, rows, expected] of [
    ['province', province, atProvince(stream)],
    ['nation', nation, atNation(stream)],
    ['platform', platform, atPlatform(stream)],
  ] as const)
    findings.push(...compareLevel(rows, expected, below).map((text) => `${name}: ${text}, is [${shown(rows)}], the city [${shown(city)}]`))
  return findings
}

function compareLevel(
  rows: readonly StoredVersion[],
  expected: readonly ExpectedAbove[],
  below: ReadonlyMap<string, StoredVersion>,
): string[] {
  const findings: string[] = []
  // What came again to the city after a later one had come back from another level is late there, and goes nowhere.
  const late = (content: string | null) =>
    [...below.values()].every((row) => row.content !== content || row.operation !== 'upsert' || row.state === 'superseded')
  for (const one of expected)
    if (one.operation === 'upsert' && !late(one.content) && !rows.some((row) => row.operation === 'upsert' && row.content === one.content))
      findings.push(`has not ${one.content}`)
  const [head, last] = [headOf(rows), expected.at(-1)]
  if (head?.operation !== last?.operation || (last?.operation === 'upsert' && head?.content !== last.content))
    findings.push(`the latest must be ${last?.operation} ${last?.content}`)
  for (const row of rows) if (below.get(placeOf(row))?.commitment !== row.commitment) findings.push(`${placeOf(row)} is not the city’s`)
  return findings
}
