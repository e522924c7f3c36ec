import { appendFileSync, createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'

export interface ClassFigures {
  /** Injections that hit something. */
  faults: number
  /** Those that met nobody. */
  missed: number
  /** Milliseconds from the end of a fault to the next good answer through the place it hit. */
  readonly recoveries: number[]
}

/** What happened, in order, in a file beside the logs; and the figures over it. */
export class Timeline {
  readonly file: string
  readonly figures = new Map<string, ClassFigures>()
  readonly findings: string[] = []
  /** Injections that did not work out, by the harness's own fault or because something else was down just then; what they left behind is healed and judged as all else. */
  readonly troubles: string[] = []
  private readonly started = performance.now()
  private readonly stream: WriteStream

  constructor(dir: string) {
    this.file = join(dir, 'timeline.ndjson')
    this.stream = createWriteStream(this.file, { flags: 'a' })
  }

  note(what: string, more: object = {}): void {
    const line = { at: new Date().toISOString(), ms: Math.round(performance.now() - this.started), what, ...more }
    this.stream.write(`${JSON.stringify(line)}\n`)
  }

  finding(text: string): void {
    this.findings.push(text)
    appendFileSync(this.file, `${JSON.stringify({ at: new Date().toISOString(), finding: text })}\n`)
  }

  of(name: string): ClassFigures {
    let figures = this.figures.get(name)
    if (figures === undefined) this.figures.set(name, (figures = { faults: 0, missed: 0, recoveries: [] }))
    return figures
  }

  get faults(): number {
    return [...this.figures.values()].reduce((sum, one) => sum + one.faults, 0)
  }
}
