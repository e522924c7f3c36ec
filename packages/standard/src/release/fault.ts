/** One thing that is wrong with a release document, in words for the people who made it. */
export interface Fault {
  readonly code: FaultCode
  /** JSON Pointer (RFC 6901) into the document; list items that have a code are named by it, as in `/entities/TBProjectInfo/fields/PrjNum`. */
  readonly pointer: string
  readonly zh: string
  readonly en: string
}

export type FaultCode =
  /** The document has not the form of a release. */
  | 'shape'
  /** Something it names is not there, or is there twice. */
  | 'reference'
  | 'duplicate'
  /** Its parts contradict each other or the calendar. */
  | 'inconsistent'
  /** The policy cannot be used. */
  | 'policy'
  /** This build does not hold the table of divisions that it counts on. */
  | 'region-table'
  /** It does not follow the revision before it. */
  | 'revision'
  /** It does not name the release that it extends. */
  | 'base'
  /** A name of its own does not begin with its prefix. */
  | 'prefix'
  /** It asks for less than the national rule. */
  | 'weaker'

/** A release document that cannot be used. Its message names every fault in English; `faults` has them in both languages. */
export class ReleaseError extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(`the release cannot be used: ${faults.map((fault) => `${fault.pointer || '/'}: ${fault.en}`).join('; ')}`)
    this.name = 'ReleaseError'
    this.faults = faults
  }
}
