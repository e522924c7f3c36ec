import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import log from '../i18n/zh/log.ts'
import sentences from '../i18n/zh/logSentences.ts'
import words from '../i18n/zh/logWords.ts'
import { kinds } from './kinds.ts'

const top = join(import.meta.dirname, '../../../..')
const sources = globSync(['packages/{exchange,access}/src/**/*.ts', 'services/node/src/**/*.ts'], { cwd: top })
  .filter((file) => !/\.test\.ts$|simulate/.test(file))
  .map((file) => readFileSync(join(top, file), 'utf8'))

/** The text from a bracket to the one that ends it. */
function within(text: string, from: number, [opens, ends]: readonly [string, string]): string {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === opens) depth += 1
    if (text[at] === ends && --depth === 0) return text.slice(from, at)
  }
  return ''
}

/** Calls that write an entry, each as its text up to the bracket that ends it. */
const writings = (): string[] =>
  sources.flatMap((text) => [...text.matchAll(/addPendingEntry\(/g)].map(({ index }) => within(text, index, ['(', ')'])))

describe('the words for entries of the log', () => {
  it('have a sentence for every kind and act that the program writes', () => {
    const written = writings().flatMap((call) => {
      const kind = /kind: '([a-z]+)'/.exec(call)?.[1]
      if (kind === undefined) return []
      const acts = [...call.matchAll(/\b(?:act|action|decision): '([a-z-]+)'/g)].map((match) => match[1] as string)
      return acts.map((act) => ({ kind, act }))
    })
    expect(written.length).toBeGreaterThan(25)
    const known = sentences as unknown as Readonly<Record<string, Readonly<Record<string, string>>>>
    expect(written.filter(({ kind, act }) => known[kind]?.[act] === undefined)).toEqual([])
  })

  it('have a name and a sentence for every kind that can be looked for', () => {
    expect(kinds.filter((kind) => !(kind in log.kinds) || !(kind in sentences))).toEqual([])
  })

  it('name every member that a body is written with', () => {
    const written = writings().flatMap((call) => {
      const from = call.indexOf('body: {')
      // What a callback takes apart is no member.
      const body = from < 0 ? '' : within(call, from + 6, ['{', '}']).replaceAll(/\(\{[^}]*\}\)/g, '')
      return [...body.matchAll(/(?<=[{,]\s*)([a-zA-Z_]+)(?=:|,| \})/g)].map((match) => match[1] as string)
    })
    expect(written.length).toBeGreaterThan(100)
    const named = new Set([...Object.keys(words.members), ...Object.values(sentences.members).flatMap((one) => Object.keys(one))])
    expect([...new Set(written)].filter((name) => !named.has(name)).toSorted()).toEqual([])
  })

  it('name every kind of read that is written down', () => {
    const reads = sources.flatMap((text) => [...text.matchAll(/\baccess: '([a-z-]+)'/g)].map((match) => match[1] as string))
    expect(reads.length).toBeGreaterThan(20)
    expect([...new Set(reads)].filter((name) => !(name in log.actions))).toEqual([])
  })
})
