import type { Meaning } from '../parts/page-header.tsx'

/** An item of `GET /admin/v1/standards`. */
export interface RevisionRow {
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest: string
  readonly state: 'in-force' | 'scheduled' | 'past' | 'kept' | 'not-served'
  readonly effectiveFrom: string | null
  readonly origin: 'built-in' | 'file' | 'upstream' | 'local'
  /** Name of the node above that gave it. */
  readonly source: string | null
  readonly loadedAt: string
  readonly loadedBy: string
  readonly signedBy: readonly string[]
  readonly activations: readonly {
    readonly effectiveFrom: string
    readonly decidedAt: string
    readonly decidedBy: string
    readonly reason: string | null
    readonly cancelled: boolean
  }[]
}

export interface Fault {
  readonly pointer: string
  readonly detail: string
  readonly en?: { readonly detail?: string }
}

/** An item of `refused` of `GET /admin/v1/standards`. */
export interface RefusedRow {
  readonly release: string
  readonly revision: number
  readonly digest: string
  readonly source: string | null
  readonly triedAt: string
  readonly faults: readonly Fault[]
}

/** An item of `GET /admin/v1/shadow-runs`. */
export interface RunRow {
  readonly run: number
  readonly release: string
  readonly revision: number
  readonly issuer: string
  /** `live`: what comes in until it counts; `stored`: what was stored in the last days. */
  readonly kind: 'live' | 'stored'
  readonly state: 'running' | 'finished' | 'cancelled'
  readonly startedAt: string
  readonly startedBy: string
  readonly finishedAt: string | null
  readonly progress: { readonly done: number; readonly total: number | null }
  readonly judged: number
  readonly wouldRefuse: number
  readonly wouldDoubt: number
  readonly passedOver: number
  /** Their contents were taken out of the database. */
  readonly elsewhere: number
}

export interface ShadowFinding {
  readonly severity: 'error' | 'doubt' | 'warning'
  readonly code: string
  readonly rule: string
  readonly entity: string
  readonly field: string
  readonly participant: string
  readonly count: number
  readonly examples: readonly { readonly recordId: string; readonly version: number; readonly pointer: string; readonly value?: unknown }[]
}

/** `GET /admin/v1/shadow-runs/{run}` */
export interface RunReport extends RunRow {
  readonly byCode: readonly { readonly severity: ShadowFinding['severity']; readonly code: string; readonly count: number }[]
  readonly byParticipant: readonly { readonly participant: string; readonly count: number }[]
  readonly findings: readonly ShadowFinding[]
  readonly more: boolean
}

export const stateMeaning: Readonly<Record<RevisionRow['state'], Meaning>> = {
  'in-force': 'good',
  scheduled: 'info',
  past: 'quiet',
  kept: 'quiet',
  'not-served': 'quiet',
}
export const runMeaning: Readonly<Record<RunRow['state'], Meaning>> = { running: 'info', finished: 'good', cancelled: 'quiet' }
export const severityMeaning = { error: 'bad', doubt: 'warn', warning: 'info' } as const

export const keyOf = (row: Pick<RevisionRow, 'release' | 'revision' | 'issuer'>): string => `${row.release} r${row.revision} ${row.issuer}`
