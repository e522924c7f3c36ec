import type { Figure } from './figures.ts'

/** How much is measured. */
export interface Plan {
  /** Minutes instead of the better part of an hour: fewer records, and without what needs a million of them. */
  readonly quick: boolean
  readonly rounds: number
  /** Records of one round. */
  readonly bulk: number
  /** Where the filled database is kept and taken up again; absent: made anew and thrown away. */
  readonly stockIn?: string
  say(zh: string, en: string): void
}

/** One thing that is measured: it starts what it needs, measures, and stops it again. */
export interface Scenario {
  readonly name: string
  readonly zh: string
  readonly en: string
  /** Needs a million records or a gigabyte: left out by `--quick`. */
  readonly long?: true
  run(plan: Plan): Promise<readonly Figure[]>
}
