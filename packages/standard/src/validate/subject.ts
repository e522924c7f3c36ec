import { type FixOperation, type ProblemCode, type ProblemDocument, recordProblem, type Severity, type Words } from '@huijiao/problem'
import type { Entity, Field, Release } from '../model.ts'
import { escapePointer } from '../pointer.ts'
import { privacyIn } from '../privacy.ts'
import { holdsIdentityNumber, shown } from './mask.ts'

export type Data = Readonly<Record<string, unknown>>

/** A field of the record under judgement, with everything an explanation needs. */
export interface Subject {
  readonly release: Release
  readonly entity: Entity
  readonly field: Field
  readonly data: Data
}

export interface Finding {
  readonly code: ProblemCode
  readonly rule: string
  readonly basis?: string
  readonly severity?: Severity
  readonly detail: Words
  readonly hint?: Words
  readonly allowed?: string
  readonly fix?: readonly FixOperation[]
}

export function pointerOf(field: string): string {
  return `/data/${escapePointer(field)}`
}

/** The table and its version, and whether what is demanded here was inferred. */
export function tableBasis(entity: Entity, field?: Field): string {
  const inferred = field?.provenance.some((mark) => mark.includes('inferred')) === true ? '（推定）' : ''
  return `数据标准 ${entity.version} ${entity.code}${field === undefined ? '' : `.${field.code}`}${inferred}`
}

/** Makes the problem of one field. A fix that would repeat a personal value is dropped: answers never carry one. */
export function fieldProblem(subject: Subject, finding: Finding): ProblemDocument {
  const { entity, field, data } = subject
  const personal = privacyIn(entity, field.code, data) !== 'open'
  const value = data[field.code]
  const hidden = personal || (typeof value === 'string' && !isPermitField(field) && holdsIdentityNumber(value))
  const fix = finding.fix?.filter(
    (operation) => operation.value === undefined || !(hidden || (!isPermitField(field) && holdsIdentityNumber(String(operation.value)))),
  )
  return recordProblem(finding.code, {
    rule: finding.rule,
    basis: finding.basis ?? tableBasis(entity, field),
    severity: finding.severity ?? 'error',
    pointer: pointerOf(field.code),
    field: field.nameZh,
    ...(value === undefined ? {} : { value: shown(value, personal, !isPermitField(field)) }),
    ...(finding.allowed === undefined ? {} : { allowed: finding.allowed }),
    detail: finding.detail,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    ...(fix === undefined || fix.length === 0 ? {} : { fix }),
  })
}

/** Permit numbers of 18 digits have the form of an identity number: region, then a date. They are no personal data. */
function isPermitField(field: Field): boolean {
  return field.code === 'BuilderLicenceNum'
}
