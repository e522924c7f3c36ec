import type { Random } from '../../src/sample/random.ts'
import type { Proxy } from '../proxy.ts'
import type { World } from '../world.ts'

export type FaultGroup =
  | 'network'
  | 'process'
  | 'postgres'
  | 'redis'
  | 'disk'
  | 'clock'
  | 'keys'
  | 'data'
  | 'epoch'
  | 'version'
  | 'standard'
  | 'ways'

/** What an injection did. */
export interface Injected {
  /** Live connections, operations or processes that it really hit; an injection that hit nothing does not count. */
  readonly hits: number
  /** Where it was, for the timeline. */
  readonly where: string
  /** Places whose next good answer says that what was hit works again. */
  readonly through: readonly Proxy[]
}

export interface FaultContext {
  readonly world: World
  readonly random: Random
  /** Words for the timeline. */
  note(text: string): void
  /** Something is amiss that only this injection can see. */
  finding(text: string): void
  /** This record (its uuid) is meant to be parked. */
  expectParked(recordId: string): void
  /** A business system of a city hands in so many new projects, and has the receipt when it settles. @returns their numbers */
  submit(
    city: string,
    count: number,
    options?: {
      readonly county?: string
      readonly standard?: string
      readonly beforeSending?: (numbers: readonly string[]) => Promise<void>
    },
  ): Promise<string[]>
  /** The business systems of a city rest between two submissions. @returns how they go on, when all of them rest */
  hold(city: string): Promise<() => void>
  /** The business systems of a city send again, each in the old order, what the city does not know any more. @returns how many submissions */
  sendLost(city: string): Promise<number>
  /** True when the phase is over: what lasts is ended early. */
  over(): boolean
}

export interface FaultClass {
  readonly name: string
  readonly group: FaultGroup
  readonly zh: string
  readonly en: string
  /** Heavy ones come one at a time; light ones beside them, all the time. */
  readonly heavy: boolean
  readonly weight: number
  /** Whether this world has what it needs. */
  possible?(world: World): boolean
  /** Injects and heals. Never leaves anything behind, whatever throws. */
  inject(context: FaultContext): Promise<Injected>
}
