import { createWriteStream } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { FixOperation, ProblemDocument } from '@huijiao/problem'
import { keepNumbers } from '../push/keep-numbers.ts'
import { usage } from '../user-error.ts'

type Members = Record<string, unknown>

/** What a mended copy leaves to be done by hand. */
export interface Mended {
  readonly file: string
  /** Cells of a table, or members of records, that were changed. */
  readonly cells: number
  /** Problems without a patch, or whose patch meets another one. */
  readonly byHand: number
}

/** @throws UserError when a copy would be written over the file that it is made of */
export async function notOnto(path: string, copy: string): Promise<void> {
  const [one, other] = await Promise.all([realpath(path), realpath(copy).catch(() => null)])
  if (one === other) throw usage(`--mend 不能写到原文件 ${path} 上`, `--mend must not write onto the file itself, ${path}`)
}

/**
 * A record with the patches of its problems applied. A patch that touches what an earlier one has changed waits for the next round.
 * @param record as it stands in the file; it is left as it is
 */
export function mendRecord(record: Members, problems: readonly ProblemDocument[]): { record: Members; changed: number; byHand: number } {
  const touched = new Set<string>()
  let mended = record
  let byHand = 0
  for (const { fix } of problems) {
    const paths = (fix ?? []).flatMap((operation) => [operation.path, ...(operation.from === undefined ? [] : [operation.from])])
    const next = paths.length === 0 || paths.some((path) => touched.has(path)) ? null : patched(mended, fix as readonly FixOperation[])
    if (next === null) {
      byHand += 1
      continue
    }
    mended = next
    for (const path of paths) touched.add(path)
  }
  return { record: mended, changed: touched.size, byHand }
}

/** A JSON Patch applied to a copy; null when a place it names is not there. */
function patched(record: Members, fix: readonly FixOperation[]): Members | null {
  const copy = copyOf(record) as Members
  for (const { op, path, from, value } of fix) {
    if (op === 'move') {
      const taken = from === undefined ? undefined : takeOut(copy, from)
      if (taken === undefined || !putIn(copy, path, taken)) return null
    } else if (op === 'remove' ? takeOut(copy, path) === undefined : !putIn(copy, path, value)) return null
  }
  return copy
}

/** Objects and lists anew; numbers kept as they were written (`keepNumbers`) stay the same objects. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]))
}

function placeOf(record: Members, pointer: string): { holder: Members | unknown[]; name: string } | null {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const name = names.pop()
  let holder: unknown = record
  for (const step of names) holder = typeof holder === 'object' && holder !== null ? (holder as Members)[step] : undefined
  return name === undefined || typeof holder !== 'object' || holder === null ? null : { holder: holder as Members, name }
}

function takeOut(record: Members, pointer: string): unknown {
  const place = placeOf(record, pointer)
  if (place === null || !Object.hasOwn(place.holder, place.name)) return undefined
  const { holder, name } = place
  if (Array.isArray(holder)) return holder.splice(Number(name), 1)[0]
  const taken = holder[name]
  delete holder[name]
  return taken
}

function putIn(record: Members, pointer: string, value: unknown): boolean {
  const place = placeOf(record, pointer)
  if (place === null) return false
  if (Array.isArray(place.holder)) place.holder[Number(place.name)] = value
  else place.holder[place.name] = value
  return true
}

/** A record's text with its patches, its numbers as they were written; null when nothing is to be changed. */
export function mendText(
  text: string,
  problems: readonly ProblemDocument[],
  wrapped: boolean,
): { text: string | null; changed: number; byHand: number } {
  if (problems.length === 0) return { text: null, changed: 0, byHand: 0 }
  const parsed = parse(text)
  const inner = wrapped ? (parsed?.['record'] as Members | undefined) : parsed
  if (inner === undefined || inner === null) return { text: null, changed: 0, byHand: problems.length }
  const { record, changed, byHand } = mendRecord(inner, problems)
  if (changed === 0) return { text: null, changed, byHand }
  return { text: JSON.stringify(wrapped ? { ...parsed, record } : record), changed, byHand }
}

function parse(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text, keepNumbers)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

/** Writes one line after the other, as fast as the disk takes them. */
export function openLines(path: string): { write(line: Buffer | string): Promise<void>; close(): Promise<void> } {
  const stream = createWriteStream(path)
  const done = finished(stream)
  return {
    async write(line) {
      stream.write(line)
      if (!stream.write('\n')) await Promise.race([once(stream, 'drain'), done])
    },
    async close() {
      stream.end()
      await done
    },
  }
}
