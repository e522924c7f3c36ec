import type { Words } from '@huijiao/problem'

/** What an exit code says; the same for every command, written out in the README and in `--help`. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3, interrupted: 130 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Something the person at the keyboard can mend: shown as words, never as a stack trace. */
export class UserError extends Error {
  readonly words: Words
  readonly hint: Words | undefined
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, words: Words, options: { hint?: Words; cause?: unknown } = {}) {
    super(words.en, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'UserError'
    this.exitCode = exitCode
    this.words = words
    this.hint = options.hint
  }
}

/** A mistake in the command line, a file or a setting. */
export function usage(zh: string, en: string, hint?: Words): UserError {
  return new UserError(exitCodes.usage, { zh, en }, hint === undefined ? {} : { hint })
}
