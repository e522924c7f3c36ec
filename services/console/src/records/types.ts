/** What the routes of records answer, as this room reads it. */
export interface Words {
  readonly zh: string
  readonly en: string
}

export interface FieldShown {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly kind?: string
  readonly privacy?: 'open' | 'named' | 'sealed'
  readonly value?: unknown
  readonly text?: Words
  readonly unit?: string
  readonly hidden?: boolean
}

export interface RecordListed {
  readonly recordId: string
  readonly entity: string
  readonly entityName: Words
  readonly library: string
  readonly name: string
  readonly number: string
  readonly region: string
  readonly regionName: string
  readonly state: string
  readonly several: boolean
  readonly facts: readonly FieldShown[]
}

export interface Group {
  readonly entity: string
  readonly entityName: Words
  readonly direction: 'below' | 'above'
  readonly count: number
  readonly more: boolean
  readonly items: readonly RecordListed[]
}

export interface VersionShown {
  readonly stream: string
  readonly version: number
  readonly epoch: number
  readonly operation: string
  readonly state: string
  readonly storedAt: string
  readonly commitment: string
  readonly release: string
  readonly enteredBy: string | null
  readonly reason: string | null
  readonly submission: { readonly id: string; readonly participant: string; readonly receivedAt: string }
  readonly log: { readonly index: number; readonly ordinal: number } | null
  readonly fields: readonly FieldShown[]
  readonly changes: { readonly against: number; readonly fields: readonly string[] } | null
  /** Where the node keeps the contents of this version; absent when they are here. */
  readonly elsewhere?: { readonly place: string } | null
}

/** Evidence that a record names; `here` where this node has the bytes. */
export interface AttachmentShown {
  readonly kind: string
  readonly name: string
  readonly digest: string
  readonly mediaType: string
  readonly here: boolean
}

export interface RecordShown {
  readonly recordId: string
  readonly entity: string
  readonly entityName: Words
  readonly library: string | null
  readonly name: string
  readonly regionName: string | null
  readonly fields: readonly FieldShown[]
  readonly inForce: {
    readonly version: number
    readonly release: string
    readonly commitment: string
    readonly stream: string
    readonly storedAt: string
    readonly attachments?: readonly AttachmentShown[]
  } | null
  readonly head: { readonly version: number; readonly state: string } | null
  readonly streams: readonly {
    readonly stream: string
    readonly version: number
    readonly state: string
    readonly inForce: boolean
    readonly log: number | null
  }[]
  /** Made by hand at this node, the newest first. */
  readonly correctionsHere: readonly CorrectionRow[]
  readonly findings: readonly {
    readonly number: number
    readonly severity: string
    readonly state: string
    readonly problem: { readonly title?: string; readonly detail?: string; readonly en?: { title?: string; detail?: string } }
  }[]
}

/** A chain of custody, as far as the picture of it needs. */
export interface CustodyShown {
  readonly steps: readonly {
    readonly node: { readonly name: string; readonly tier: string; readonly region: string; readonly epoch: { readonly number: number } }
    readonly checkpoint: string
    readonly entry: { readonly index: number }
    readonly part: { readonly size: number; readonly ordinal: number }
  }[]
}

/** An item of `GET /admin/v1/corrections`. */
export interface CorrectionRow {
  readonly recordId: string
  readonly entity: string
  /** Commitment of the version that it corrects. */
  readonly corrects: string
  readonly fields: readonly string[]
  readonly reason: string
  readonly actor: string
  readonly madeAt: string
  /** Its reason is `replaced` where another correction took its place. */
  readonly ended: { readonly at: string; readonly actor: string | null; readonly reason: string | null } | null
}

/** An item of `GET /admin/v1/sent-up`. */
export interface SentUpRow {
  readonly number: number
  readonly recordId: string
  readonly entity: string
  readonly reportingRegion: string
  readonly document: string | null
  readonly reason: string
  readonly actor: string
  readonly madeAt: string
  readonly ended: { readonly at: string; readonly actor: string | null; readonly reason: string | null } | null
}
