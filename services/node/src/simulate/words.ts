/** Chinese first, English below. */
export function say(zh: string, en: string): void {
  console.log(`${zh}\n  ${en}`)
}

export interface Bar {
  step(done: number, note?: string): void
  end(): void
}

/** Columns that a text takes: a Chinese character takes two. */
function widthOf(text: string): number {
  let width = 0
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1
  return width
}

/** As much of a text as fits; a line that is longer than the terminal would be drawn again and again below itself. */
function fitted(text: string, columns: number): string {
  let width = 0
  let end = 0
  for (const char of text) {
    width += widthOf(char)
    if (width > columns) return text.slice(0, end)
    end += char.length
  }
  return text
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Where a bar is drawn. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const plainMs = 10_000

/**
 * A bar on a terminal, in one line however narrow it is; elsewhere, as in a pipe or a journal, a line every ten
 * seconds. Both say how long it has taken and, once that can be told, how long it will take.
 */
export function bar(zh: string, en: string, total: number, screen: Screen = process.stderr, now = () => performance.now()): Bar {
  const cells = 20
  const began = now()
  let drawn = 0
  let last = began
  const line = (done: number, note: string) => {
    const full = Math.min(cells, Math.floor((done / Math.max(1, total)) * cells))
    const passed = now() - began
    const left = done * 50 >= total && done < total && passed > 3000 ? ` · 剩余 left ${spanOf((passed / done) * (total - done))}` : ''
    return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${done}/${total} ${zh} ${en} ${spanOf(passed)}${left} ${note}`.trimEnd()
  }
  return {
    step: (done, note = '') => {
      const at = now()
      if (screen.isTTY === true) {
        if (drawn > 0 && at - last < 100 && done < total) return
        const text = fitted(line(done, note), (screen.columns ?? 80) - 1)
        screen.write(`\r${text}${' '.repeat(Math.max(0, drawn - widthOf(text)))}`)
        drawn = widthOf(text)
      } else if (at - last < plainMs) return
      else screen.write(`${line(done, note)}\n`)
      last = at
    },
    end: () => {
      if (screen.isTTY === true && drawn > 0) screen.write('\n')
    },
  }
}
