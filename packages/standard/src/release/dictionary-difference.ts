import type { DictionaryCode, DictionaryDocument } from '../model.ts'
import { sameValue } from '../same-value.ts'

/** `ended`: the code stays for records of its time, and may not be used after a day. `removed`: it is not in the dictionary any more. */
export type CodeChangeKind = 'added' | 'removed' | 'ended' | 'changed'

/** One code that differs between two states of a dictionary. */
export interface CodeChange {
  readonly code: string
  readonly kind: CodeChangeKind
  readonly before: DictionaryCode | null
  readonly after: DictionaryCode | null
}

export interface DictionaryDifference {
  readonly counts: Readonly<Record<CodeChangeKind | 'same', number>>
  /** In the order of the later state; what it has no more stands first. */
  readonly changes: readonly CodeChange[]
}

/** What was added, removed, ended and changed from one state of a dictionary to another, code by code. */
export function dictionaryDifference(before: DictionaryDocument, after: DictionaryDocument): DictionaryDifference {
  const was = new Map(before.codes.map((code) => [code.code, code]))
  const is = new Map(after.codes.map((code) => [code.code, code]))
  const counts = { added: 0, removed: 0, ended: 0, changed: 0, same: 0 }
  const changes: CodeChange[] = []
  for (const code of new Set([...[...was.keys()].filter((one) => !is.has(one)), ...is.keys()])) {
    const [one, other] = [was.get(code) ?? null, is.get(code) ?? null]
    const kind = kindOf(one, other)
    counts[kind] += 1
    if (kind !== 'same') changes.push({ code, kind, before: one, after: other })
  }
  return { counts, changes }
}

function kindOf(before: DictionaryCode | null, after: DictionaryCode | null): CodeChangeKind | 'same' {
  if (before === null) return 'added'
  if (after === null) return 'removed'
  if (sameValue(before, after)) return 'same'
  const { validTo: was, ...rest } = before
  const { validTo: is, ...other } = after
  return is !== undefined && (was === undefined || is < was) && sameValue(rest, other) ? 'ended' : 'changed'
}
