/**
 * Judges records as a page does. Started with `--conditions=browser --disallow-code-generation-from-strings`: modules of Node are refused to
 * everything but this file, and nothing can be compiled from text, as under the console's content security policy.
 * Reads one JSON document from standard input, `{releases: {name: document}, cases: [{release, entity, at, data}]}`; writes an array with the problems of each.
 */
import { registerHooks } from 'node:module'
import { text } from 'node:stream/consumers'
import type { ReleaseDocument } from '../src/model.ts'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('node:') && context.parentURL !== import.meta.url)
      throw new Error(`${context.parentURL} imports ${specifier}, which no page has`)
    return next(specifier, context)
  },
})

interface Case {
  readonly release: string
  readonly entity: string
  readonly at: string
  readonly data: Record<string, unknown>
}

const input = JSON.parse(await text(process.stdin)) as { releases: Record<string, ReleaseDocument>; cases: Case[] }
// A page has no such global either.
Reflect.deleteProperty(globalThis, 'Buffer')
const { businessKey, releaseOf, releaseDigest, validateRecord, withoutNulls } = await import('../src/browser.ts')
const releases = new Map(Object.entries(input.releases).map(([name, document]) => [name, releaseOf(document)]))
const outcomes = input.cases.map(({ release: name, entity: code, at, data }) => {
  const release = releases.get(name)!
  const entity = release.entities.get(code)!
  const problems = validateRecord(release, entity, withoutNulls(data), new Date(at))
  return { problems, key: problems.some(({ severity }) => severity === 'error') ? null : businessKey(entity, data, 'S-1') }
})
const digests = Object.fromEntries(Object.entries(input.releases).map(([name, document]) => [name, releaseDigest(document)]))
process.stdout.write(JSON.stringify({ outcomes, digests }))
