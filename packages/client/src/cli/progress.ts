import { displayWidth, spoken, type Terminal } from './terminal.ts'

/** Shows how far a long piece of work is. `total` may be in any unit; `note` says the rest. */
export interface Progress {
  /** @param secondsLeft when somebody knows it better than the time that has passed here tells; null: nobody knows */
  update(done: number, total: number, note: { readonly zh: string; readonly en: string }, secondsLeft?: number | null): void
  /** Clears the bar, so that what is printed next begins on a clean line. */
  clear(): void
}

const redrawMs = 100
const plainLineMs = 5_000

/**
 * A bar that redraws one line on a terminal; elsewhere (a file, a journal) a plain line every five seconds.
 * @param now milliseconds that never go backwards
 */
export function startProgress(
  terminal: Terminal,
  label: { zh: string; en: string },
  now: () => number = () => performance.now(),
): Progress {
  const began = now()
  let drawn = 0
  let last = terminal.interactive ? -Infinity : began
  return {
    update(done, total, note, secondsLeft) {
      const at = now()
      const finished = done >= total
      if (at - last < (terminal.interactive ? redrawMs : plainLineMs) && !(finished && terminal.interactive)) return
      last = at
      const line = {
        zh: describe('zh', label.zh, note.zh, done, total, at - began, secondsLeft),
        en: describe('en', label.en, note.en, done, total, at - began, secondsLeft),
      }
      if (!terminal.interactive) return terminal.err(`${spoken(terminal.lang, line)}\n`)
      const shown = fit(`${bar(done, total)} ${terminal.lang === 'en' ? line.en : line.zh}`, terminal.columns - 1)
      terminal.err(`\r${shown}${' '.repeat(Math.max(0, drawn - displayWidth(shown)))}`)
      drawn = displayWidth(shown)
    },
    clear() {
      if (drawn > 0) terminal.err(`\r${' '.repeat(drawn)}\r`)
      drawn = 0
    },
  }
}

function bar(done: number, total: number): string {
  const cells = 20
  const full = Math.min(cells, Math.floor((done / Math.max(total, 1)) * cells))
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}]`
}

function describe(
  lang: 'zh' | 'en',
  label: string,
  note: string,
  done: number,
  total: number,
  elapsedMs: number,
  secondsLeft: number | null | undefined,
): string {
  const percent = Math.floor((done / Math.max(total, 1)) * 100)
  const reckoned = done > 0 && done < total ? Math.ceil((elapsedMs * (total / done - 1)) / 1000) : 0
  const leftS = secondsLeft === undefined ? reckoned : (secondsLeft ?? 0)
  const left = leftS === 0 ? '' : lang === 'zh' ? `，还需 ${duration(leftS)}` : `, ${duration(leftS)} left`
  return `${label} ${Math.min(percent, 100)}% ${note}${left}`
}

export function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

function fit(line: string, columns: number): string {
  let shown = ''
  let width = 0
  for (const char of line) {
    width += displayWidth(char)
    if (width > columns) break
    shown += char
  }
  return shown
}
