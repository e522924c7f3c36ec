import type { ProblemBody } from '../api/problem.ts'

/** An item of `GET /admin/v1/held`. */
export interface HeldRow {
  readonly part: number
  readonly ordinal: number
  readonly recordId: string
  readonly entity: string
  readonly sourceId: string | null
  readonly stream: string
  readonly version: number
  readonly reportingRegion: string
  readonly submission: { readonly id: string; readonly record: number }
  readonly heldAt: string
  /** Refused then; null while it only waits behind an earlier version. */
  readonly until: string | null
  readonly waitsFor: readonly { readonly entity: string | null; readonly field: string | null; readonly rule: string | null }[]
  readonly behindEarlier: boolean
}

/** An item of `GET /admin/v1/findings`. */
export interface FindingRow {
  readonly number: number
  readonly recordId: string
  readonly entity: string
  readonly reportingRegion: string
  readonly rule: string
  readonly code: string
  readonly severity: 'error' | 'doubt' | 'warning'
  readonly state: 'open' | 'settled' | 'dismissed'
  readonly problem: ProblemBody
  readonly foundAt: string
  readonly settledAt: string | null
  readonly settledBy: string | null
  readonly reason: string | null
}

/** An item of `GET /admin/v1/reconcile/cases`. */
export interface CaseRow {
  readonly case: number
  readonly link: string
  readonly run: string
  readonly entity: string
  readonly recordId: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly entry: number
  readonly here: string
  readonly there: string
  readonly state: 'open' | 'settled'
  readonly foundAt: string
  readonly settled: { readonly at: string; readonly by: string; readonly reason: string } | null
}

/** An item of `GET /admin/v1/conflicts`. */
export interface ConflictRow {
  readonly conflict: number
  readonly recordId: string
  readonly entity: string
  readonly field: string
  readonly fieldName: string
  readonly kind: 'sources' | 'correction'
  readonly state: 'open' | 'decided' | 'settled'
  readonly foundAt: string
  readonly sides: readonly {
    readonly stream: string
    readonly version: number
    readonly release: string
    readonly commitment: string
    readonly storedAt: string
    readonly value?: unknown
    /** Where the node keeps the contents of that version; absent when they are here. */
    readonly elsewhere?: { readonly place: string } | null
  }[]
  readonly settled: {
    readonly at: string
    readonly actor: string | null
    readonly reason: string | null
    readonly source: string | null
  } | null
}

/** An item of `GET /admin/v1/duplicates`. */
export interface DuplicateRow {
  readonly duplicate: number
  readonly entity: string
  readonly score: number
  readonly reasons: readonly string[]
  readonly state: 'open' | 'same' | 'different' | 'gone'
  readonly foundAt: string
  readonly records: readonly {
    readonly recordId: string
    readonly stream: string | null
    readonly data: Readonly<Record<string, unknown>>
  }[]
  readonly decided: { readonly at: string; readonly actor: string | null; readonly reason: string | null } | null
}

/** An item of `GET /admin/v1/attachments`. */
export interface AttachmentRow {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: number
  /** Records that name it. */
  readonly uses: number
  readonly scannedAt: string
  readonly scan: {
    readonly state: 'none' | 'found' | 'unscanned'
    readonly checked: { readonly at: string; readonly by: string; readonly reason: string } | null
    readonly detail?: string
    readonly en?: { readonly detail?: string }
  }
}

/** An item of `GET /admin/v1/successions`. */
export interface SuccessionRow {
  readonly succession: string
  readonly entity: string
  readonly kind: 'renamed' | 'merged' | 'split'
  /** Each end by its business key where nothing of it is personal, by its record where that is here. */
  readonly from: readonly { readonly recordId: string | null; readonly key: Readonly<Record<string, unknown>> | null }[]
  readonly to: readonly { readonly recordId: string | null; readonly key: Readonly<Record<string, unknown>> | null }[]
  readonly effectiveOn: string | null
  readonly reason: string
  readonly actor: string | null
  readonly madeAt: string
  readonly undone: { readonly at: string; readonly actor: string | null; readonly reason: string | null } | null
  /** What the level above each link said of it, once it answered. */
  readonly above?: readonly {
    readonly link: string
    readonly act: 'linked' | 'undone'
    readonly outcome: 'taken' | 'known' | 'waiting' | 'refused'
    readonly at: string
    readonly problem?: ProblemBody
  }[]
}
