import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  businessKey,
  releaseDigest,
  releaseDocument,
  releaseOf,
  releases,
  validateRecord,
  validSamples,
  withoutNulls,
  type ReleaseDocument,
} from '../src/index.ts'
import type { RuleVector } from '../src/generate/rule-vectors.ts'

/** Everything here is judged twice: by the node's Ajv in this process, and as a page would, in a process that has no module of Node and no `eval`. */

interface Case {
  readonly release: string
  readonly entity: string
  readonly at: string
  readonly data: Record<string, unknown>
}

const here = import.meta.dirname
const documents: Record<string, ReleaseDocument> = Object.fromEntries([...releases].map(([id, release]) => [id, releaseDocument(release)]))
const at = '2027-01-01T00:00:00.000Z'

function judgedInPage(cases: readonly Case[]): { outcomes: unknown[]; digests: Record<string, string> } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=browser', '--disallow-code-generation-from-strings', '--no-warnings', join(here, 'in-page.ts')],
    { input: JSON.stringify({ releases: documents, cases }), encoding: 'utf8', maxBuffer: 1 << 30 },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout) as ReturnType<typeof judgedInPage>
}

function judgedHere({ release: id, entity: code, at: instant, data }: Case): unknown {
  const release = known.get(id)!
  const entity = release.entities.get(code)!
  const problems = validateRecord(release, entity, withoutNulls(data), new Date(instant))
  const key = problems.some(({ severity }) => severity === 'error') ? null : businessKey(entity, data, 'S-1')
  return JSON.parse(JSON.stringify({ problems, key }))
}

const known = new Map(Object.entries(documents).map(([id, document]) => [id, releaseOf(document)]))

function expectTheSame(cases: readonly Case[]): unknown[] {
  // As JSON, which is how a page has them: `undefined` and lone surrogates of the generators would not survive the way there.
  const sent = JSON.parse(JSON.stringify(cases)) as Case[]
  const { outcomes } = judgedInPage(sent)
  expect(outcomes.length).toBe(cases.length)
  sent.forEach((one, i) => expect(outcomes[i], `${one.release} ${one.entity} ${JSON.stringify(one.data)}`).toEqual(judgedHere(one)))
  return outcomes
}

const vectorCases = (['rules', 'linkage'] as const).flatMap((folder) =>
  readdirSync(join(here, '..', 'vectors', folder))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { valid, invalid } = JSON.parse(readFileSync(join(here, '..', 'vectors', folder, name), 'utf8')) as RuleVector
      return [...valid, ...invalid].filter((one) => 'data' in one && 'entity' in one)
    }),
)

const samples: Case[] = [...known].flatMap(([id, release]) =>
  [...release.entities.values()].flatMap((entity) =>
    Object.values(validSamples(entity, new Map(documents[id]!.dictionaries.map((one) => [one.code, one])), release.issuer)).map((data) => ({
      release: id,
      entity: entity.code,
      at,
      data,
    })),
  ),
)

/** Values that mistakes leave behind, and anything else JSON can say. */
const oddValue = fc.oneof(
  fc.constantFrom(
    '',
    '无',
    '111111',
    '9.1370E+17',
    '370102',
    '370202',
    '1',
    '01',
    '2026-02-30',
    '2026-01-01',
    '2026-01-01T08:00:00+08:00',
    '１２',
    ' a ',
    '12.50',
    '-1',
    'a\u0000',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
  fc.constant(['x']),
)

const mutated: fc.Arbitrary<Case> = fc
  .constantFrom(...samples)
  .chain((sample) =>
    fc
      .array(
        fc.tuple(
          fc.constantFrom(...Object.keys(sample.data)),
          fc.constantFrom('set', 'drop', 'rename', 'swap', 'more'),
          oddValue,
          fc.nat(30),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((steps) => ({ ...sample, data: steps.reduce(mutate, sample.data) })),
  )

type Step = [string, string, unknown, number]

function mutate(data: Record<string, unknown>, [name, how, value, place]: Step): Record<string, unknown> {
  const { [name]: old, ...rest } = data
  if (how === 'set') return { ...data, [name]: value }
  if (how === 'drop') return rest
  if (how === 'rename') return { ...rest, [place % 2 === 0 ? name.toLowerCase() : `${name.slice(0, -1)}`]: old }
  if (how === 'more') return { ...data, [`More${place}`]: value }
  if (typeof old !== 'string' || old.length < 2) return data
  const i = place % (old.length - 1)
  return { ...data, [name]: old.slice(0, i) + old[i + 1]! + old[i]! + old.slice(i + 2) }
}

describe('the validators in a page', () => {
  it('find in every vector of the rules what the node finds', () => {
    const cases = vectorCases.filter((one) => one.releaseWith === undefined)
    expect(cases.length).toBeGreaterThan(200)
    expectTheSame(cases)
  }, 120_000)

  it('find nothing wrong with the samples, and name each release as the node does', () => {
    const { outcomes, digests } = judgedInPage(samples)
    expect(outcomes.flatMap((one) => (one as { problems: unknown[] }).problems)).toEqual([])
    expect(digests).toEqual(Object.fromEntries(Object.entries(documents).map(([id, document]) => [id, releaseDigest(document)])))
  }, 120_000)

  it('find in mutated records of every table what the node finds, in the same words and with the same fixes', () => {
    const cases = fc.sample(mutated, { numRuns: 3000, seed: 20261122 })
    const outcomes = expectTheSame(cases) as { problems: { fix?: unknown }[] }[]
    expect(outcomes.filter(({ problems }) => problems.length > 0).length).toBeGreaterThan(2000)
    expect(outcomes.filter(({ problems }) => problems.some(({ fix }) => fix !== undefined)).length).toBeGreaterThan(200)
  }, 120_000)
})
