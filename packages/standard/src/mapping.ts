import type { Release } from './model.ts'

/**
 * A code of one dictionary in another's words, by the release's mappings.
 * @returns null when the code has no counterpart
 * @throws Error when the release maps no such pair of dictionaries: a code is never passed through
 */
export function mapCode(release: Release, from: string, to: string, code: string): string | null {
  const mapping = release.mappings.find((m) => m.from === from && m.to === to)
  if (mapping === undefined) throw new Error(`release ${release.id} has no mapping from ${from} to ${to}`)
  return Object.hasOwn(mapping.codes, code) ? mapping.codes[code]! : null
}
