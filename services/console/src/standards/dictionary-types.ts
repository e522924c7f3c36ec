import type { DictionaryCode } from '@huijiao/standard/browser'
import type { Meaning } from '../parts/page-header.tsx'

export type CodeChangeKind = 'added' | 'removed' | 'ended' | 'changed'

export interface CodeChange {
  readonly code: string
  readonly kind: CodeChangeKind
  readonly before: DictionaryCode | null
  readonly after: DictionaryCode | null
}

interface State {
  readonly codes: number
  readonly closed: boolean
  readonly complete: boolean
}

/** Answer of `POST /admin/v1/standards/{release}/dictionaries/{code}/check`. */
export interface Proposed {
  readonly release: string
  readonly code: string
  readonly revision: number
  readonly issuer: string
  readonly before: State & { readonly revision: number; readonly issuer: string }
  readonly after: State
  readonly counts: Readonly<Record<CodeChangeKind | 'same', number>>
  readonly changes: readonly CodeChange[]
  /** There are more changes than are listed. */
  readonly more: boolean
  /** Stored records that use a code which would end, be dropped, be renamed or count for other days. */
  readonly use: {
    readonly records: number
    /** Not all were looked through: at least so many. */
    readonly more: boolean
    readonly looked: number
    readonly codes: Readonly<Record<string, number>>
    readonly unseen: readonly { readonly entity: string; readonly field: string }[]
  }
}

/** Answer of `POST /admin/v1/standards/{release}/dictionaries/{code}`. */
export interface Replaced {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly changed: boolean
  /** Null: kept, because a newer revision counts. */
  readonly effectiveFrom: string | null
  readonly shadowRun: number | null
}

/** What a file does not say of itself. */
export interface FileSaid {
  /** Null: not typed yet. */
  readonly title: string | null
  readonly reference: string
  /** Day of the file, YYYY-MM-DD. */
  readonly date: string | null
  /** The file is the whole table. */
  readonly complete: boolean
  readonly missing: string
  /** Last day of codes that the file has no more; null: they are dropped. */
  readonly lastDay: string | null
  /** Whether such codes are kept with a last day. */
  readonly keepGone: boolean
  /** From when it counts; null: at once. */
  readonly from: string | null
  readonly later: boolean
}

export const nothingSaid: FileSaid = {
  ...{ title: null, reference: '', date: null, complete: false, missing: '', lastDay: null, keepGone: true, from: null, later: false },
}

export const kindMeaning: Readonly<Record<CodeChangeKind, Meaning>> = { added: 'good', changed: 'info', ended: 'warn', removed: 'bad' }

/** Members of a code that people compare, in their order. */
export const comparedMembers = ['nameZh', 'nameEn', 'note', 'validFrom', 'validTo'] as const

/** Whether the replacement would change nothing that is judged or shown. */
export const changesNothing = ({ counts, before, after }: Proposed): boolean =>
  counts.added + counts.removed + counts.ended + counts.changed === 0 &&
  before.closed === after.closed &&
  before.complete === after.complete

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** The media type of a list of codes by its name; undefined: not a file that is taken. */
export const mediaTypeOf = (name: string): string | undefined => mediaTypes[/\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? '']

/** The address that replaces a dictionary by a file, or only says what that would change. */
export function addressOfReplacement({
  release,
  code,
  file,
  said,
  act,
}: {
  readonly release: string
  readonly code: string
  /** Its name. */
  readonly file: string
  readonly said: FileSaid
  readonly act: 'check' | 'replace'
}): string {
  // Looked at before somebody has said what it is, a file goes by its name.
  const title = said.title?.trim() ?? ''
  const query = new URLSearchParams({ title: title === '' ? file : title, complete: String(said.complete), filename: file })
  if (said.reference.trim() !== '') query.set('reference', said.reference.trim())
  if (said.date !== null) query.set('date', said.date)
  if (!said.complete && said.missing.trim() !== '') query.set('missing', said.missing.trim())
  if (said.keepGone && said.lastDay !== null) query.set('lastDay', said.lastDay)
  if (said.later && said.from !== null) query.set('from', said.from)
  const path = `/admin/v1/standards/${encodeURIComponent(release)}/dictionaries/${encodeURIComponent(code)}`
  return `${path}${act === 'check' ? '/check' : ''}?${query}`
}

/** A file that was chosen. */
export interface GivenFile {
  readonly file: File
  /** Tells one choice of a file from the next, also of a file of the same name. */
  readonly at: number
}
