import type { Words } from '@huijiao/problem'

/** What one look at the configuration or the machine brought. */
export interface Finding {
  /** What was looked at, such as `data-dir`. */
  readonly check: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly words: Words
  /** How to mend it; absent when all is well. */
  readonly mend?: Words
}

export const ok = (check: string, zh: string, en: string): Finding => ({ check, level: 'ok', words: { zh, en } })

export const bad = (level: 'warning' | 'error', check: string, words: Words, mend: Words): Finding => ({ check, level, words, mend })
