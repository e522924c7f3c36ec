import { Problem, type Words } from '@huijiao/problem'

/** Header fields as node gives them; names in any case, several values of one name as a list. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a signature can cover of a request, or of a response when there is a status. `url` is absolute: scheme, authority, path, query. */
export interface HttpMessage {
  readonly method?: string
  readonly url?: string
  readonly status?: number
  readonly headers: HeaderFields
}

/** The canonical value of a field (RFC 9421 §2.1): lines trimmed, folds unfolded, several joined with a comma. Null when it is absent. */
export function fieldValue(headers: HeaderFields, name: string): string | null {
  const lines: string[] = []
  for (const [key, value] of Object.entries(headers)) {
    if (value === undefined || key.toLowerCase() !== name) continue
    lines.push(...(typeof value === 'string' ? [value] : value))
  }
  if (lines.length === 0) return null
  return lines.map((line) => line.replaceAll(/[ \t]*\r?\n[ \t]+/g, ' ').replaceAll(/^[ \t]+|[ \t]+$/g, '')).join(', ')
}

/** An error in what the caller signed or how. */
export function signatureInvalid(detail: Words, cause?: unknown): Problem {
  return new Problem('signature-invalid', detail, cause === undefined ? {} : { cause })
}
