import { readFile, writeFile } from 'node:fs/promises'
import { describe, type Figure } from './figures.ts'

export interface Report {
  readonly machine: string
  readonly records: number
  readonly rounds: number
  readonly quick: boolean
  readonly figures: readonly Figure[]
}

const begin = '<!-- figures: written by `npm run bench -- --docs` -->'
const end = '<!-- end of figures -->'

/** Puts the figures of a run between the two marks of a page; what is written around them, by hand, stays. */
export async function writeDocs(file: string, report: Report): Promise<void> {
  const page = await readFile(file, 'utf8')
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`${file} has no place for figures`)
  const told = `${report.machine}; ${report.records} records a round, ${report.rounds} rounds${report.quick ? ', `--quick`' : ''}`
  const missed = report.figures.filter((one) => one.met === false)
  const lines = [
    begin,
    '',
    told,
    '',
    describe(report.figures),
    '',
    missed.length === 0
      ? '各项目标均已达到 · Every goal is met.'
      : `未达到的目标 · Goals missed: ${missed.map((one) => `\`${one.id}\` (${shortOf(one)})`).join(', ')}`,
    '',
  ]
  await writeFile(file, `${page.slice(0, from)}${lines.join('\n')}${page.slice(to)}`)
}

function shortOf({ goal, ratio, value, unit }: Figure): string {
  if (goal === null) return ''
  return goal.kind === 'value-max'
    ? `${value.toFixed(1)} ${unit}, goal ${goal.at}`
    : `${(ratio ?? Number.NaN).toFixed(2)} ×, goal ${goal.at} ×`
}
