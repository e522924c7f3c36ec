import { createCompiler } from '#schema-compiler'
import { type ProblemDocument, recordProblem } from '@huijiao/problem'
import { withEnglishBasis } from '../basis.ts'
import type { Entity, Field, Release } from '../model.ts'
import { escapePointer } from '../pointer.ts'
import { regionIndexOf } from '../regions.ts'
import { type Findings, type Rule, ruleMakers } from '../rules/index.ts'
import { entitySchema } from '../schema.ts'
import type { SchemaJudge } from './keywords.ts'
import { explain, missing } from './explain.ts'
import { fastKeywords, fastSchema } from './fast-schema.ts'
import { provenFixes } from './proven-fixes.ts'
import { type Data, type Subject, tableBasis } from './subject.ts'
import { scan } from './text-scan.ts'

interface Validator {
  readonly schema: SchemaJudge
  readonly rules: readonly Rule[]
  readonly fields: ReadonlyMap<string, Field>
  /** Lower-case name → field, for names that differ only in letter case. */
  readonly byLowerCase: ReadonlyMap<string, Field>
  readonly findings: Findings
}

/** More problems of one record than this help nobody; the rest is summed up in one. */
const problemsMax = 200

/** One compiler a release: making one costs more than compiling an entity. */
const validators = new WeakMap<
  Release,
  { readonly compiler: ReturnType<typeof createCompiler>; readonly byEntity: Map<string, Validator> }
>()

/**
 * Everything that is wrong with a record's `data`, in one answer: what the schema refuses, then what the rules over several fields find.
 * Nothing is changed; members that are null are to be removed before.
 * @param at now, from the node's clock
 * @returns problems with pointers `/data/Field`; an `error` refuses the record, a `doubt` makes it doubtful, a `warning` notes. Personal
 *   values are masked. Empty for a faultless record.
 */
export function validateRecord(release: Release, entity: Entity, data: Data, at: Date): ProblemDocument[] {
  const validator = validatorOf(release, entity)
  const { problems } = judge(validator, release, entity, data, at)
  if (problems.length === 0) return []
  const found = taken(problems).map((problem) => withEnglishBasis(problem, [release]))
  if (!found.some((problem) => problem.fix !== undefined)) return found
  const own = Object.entries(data).filter(([name]) => validator.fields.has(name) || rightSpelling(validator, data, name) !== null)
  return provenFixes(Object.fromEntries(own), found, (mended) => judge(validator, release, entity, mended, at).problems)
}

function judge(validator: Validator, release: Release, entity: Entity, data: Data, at: Date): Findings {
  const { findings, rules } = validator
  // Findings are kept between records so that a faultless one allocates nothing.
  if (findings.problems.length > 0) {
    findings.problems.length = 0
    findings.bad.clear()
  }
  scan.odd = false
  if (!validator.schema(data)) explainErrors(validator, release, entity, data)
  findings.odd = scan.odd
  for (let i = 0; i < rules.length; i++) rules[i]!(data, at, findings)
  return findings
}

function taken(all: readonly ProblemDocument[]): ProblemDocument[] {
  const problems = all.slice(0, problemsMax)
  const more = all.length - problems.length
  if (more > 0) {
    const detail = { zh: `另有 ${more} 个问题未列出`, en: `${more} more problems are not listed` }
    problems.push(recordProblem('problems-many', { rule: 'record.problems', basis: '项目裁定', detail }))
  }
  return problems
}

function validatorOf(release: Release, entity: Entity): Validator {
  let known = validators.get(release)
  if (known === undefined)
    validators.set(release, (known = { compiler: createCompiler(fastKeywords(release), regionIndexOf(release)), byEntity: new Map() }))
  let validator = known.byEntity.get(entity.code)
  if (validator === undefined) known.byEntity.set(entity.code, (validator = compile(known.compiler, release, entity)))
  return validator
}

function compile(compiler: ReturnType<typeof createCompiler>, release: Release, entity: Entity): Validator {
  const inData = entity.fields.filter((field) => field.kind !== 'attachment')
  return {
    schema: compiler.compile(fastSchema(entitySchema(entity, release.dictionaries), release)),
    rules: ruleMakers.map((make) => make(release, entity)).filter((rule) => rule !== null),
    fields: new Map(inData.map((field) => [field.code, field])),
    byLowerCase: new Map(inData.map((field) => [field.code.toLowerCase(), field])),
    findings: { problems: [], bad: new Set(), odd: false },
  }
}

/** Turns the schema's errors, of which one mistake may raise several, into one problem a field. */
function explainErrors(validator: Validator, release: Release, entity: Entity, data: Data): void {
  const { findings, fields } = validator
  const absent = new Map<string, string>()
  const unknown: string[] = []
  const wrong = new Set<string>()
  for (const error of validator.schema.errors ?? []) {
    if (error.keyword === 'required' || error.keyword === 'dependentRequired')
      absent.set(error.params['missingProperty'] as string, error.schemaPath)
    else if (error.keyword === 'additionalProperties') unknown.push(error.params['additionalProperty'] as string)
    else if (error.instancePath !== '') wrong.add(error.instancePath.slice(1))
  }
  const subjectOf = (code: string): Subject => ({ release, entity, field: fields.get(code)!, data })
  for (const name of unknown) {
    const right = rightSpelling(validator, data, name)
    if (right !== null) {
      // It is there, under another spelling.
      absent.delete(right.code)
      findings.bad.add(right.code)
    }
    findings.problems.push(unknownField(release, entity, name, right, data))
  }
  // In the standard's order, whatever order the errors came in.
  for (const code of fields.keys()) {
    if (absent.has(code)) findings.problems.push(missing(subjectOf(code), conditionOf(entity, code, data)))
    else if (wrong.has(code)) findings.problems.push(explain(subjectOf(code)))
    else continue
    findings.bad.add(code)
  }
}

function conditionOf(entity: Entity, code: string, data: Data): { zh: string; en: string; basis: string } | undefined {
  const condition = entity.conditions.find((c) => c.require.includes(code) && (c.kind === 'unless' || data[c.field] !== undefined))
  if (condition === undefined) return undefined
  const { basis, field } = condition
  return condition.kind === 'with'
    ? { basis, zh: `填写 ${field} 时必填`, en: `mandatory together with ${field}` }
    : {
        basis,
        zh: `除 ${field} 为 ${condition.values.join('、')} 外必填`,
        en: `mandatory unless ${field} is ${condition.values.join(', ')}`,
      }
}

/** The field that was meant, when only letter case or the full-width form differs and the right name is not there as well. */
function rightSpelling(validator: Validator, data: Data, name: string): Field | null {
  const field = validator.byLowerCase.get(name.normalize('NFKC').trim().toLowerCase())
  return field === undefined || data[field.code] !== undefined ? null : field
}

function unknownField(release: Release, entity: Entity, name: string, right: Field | null, data: Data): ProblemDocument {
  const name40 = name.toWellFormed().slice(0, 40)
  const attachment = entity.fields.find((field) => field.kind === 'attachment' && field.code === name)
  const close = right === null ? closest(entity, name, data) : null
  const pointer = `/data/${escapePointer(name)}`
  const hint =
    attachment !== undefined
      ? {
          zh: `${name} 是图片：先 PUT /v1/attachments，再列入记录的 attachments`,
          en: `${name} is an image: PUT /v1/attachments first, then list it in attachments`,
        }
      : right !== null
        ? { zh: `正确的写法是 ${right.code}（${right.nameZh}）`, en: `The right spelling is ${right.code} (${right.nameEn})` }
        : close !== null
          ? { zh: `是否应为 ${close.code}（${close.nameZh}）？`, en: `Did you mean ${close.code} (${close.nameEn})?` }
          : undefined
  return recordProblem('field-unknown', {
    rule: 'field.unknown',
    basis: tableBasis(entity),
    pointer,
    detail: {
      zh: `标准版本 ${release.id} 的 ${entity.code} 没有字段 ${name40}`,
      en: `${entity.code} of release ${release.id} has no field ${name40}`,
    },
    ...(hint === undefined ? {} : { hint }),
    ...(right === null ? {} : { fix: [{ op: 'move', from: pointer, path: `/data/${right.code}` }] }),
  })
}

/** A field whose name is one edit away (BuldPlanNum and BuildPlanNum are of two releases). Only a question, never a patch. */
function closest(entity: Entity, name: string, data: Data): Field | null {
  if (name.length > 40) return null
  const near = entity.fields.filter(
    (field) => field.kind !== 'attachment' && data[field.code] === undefined && oneEditApart(field.code, name),
  )
  return near.length === 1 ? near[0]! : null
}

function oneEditApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  return short.length === long.length ? short.slice(i + 1) === long.slice(i + 1) : short.slice(i) === long.slice(i + 1)
}

/**
 * The one normalisation there is: members that are null are left out.
 * @returns the same object when there are none
 */
export function withoutNulls(data: Data): Data {
  for (const name in data) {
    if (data[name] === null) return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null))
  }
  return data
}
