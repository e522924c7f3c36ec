import { canonicalize, compileCanonical } from '@huijiao/merkle'
import type { ProblemDocument } from '@huijiao/problem'
import { recordProblem } from '@huijiao/problem'
import type { Entity, Field } from './model.ts'
import { escapePointer } from './pointer.ts'

/**
 * The business key of a record in the form in which keys are compared.
 * `text` is canonical `{entity, key}`, or `{entity, sourceId}` when the entity is keyed by the sender's row id. It may hold personal data
 * (`personal`), so it never leaves memory but through a keyed digest.
 */
export interface BusinessKey {
  readonly text: string
  readonly personal: boolean
}

type Data = Readonly<Record<string, unknown>>

/** The fields of an entity's key, in the standard's order; empty when keyed by `sourceId`. */
export function keyFields(entity: Entity): readonly Field[] {
  return entity.key.map((code) => entity.fields.find((field) => field.code === code)!)
}

interface CompiledKey {
  readonly fields: readonly Field[]
  readonly personal: boolean
  /** Some value is compared in another form than it was sent. */
  readonly normalises: boolean
  readonly prefix: string
  readonly canonical: (data: Record<string, unknown>) => string
}

const compiled = new WeakMap<Entity, CompiledKey>()

function compiledKey(entity: Entity): CompiledKey {
  let known = compiled.get(entity)
  if (known === undefined) {
    const fields = keyFields(entity)
    known = {
      fields,
      personal: fields.some((field) => field.privacy !== 'open'),
      normalises: fields.some((field) => field.keyForm !== undefined),
      prefix: `{"entity":${JSON.stringify(entity.code)},"key":`,
      canonical: compileCanonical(entity.key),
    }
    compiled.set(entity, known)
  }
  return known
}

/** The business key of a record. @throws TypeError for a value that JSON cannot say, which validation refuses before */
export function businessKey(entity: Entity, data: Data, sourceId: string): BusinessKey {
  if (entity.key.length === 0) return { text: canonicalize({ entity: entity.code, sourceId }), personal: false }
  const { fields, personal, normalises, prefix, canonical } = compiledKey(entity)
  const key = normalises ? Object.fromEntries(fields.map((field) => [field.code, normalForm(field, data[field.code])])) : data
  return { text: `${prefix}${canonical(key)}}`, personal }
}

/**
 * The form in which a key's value is compared; the record keeps what was sent. Brackets 〔〕［］()（）【】 of document numbers are one;
 * the hyphen of an organisation code is not part of it.
 */
function normalForm(field: Field, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (field.keyForm === 'document-number') return normalDocumentNumber(value)
  if (field.keyForm === 'organisation-code' && value.length === 10 && value[8] === '-') return value.slice(0, 8) + value[9]!
  return value
}

export function normalDocumentNumber(text: string): string {
  return text
    .replace(/[〔［[(（【]/g, '〔')
    .replace(/[〕］\])）】]/g, '〕')
    .replace(/\s+/g, '')
}

/**
 * What is wrong with the `key` of a withdrawal or a look-up.
 * @param key what was sent; for an entity keyed by `sourceId` it may be absent or empty
 */
export function keyProblems(entity: Entity, key: unknown): ProblemDocument[] {
  if (entity.key.length === 0) {
    if (key === undefined || (isObject(key) && Object.keys(key).length === 0)) return []
    return [
      keyProblem(
        '/key',
        `${entity.code} 以报送方的 sourceId 为键，不需要 key`,
        `${entity.code} is keyed by the sender's sourceId; leave key out`,
      ),
    ]
  }
  if (!isObject(key)) {
    return [keyProblem('/key', `缺少 key：须为含 ${entity.key.join('、')} 的对象`, `key is missing: an object of ${entity.key.join(', ')}`)]
  }
  const problems: ProblemDocument[] = []
  for (const field of keyFields(entity)) {
    const value = key[field.code]
    if (value === undefined || value === '') {
      problems.push(
        keyProblem(`/key/${field.code}`, `key 中缺少 ${field.code}（${field.nameZh}）`, `key lacks ${field.code} (${field.nameEn})`),
      )
    } else if (typeof value !== (field.kind === 'integer' ? 'number' : 'string')) {
      problems.push(keyProblem(`/key/${field.code}`, `key 中的 ${field.code} 须为字符串`, `${field.code} in key must be a string`))
    }
  }
  for (const name of Object.keys(key)) {
    if (!entity.key.includes(name)) {
      const shown = name.slice(0, 40)
      problems.push(
        keyProblem(`/key/${escapePointer(name)}`, `${shown} 不是 ${entity.code} 的键字段`, `${shown} is no key field of ${entity.code}`),
      )
    }
  }
  return problems
}

function keyProblem(pointer: string, zh: string, en: string): ProblemDocument {
  return recordProblem('key-invalid', { detail: { zh, en }, pointer, rule: 'key.fields' })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export { escapePointer }
