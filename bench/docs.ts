import { readFile, writeFile } from 'node:fs/promises'
import { describe, type Figure, ratioText } from './figures.ts'

/** What one run measured. */
export interface Report {
  /** Day of the run. */
  readonly measured: string
  readonly machine: string
  readonly records: number
  readonly rounds: number
  readonly quick: boolean
  readonly figures: readonly Figure[]
}

const begin = '<!-- figures: written by `npm run bench -- --docs` -->'
const end = '<!-- end of figures -->'

const manyRounds = 10
/** Of hundreds of answers the page tells the least and the most; no more of them is kept. */
function shortened(one: Figure): Figure {
  if (one.rounds.length <= manyRounds) return one
  return { ...one, rounds: [Math.min(...one.rounds), Math.max(...one.rounds)] }
}

/** The runs that are kept, a new one first: of each figure the latest, and of an older run what was not measured since. Runs of one day and kind are one. */
export function keepRuns(kept: readonly Report[], report: Report): Report[] {
  const again = new Set(report.figures.map((one) => one.id))
  const older = kept.map((run) => ({ ...run, figures: run.figures.filter((one) => !again.has(one.id)) }))
  const kind = ({ measured, machine, records, rounds, quick }: Report) => [measured, machine, records, rounds, quick].join()
  const [alike, others] = [older.filter((run) => kind(run) === kind(report)), older.filter((run) => kind(run) !== kind(report))]
  return [{ ...report, figures: [...report.figures.map(shortened), ...alike.flatMap((run) => run.figures)] }, ...others].filter(
    (run) => run.figures.length > 0,
  )
}

/** Both sides of a ratio come from one run, so runs of other days and machines stand in tables of their own. */
export function figuresPage(runs: readonly Report[]): string {
  const missed = runs.flatMap((run) => run.figures).filter((one) => one.met === false)
  return [
    ...runs.flatMap(({ measured, machine, records, rounds, quick, figures }) => [
      `${measured}: ${machine}; ${records} records a round, ${rounds} rounds${quick ? ', `--quick`' : ''}`,
      '',
      describe(figures),
      '',
    ]),
    missed.length === 0
      ? '各项目标均已达到 · Every goal is met.'
      : `未达到的目标 · Goals missed: ${missed.map((one) => `\`${one.id}\` (${shortOf(one)})`).join(', ')}`,
  ].join('\n')
}

/**
 * Keeps a run beside those before it, and puts what is kept between the two marks of a page; what is written around them, by hand, stays.
 * @param keptFile the runs as JSON, `Report[]`
 */
export async function writeDocs(page: string, keptFile: string, report: Report): Promise<void> {
  const text = await readFile(page, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`${page} has no place for figures`)
  const runs = keepRuns(JSON.parse(await readFile(keptFile, 'utf8')) as Report[], report)
  await writeFile(keptFile, `${JSON.stringify(runs, null, 1)}\n`)
  await writeFile(page, `${text.slice(0, from)}${begin}\n\n${figuresPage(runs)}\n${text.slice(to)}`)
}

function shortOf(one: Figure): string {
  const { goal, value, unit } = one
  if (goal === null) return ''
  return goal.kind === 'value-max' ? `${value.toFixed(1)} ${unit}, goal ${goal.at}` : `${ratioText(one)} ×, goal ${goal.at} ×`
}
