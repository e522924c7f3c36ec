/** Chinese first, English below. */
export function say(zh: string, en: string): void {
  console.log(`${zh}\n  ${en}`)
}

export interface Bar {
  step(done: number, note?: string): void
  end(): void
}

/** A bar on a terminal; elsewhere a line every ten seconds. */
export function bar(zh: string, en: string, total: number): Bar {
  const cells = 24
  let drawn = 0
  let last = performance.now()
  const line = (done: number, note: string) => {
    const full = Math.min(cells, Math.floor((done / Math.max(1, total)) * cells))
    return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${done}/${total}  ${zh} ${en}  ${note}`
  }
  return {
    step: (done, note = '') => {
      const now = performance.now()
      if (process.stderr.isTTY) {
        if (now - last < 100 && done < total) return
        const text = line(done, note)
        process.stderr.write(`\r${text}${' '.repeat(Math.max(0, drawn - text.length))}`)
        drawn = text.length
      } else if (now - last < 10_000) return
      else process.stderr.write(`${line(done, note)}\n`)
      last = now
    },
    end: () => {
      if (process.stderr.isTTY && drawn > 0) process.stderr.write('\n')
    },
  }
}
