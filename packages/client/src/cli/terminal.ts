import type { Words } from '@huijiao/problem'

export type Language = 'both' | 'zh' | 'en'

/** Where a command writes: results on `out`, everything a person reads on the way on `err`. */
export interface Terminal {
  readonly lang: Language
  /** Machine output: one JSON document on `out`, no words there. */
  readonly json: boolean
  /** Whether `err` is a terminal that can redraw a line. */
  readonly interactive: boolean
  readonly columns: number
  readonly env: NodeJS.ProcessEnv
  out(text: string): void
  err(text: string): void
}

/** Words in the language asked for: Chinese first, English on a second line with the same indent. */
export function spoken(lang: Language, words: Words, mark = ''): string {
  const indent = ' '.repeat(displayWidth(mark))
  if (lang === 'zh') return mark + words.zh
  if (lang === 'en') return mark + words.en
  return words.zh === words.en ? mark + words.zh : `${mark}${words.zh}\n${indent}${words.en}`
}

/** Says something to a person, on the error stream. */
export function say(terminal: Terminal, zh: string, en: string, mark = ''): void {
  terminal.err(`${spoken(terminal.lang, { zh, en }, mark)}\n`)
}

/** Prints a result for a person, on the output stream; with `--json` the document takes its place. */
export function tell(terminal: Terminal, zh: string, en: string, mark = ''): void {
  if (!terminal.json) terminal.out(`${spoken(terminal.lang, { zh, en }, mark)}\n`)
}

/** Columns a text takes on a terminal: Chinese characters and full-width punctuation take two. */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u.test(char)
      ? 2
      : 1
  return width
}

/**
 * Text from a file or a node made fit for a terminal: control characters, which could move the cursor or colour what follows, are shown
 * as their code.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    lang: 'both',
    json: false,
    interactive: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  }
}
