export { arrayMemory, type ArrayMemory, boolArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from './binary-arrays.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from './embedded/start.ts'
export { EmbeddedPostgresError, type Progress } from './embedded/words.ts'
export type { Log } from './log.ts'
export { appliedSteps, migrate, MigrationError, migrationsDirectory, migrationsIn } from './migrate.ts'
export { type Database, type DatabaseOptions, openDatabase } from './open-database.ts'
export { countedAs } from './copy/counted-as.ts'
export { changedFiles, digestOf, isEmptyDatabase, loadDatabase, LoadError } from './copy/load.ts'
export { saveDatabase, type SavedDatabase, type SavedTable } from './copy/save.ts'
export { firstFailure, inFlight, type Send } from './in-flight.ts'
export { openReplica, type Replica, type ReplicaOptions, type ReplicaStanding } from './replica/open-replica.ts'
export { parseLsn } from './replica/lsn.ts'
export { retryDeadlocks, sqlState } from './retry.ts'
export type * from './tables-epochs.ts'
export type * from './tables.ts'
export type * from './tables-feed.ts'
export type * from './tables-log-range.ts'
export type * from './tables-transports.ts'
export type * from './tables-search.ts'
export type * from './tables-evidence.ts'
export type * from './tables-upward.ts'
export type * from './tables-keys.ts'
export type * from './tables-version-range.ts'
