/** What this room needs of a logger; a pino logger fits. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Says nothing; for callers that have no logger yet. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
