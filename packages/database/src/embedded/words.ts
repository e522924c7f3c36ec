import type { Words } from '@huijiao/problem'

/** Hears what the start of the database is doing, in words for people. */
export type Progress = (words: Words) => void

/** The embedded PostgreSQL could not do what was asked; the message says it in both languages. */
export class EmbeddedPostgresError extends Error {
  readonly words: Words

  constructor(words: Words, options?: ErrorOptions) {
    super(`${words.en} / ${words.zh}`, options)
    this.name = 'EmbeddedPostgresError'
    this.words = words
  }
}
