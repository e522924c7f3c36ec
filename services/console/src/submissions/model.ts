import type { ProblemDocument } from '@huijiao/problem/browser'

export type Outcome = 'accepted' | 'unchanged' | 'superseded' | 'pending_review' | 'doubtful' | 'held' | 'refused'
export const outcomes: readonly Outcome[] = ['accepted', 'unchanged', 'superseded', 'pending_review', 'doubtful', 'held', 'refused']
export type Counts = Readonly<Partial<Record<Outcome, number>>>

/** A row of `GET /admin/v1/submissions`. */
export interface SubmissionRow {
  readonly id: string
  readonly participant: string
  readonly kind: 'records' | 'versions'
  readonly standard: string
  readonly mode: 'partial' | 'atomic'
  readonly state: 'storing' | 'paused' | 'finished' | 'incomplete'
  /** One outcome that all records have, `partial` when they differ, or `cancelled`. */
  readonly outcome: Outcome | 'partial' | 'cancelled' | null
  readonly counts: Counts | null
  readonly receivedAt: string
  readonly finishedAt: string | null
  readonly bodyBytes: number
  readonly storedRecords: number
}

/** `GET /admin/v1/submissions/{id}`. */
export interface SubmissionStatus {
  readonly submission: { readonly id: string; readonly digest: string; readonly participant: string }
  readonly state: SubmissionRow['state']
  readonly standard: string
  readonly mode: string
  readonly legacy: boolean
  readonly receivedAt: string
  readonly finishedAt: string | null
  readonly bodyBytes: number
  readonly storedRecords: number
  readonly outcome: SubmissionRow['outcome']
  readonly counts: Counts | null
  readonly progress: Progress | null
  readonly parts: readonly {
    readonly part: number
    readonly from: number
    readonly count: number
    readonly versions: number
    readonly root: string
    readonly log: { readonly index: number; readonly leafHash: string } | null
  }[]
  readonly above: readonly Above[]
}

export interface Progress {
  readonly records: { readonly done: number; readonly refused: number }
  readonly share: number | null
  readonly secondsLeft: number | null
  /** Who stopped it, as in the log, and when. */
  readonly paused: { readonly by: string; readonly at: string } | null
}

/** What became of it on one link, and further up. */
export interface Above {
  readonly link: string
  readonly upstream: { readonly name: string | null; readonly tier: string | null }
  readonly state: 'nothing' | 'waiting' | 'delivered'
  readonly skipped: readonly {
    readonly reason: string
    readonly kind: string
    readonly count: number
    readonly zh?: string
    readonly en?: string
  }[]
  readonly parked: readonly {
    readonly part: number
    readonly ordinal: number
    readonly reason: string
    readonly since: string
    readonly problems: readonly ProblemDocument[] | null
  }[]
  readonly further: readonly { readonly upstream: string; readonly at: string; readonly entry: number; readonly counts: Counts }[]
}

export interface RecordOutcome {
  readonly index: number
  readonly entity: string | null
  readonly sourceId: string | null
  readonly recordId?: string
  readonly version?: number
  readonly outcome: Outcome
  readonly problems?: readonly ProblemDocument[]
}

export interface ProblemGroup {
  readonly code: string
  readonly type: string
  readonly severity: 'error' | 'doubt' | 'warning'
  readonly rule: string | null
  readonly field: string | null
  readonly pointer: string | null
  readonly title: string
  readonly en: { readonly title: string }
  readonly count: number
  readonly fixes: number
  readonly examples: readonly {
    readonly record: number | null
    readonly pointer: string | null
    readonly value?: unknown
    readonly place?: { readonly sheet?: string; readonly row: number; readonly cell?: string; readonly column?: string }
  }[]
}

export interface Receipt {
  readonly receipt: 1
  readonly submission: { readonly id: string; readonly digest: string; readonly participant: string }
  readonly node: { readonly name: string; readonly region: string; readonly tier: string; readonly epoch: number }
  readonly standard: string
  readonly mode: string
  readonly receivedAt: string
  readonly outcome: Outcome | 'partial' | 'cancelled'
  readonly counts: Counts
  readonly records?: readonly RecordOutcome[]
  readonly parts: readonly {
    readonly part: number
    readonly from: number
    readonly count: number
    readonly root: string
    readonly outcomes: string
  }[]
  readonly logBy: string
  readonly signatures: readonly { readonly alg: string; readonly keyId: string; readonly value: string }[]
}

/** A record as the contract has it in a submission. */
export interface SentRecord {
  readonly entity: string
  readonly operation?: 'upsert' | 'withdraw'
  readonly sourceId: string
  readonly sourceVersion?: number
  readonly enteredBy?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

/** The answer to a dry run. */
export interface DryRun {
  readonly dryRun: true
  readonly submission: { readonly id: string }
  readonly standard: string
  readonly outcome: string
  readonly counts: Counts
  readonly groups: readonly ProblemGroup[]
  readonly records: readonly RecordOutcome[]
  readonly asRead?: readonly { readonly index: number; readonly record: SentRecord }[]
  readonly file?: { readonly kind?: string; readonly encoding?: string; readonly notes?: readonly unknown[] }
}
