export interface Bar {
  /** The line that moves; elsewhere than on a terminal one of its states now and then. */
  show(text: string): void
  say(text: string): void
  end(): void
}

const elsewhereEveryMs = 15_000

export function createBar(): Bar {
  const terminal = process.stderr.isTTY
  let shownAt = -Infinity
  const width = () => process.stderr.columns ?? 200
  return {
    show: (text) => {
      if (terminal) return void process.stderr.write(`\r${text.slice(0, width() - 1)}\u001b[K`)
      if (performance.now() - shownAt < elsewhereEveryMs) return
      shownAt = performance.now()
      process.stderr.write(`${text}\n`)
    },
    say: (text) => void process.stderr.write(`${terminal ? '\r' : ''}${text}…${terminal ? '\u001b[K' : ''}\n`),
    end: () => void (terminal && process.stderr.write('\n')),
  }
}
