/**
 * A place in PostgreSQL's write-ahead log as a number that can be compared.
 * @param text as `pg_lsn` is written, such as `16/B374D848`
 * @returns null when it is not one
 */
export function parseLsn(text: string): bigint | null {
  const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text)
  return match === null ? null : (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`)
}

/** The primary's log ended at `lsn` at some moment at or after `at`. */
interface Mark {
  readonly at: number
  readonly lsn: bigint
}

/** How old a copy is, without trusting any server's clock: what it has replayed is held against where the primary was, and when. */
export interface Age {
  /** Where the primary's log ended; `at` is an instant before it was asked. */
  primaryAt(at: number, lsn: bigint): void
  /** How far the copy has come. */
  replayed(lsn: bigint): void
  /** Everything committed before this instant is in the copy; null while that is not known. */
  freshUntil(): number | null
}

export function createAge(): Age {
  /** Oldest first; those that the copy has passed are forgotten. */
  let marks: Mark[] = []
  let fresh: number | null = null
  return {
    primaryAt: (at, lsn) => void marks.push({ at, lsn }),
    replayed: (lsn) => {
      for (const mark of marks) if (mark.lsn <= lsn) fresh = Math.max(fresh ?? mark.at, mark.at)
      marks = marks.filter((mark) => mark.lsn > lsn).slice(-marksMax)
    },
    freshUntil: () => fresh,
  }
}

/** While a copy stands still there is one mark a look. Forgetting the oldest makes it look older than it is, never younger. */
const marksMax = 1000
