import type { Words } from '@huijiao/problem'

/** Ends the demo with words for people and an exit code that is not 0. */
export class DemoError extends Error {
  readonly words: Words

  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(`${zh} / ${en}`, options)
    this.name = 'DemoError'
    this.words = { zh, en }
  }
}

/** A line in each language. */
export function say(zh: string, en: string): void {
  process.stdout.write(`${zh}\n${en}\n`)
}

/** A line that needs no translation: addresses, commands, hashes. */
export function show(line: string): void {
  process.stdout.write(`${line}\n`)
}

export interface Bar {
  step(done: number): void
  end(): void
}

/** A progress bar: one line that moves on a terminal, a line now and then elsewhere. */
export function progressBar(zh: string, en: string, total: number): Bar {
  const started = Date.now()
  const terminal = process.stdout.isTTY
  let shown = -1
  let latest = 0
  const draw = (done: number) => {
    const share = total === 0 ? 1 : done / total
    const bar = '█'.repeat(Math.round(24 * share)).padEnd(24, '░')
    const seconds = ((Date.now() - started) / 1000).toFixed(0)
    const line = `${bar} ${done}/${total}  ${zh} ${en}  ${seconds} s`
    process.stdout.write(terminal ? `\r${line}` : `${line}\n`)
  }
  return {
    step(done) {
      latest = done
      const decile = Math.floor((done / Math.max(1, total)) * (terminal ? 200 : 4))
      if (decile === shown) return
      shown = decile
      draw(done)
    },
    end() {
      if (terminal || shown * total < latest * 4) draw(latest)
      if (terminal) process.stdout.write('\n')
    },
  }
}
