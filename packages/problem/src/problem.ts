import { catalogue, type ProblemCode, type ProblemKind } from './catalogue.ts'
import { teachingBasisEn } from './teaching/basis.ts'
import { type Teaching, teachings } from './teaching/index.ts'

/** A text in Chinese with its English twin. */
export interface Words {
  readonly zh: string
  readonly en: string
}

/** One operation of a JSON Patch (RFC 6902) that mends a record; paths are relative to the record. */
export interface FixOperation {
  readonly op: 'replace' | 'remove' | 'add' | 'move'
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** Where a record, or the cell that is wrong, stands in the sender's file of rows. */
export interface FilePlace {
  /** Name of the sheet, in a workbook. */
  readonly sheet?: string
  /** 1-based, as a spreadsheet shows it; in XML the place among the rows. */
  readonly row: number
  /** Such as `B17`. Absent in XML, and when the field has no column. */
  readonly cell?: string
  /** The column's header as the sender wrote it. */
  readonly column?: string
}

export type Severity = 'error' | 'doubt' | 'warning'

/**
 * A problem as a caller reads it (RFC 9457 members plus ours), Chinese with `en` beside it. A problem of the whole request has `status`;
 * a record's problem has `record` (0-based position in the submission) and `pointer` (JSON Pointer relative to the record).
 */
export interface ProblemDocument {
  readonly type: string
  readonly code: ProblemCode
  readonly status?: number
  readonly rule?: string
  readonly basis?: string
  readonly severity?: Severity
  readonly record?: number
  readonly pointer?: string
  readonly field?: string
  /** What was sent; masked when the field is personal, cut to 200 characters. */
  readonly value?: unknown
  readonly allowed?: string
  readonly title: string
  readonly detail: string
  readonly hint: string
  readonly fix?: readonly FixOperation[]
  readonly retryable: boolean
  readonly traceId?: string
  /** Only when the record came in a file of rows. */
  readonly place?: FilePlace
  /** Everything that is wrong with a document that the request handed in, such as a release of the standard. */
  readonly errors?: readonly DocumentFault[]
  /** Entries of the log, or parts of versions, that are kept elsewhere. */
  readonly range?: ProblemRange
  /** `basis` where it has words of its own in English. */
  readonly en: { readonly title: string; readonly detail: string; readonly hint: string; readonly basis?: string }
}

/** Entries of the log, or parts by their number, from `from` up to and without `to`, where they are kept, and the digest (`sha-256:<hex>`) of the file that names them there. */
export interface ProblemRange {
  readonly from: number
  readonly to: number
  readonly place: string
  readonly digest: string
}

/** One thing that is wrong with a document that was handed in. */
export interface DocumentFault {
  /** JSON Pointer into the document; empty for the whole. */
  readonly pointer: string
  readonly detail: string
  readonly en: { readonly detail: string }
}

export interface RecordProblemParts {
  readonly detail: Words
  readonly hint?: Words
  readonly rule?: string
  readonly basis?: string
  /** Where the basis has words of its own in English. */
  readonly basisEn?: string | undefined
  readonly severity?: Severity
  readonly record?: number
  readonly pointer?: string
  readonly field?: string
  readonly value?: unknown
  readonly allowed?: string
  readonly fix?: readonly FixOperation[]
}

/**
 * Makes the document of one record's problem; members keep one fixed order so that receipts are byte-stable. Rule, basis and what is allowed
 * are the code's own where the place of the problem knows no better ones; a problem of no one field is of the whole record.
 */
export function recordProblem(code: ProblemCode, parts: RecordProblemParts): ProblemDocument {
  const kind: ProblemKind = catalogue[code]
  const hint = parts.hint ?? kind.hint
  const { rule, basis, allowed } = withTeaching(code, parts)
  return {
    type: `/problems/${code}`,
    code,
    ...(rule === undefined ? {} : { rule }),
    ...(basis === undefined ? {} : { basis }),
    severity: parts.severity ?? 'error',
    ...(parts.record === undefined ? {} : { record: parts.record }),
    pointer: parts.pointer ?? '',
    ...(parts.field === undefined ? {} : { field: parts.field }),
    ...(parts.value === undefined ? {} : { value: parts.value }),
    ...(allowed === undefined ? {} : { allowed }),
    title: kind.title.zh,
    detail: parts.detail.zh,
    hint: hint.zh,
    ...(parts.fix === undefined ? {} : { fix: parts.fix }),
    retryable: kind.retryable,
    en: { title: kind.title.en, detail: parts.detail.en, hint: hint.en, ...basisInEnglish(basis, parts.basisEn) },
  }
}

function withTeaching(code: ProblemCode, parts: Pick<RecordProblemParts, 'rule' | 'basis' | 'allowed'>) {
  const own: Partial<Teaching> = teachings[code] ?? {}
  const rule = parts.rule ?? own.rule
  // The basis of a code is that of its own rule; under another rule it would be a false claim.
  return { rule, basis: parts.basis ?? (rule === own.rule ? own.basis : undefined), allowed: parts.allowed ?? own.allowed }
}

function basisInEnglish(basis: string | undefined, given?: string): { basis?: string } {
  const own = given ?? (basis === undefined ? undefined : teachingBasisEn[basis])
  return own === undefined ? {} : { basis: own }
}

export interface ProblemOptions {
  /** For our log only. */
  readonly cause?: unknown
  /** JSON Pointer into the body; the whole request when absent. */
  readonly pointer?: string
  readonly hint?: Words
  /** What was sent, when it is short and not secret. */
  readonly value?: unknown
  readonly allowed?: string
  readonly errors?: readonly DocumentFault[]
  readonly range?: ProblemRange
}

/** An error that ends the whole request. `detail` is for the caller; `cause` is for our log only. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: Words
  readonly pointer: string | undefined
  readonly hint: Words | undefined
  readonly value: unknown
  readonly allowed: string | undefined
  readonly errors: readonly DocumentFault[] | undefined
  readonly range: ProblemRange | undefined

  constructor(code: ProblemCode, detail: Words, options: ProblemOptions = {}) {
    super(`${code}: ${detail.en}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.detail = detail
    this.pointer = options.pointer
    this.hint = options.hint
    this.value = options.value
    this.allowed = options.allowed
    this.errors = options.errors
    this.range = options.range
  }

  get status(): number {
    return (catalogue[this.code] as ProblemKind).status ?? 422
  }

  /** The RFC 9457 document; `traceId` lets the caller name this very request to an operator. */
  toDocument(traceId?: string): ProblemDocument {
    const kind: ProblemKind = catalogue[this.code]
    const hint = this.hint ?? kind.hint
    const { rule, basis, allowed } = withTeaching(this.code, this.allowed === undefined ? {} : { allowed: this.allowed })
    return {
      type: `/problems/${this.code}`,
      code: this.code,
      status: this.status,
      ...(rule === undefined ? {} : { rule }),
      ...(basis === undefined ? {} : { basis }),
      severity: 'error',
      pointer: this.pointer ?? '',
      ...(this.value === undefined ? {} : { value: this.value }),
      ...(allowed === undefined ? {} : { allowed }),
      title: kind.title.zh,
      detail: this.detail.zh,
      hint: hint.zh,
      retryable: kind.retryable,
      ...(traceId === undefined ? {} : { traceId }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      ...(this.range === undefined ? {} : { range: this.range }),
      en: { title: kind.title.en, detail: this.detail.en, hint: hint.en, ...basisInEnglish(basis) },
    }
  }
}
