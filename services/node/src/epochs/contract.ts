import type { Caller, Hub } from '@huijiao/exchange'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Upstreams } from '../upstream-keys.ts'
import type { NumberMarks } from './number-marks.ts'
import type { Refusal } from './standing.ts'

/** Which epoch of its log a node is in, and whether it may go on in it. */
export interface Epochs {
  /**
   * Before anything is signed: holds the log against the data directory and against what upstreams have seen, and begins a new epoch where it must.
   * @throws Error in two languages when somebody else holds the node's name
   */
  start(options: { readonly asked: boolean }): Promise<void>
  /** Not null: somebody else holds the name, as was found out while running. Nothing is taken and nothing goes up. */
  refusal(): Refusal | null
  /** The node was put back, and waits for what its upstreams hold of it: business systems are asked to come later, or a record would get a second id. */
  healing(): boolean
  /** An operator goes on without what upstreams may hold. @returns false when nothing was waited for */
  goOn(actor: string): Promise<boolean>
  /**
   * An operator says that this is the node to go on with, while it is refused: a new epoch begins here, and the other one becomes the old one.
   * @returns false when it was not refused
   * @throws Problem not-ready when an upstream that refuses it cannot be asked now
   */
  takeOver(actor: string): Promise<boolean>
  /** Calls back when the node may go on after it was refused. */
  whenOver(listener: () => void): void
  /** Headers of a request to this address; calls the upstream first when it has not confirmed this process yet. Throws when it does not. */
  claim(url: string): Promise<Record<string, string>>
  /** An upstream answered that the two do not know of each other's epoch: the next request calls first. */
  doubt(url: string): void
  /** Calls an upstream now, as is done twice a minute, and fetches what it holds when this node was put back. @returns how many deliveries are open again because it has lost them */
  contact(upstream: string): Promise<number>
  /**
   * Judges what a request from a lower node says of epochs.
   * @param contact it is the call by which the two tell each other: only what it has seen of this node counts
   * @throws Problem epoch-ended, epoch-unconfirmed, not-ready
   */
  judge(caller: Caller, headers: Readonly<Record<string, string | string[] | undefined>>, contact?: boolean): Promise<void>
  /** The upstream did not know this node's key when it was called last. */
  unknownAt(upstream: string): boolean
  /** The log was numbered on. */
  sequenced(): void
  /** The database is not the one that this process has written to. Begins a new epoch, or learns of the one that another process began. */
  changed(kind: 'shortfall' | 'epoch'): Promise<void>
  /** Waits until this checkpoint may be shown to anybody: until the data directory would miss it. */
  mayShow(head: { readonly size: number; readonly root: Buffer; readonly note: string }): Promise<void>
  /** Says goodbye to the upstreams, and stops. */
  close(): Promise<void>
}

export interface EpochsParts {
  readonly hub: () => Hub
  readonly config: Config
  readonly upstreams: Upstreams
  /** Which numbers were given, as the data directory knows it. */
  readonly numbers: NumberMarks
  readonly log: Logger
  /** Whether another process works on this very database now. */
  readonly othersLive: () => Promise<boolean>
}
