import { catalogue, type ProblemCode, type ProblemKind } from './catalogue.ts'

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
  readonly en: { readonly title: string; readonly detail: string; readonly hint: string }
}

export interface RecordProblemParts {
  readonly detail: Words
  readonly hint?: Words
  readonly rule?: string
  readonly basis?: string
  readonly severity?: Severity
  readonly record?: number
  readonly pointer?: string
  readonly field?: string
  readonly value?: unknown
  readonly allowed?: string
  readonly fix?: readonly FixOperation[]
}

/** Makes the document of one record's problem; members keep one fixed order so that receipts are byte-stable. */
export function recordProblem(code: ProblemCode, parts: RecordProblemParts): ProblemDocument {
  const kind: ProblemKind = catalogue[code]
  const hint = parts.hint ?? kind.hint
  return {
    type: `/problems/${code}`,
    code,
    ...(parts.rule === undefined ? {} : { rule: parts.rule }),
    ...(parts.basis === undefined ? {} : { basis: parts.basis }),
    severity: parts.severity ?? 'error',
    ...(parts.record === undefined ? {} : { record: parts.record }),
    ...(parts.pointer === undefined ? {} : { pointer: parts.pointer }),
    ...(parts.field === undefined ? {} : { field: parts.field }),
    ...(parts.value === undefined ? {} : { value: parts.value }),
    ...(parts.allowed === undefined ? {} : { allowed: parts.allowed }),
    title: kind.title.zh,
    detail: parts.detail.zh,
    hint: hint.zh,
    ...(parts.fix === undefined ? {} : { fix: parts.fix }),
    retryable: kind.retryable,
    en: { title: kind.title.en, detail: parts.detail.en, hint: hint.en },
  }
}

/** An error that ends the whole request. `detail` is for the caller; `cause` is for our log only. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: Words
  readonly pointer: string | undefined
  readonly hint: Words | undefined

  constructor(code: ProblemCode, detail: Words, options: { cause?: unknown; pointer?: string; hint?: Words } = {}) {
    super(`${code}: ${detail.en}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.detail = detail
    this.pointer = options.pointer
    this.hint = options.hint
  }

  get status(): number {
    return (catalogue[this.code] as ProblemKind).status ?? 422
  }

  /** The RFC 9457 document; `traceId` lets the caller name this very request to an operator. */
  toDocument(traceId?: string): ProblemDocument {
    const kind: ProblemKind = catalogue[this.code]
    const hint = this.hint ?? kind.hint
    return {
      type: `/problems/${this.code}`,
      code: this.code,
      status: this.status,
      ...(this.pointer === undefined ? {} : { pointer: this.pointer }),
      title: kind.title.zh,
      detail: this.detail.zh,
      hint: hint.zh,
      retryable: kind.retryable,
      ...(traceId === undefined ? {} : { traceId }),
      en: { title: kind.title.en, detail: this.detail.en, hint: hint.en },
    }
  }
}
