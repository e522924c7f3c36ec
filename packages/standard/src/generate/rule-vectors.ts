import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pointerOf } from '../validate/subject.ts'
import { ruleCatalogue } from '../rules/catalogue.ts'
import type { CaseOptions, Change, Expected, Invalid, Valid } from './rule-cases/case.ts'
import { ruleCases } from './rule-cases/index.ts'

export const vectorsFolder = 'packages/standard/vectors/rules'

const defaultAt = '2027-01-01T00:00:00Z'
const schemas = join(import.meta.dirname, '..', '..', '..', '..', 'schemas')

/** One record of a vector. `releaseWith`: members of the release to be replaced first, where no built-in release shows the rule. */
interface VectorRecord {
  readonly release: string
  readonly entity: string
  readonly at: string
  readonly data: Record<string, unknown>
  readonly note: string
  readonly releaseWith?: Readonly<Record<string, unknown>>
}

/** Records that pass one rule, and records that fail it with exactly these problems; `fixed` where a patch must lead to it. */
export interface RuleVector {
  readonly rule: string
  readonly kind: string
  readonly valid: readonly VectorRecord[]
  readonly invalid: readonly (VectorRecord & {
    readonly problems: readonly { readonly code: string; readonly rule: string; readonly pointer: string; readonly severity: string }[]
    readonly fixed?: Record<string, unknown>
  })[]
}

function recordOf(entity: string, change: Change, note: string, options: CaseOptions | undefined): VectorRecord {
  const release = options?.release ?? '2018'
  const full = JSON.parse(readFileSync(join(schemas, release, 'valid', `${entity}.full.json`), 'utf8')) as Record<string, unknown>
  return {
    release,
    entity,
    at: options?.at ?? defaultAt,
    data: changed(full, change),
    note,
    ...(options?.releaseWith === undefined ? {} : { releaseWith: options.releaseWith }),
  }
}

function changed(data: Record<string, unknown>, change: Change): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...data, ...change }).filter(([, value]) => value !== undefined))
}

function invalidOf(rule: string, [entity, change, note, severity, code, field, mended, options]: Invalid): RuleVector['invalid'][number] {
  const record = recordOf(entity, change, note, options)
  const expected: readonly Expected[] = [...(options?.beside ?? []), [severity, code, rule, field]]
  return {
    ...record,
    problems: expected.map(([s, c, r, f]) => ({ code: c, rule: r, pointer: f === '' ? '' : pointerOf(f), severity: s })),
    ...(mended === null ? {} : { fixed: changed(record.data, mended) }),
  }
}

/** The vectors of every rule that one record decides, by id. */
export function ruleVectors(): Map<string, RuleVector> {
  const vectors = new Map<string, RuleVector>()
  for (const { id, kind, judgedBy } of ruleCatalogue) {
    const cases = ruleCases[id]
    if (judgedBy !== 'record' || cases === undefined) continue
    vectors.set(id, {
      rule: id,
      kind,
      valid: cases.valid.map(([entity, change, note, options]: Valid) => recordOf(entity, change, note, options)),
      invalid: cases.invalid.map((one) => invalidOf(id, one)),
    })
  }
  return vectors
}

/** Path from the top of the repository → text; one record a line. */
export function ruleVectorFiles(): Map<string, string> {
  return new Map([...ruleVectors()].map(([id, vector]) => [`${vectorsFolder}/${id}.json`, vectorText(vector)]))
}

function vectorText({ rule, kind, valid, invalid }: RuleVector): string {
  const list = (name: string, records: readonly object[]) => `"${name}":[\n${records.map((one) => JSON.stringify(one)).join(',\n')}\n]`
  return `{"rule":${JSON.stringify(rule)},"kind":${JSON.stringify(kind)},\n${list('valid', valid)},\n${list('invalid', invalid)}}\n`
}
