import { type RawBuilder, sql } from 'kysely'

/**
 * Whether one version comes after another of its stream. The same place is stored once more when it is turned: a version into its tombstone, or back; then
 * what was stored later counts.
 * @param later name of the one in the statement; of both, `epoch`, `n`, `part_id` and `ordinal` are read
 */
export const isLater = (later: string, earlier: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(later)}.epoch, ${sql.ref(later)}.n, ${sql.ref(later)}.part_id, ${sql.ref(later)}.ordinal) > (${sql.ref(earlier)}.epoch, ${sql.ref(earlier)}.n, ${sql.ref(earlier)}.part_id, ${sql.ref(earlier)}.ordinal)`
