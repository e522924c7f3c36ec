import { cpus } from 'node:os'

/** One measured figure beside the limit measured in the same run. */
export interface Figure {
  readonly id: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly value: number
  readonly unit: string
  /** The physical or peer limit of the same run; null for an absolute figure. */
  readonly limit: number | null
  /** value ÷ limit; null without a limit. */
  readonly ratio: number | null
  /** What is to be reached: a least or a most ratio, or a most value. */
  readonly goal: { readonly kind: 'ratio-min' | 'ratio-max' | 'value-max'; readonly at: number } | null
  /** Null where no goal is set yet. */
  readonly met: boolean | null
  /** Every round's value. */
  readonly rounds: readonly number[]
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Nearest-rank percentile, `at` from 0 to 1. */
export function percentile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * at) - 1))] ?? Number.NaN
}

export function figure(input: Omit<Figure, 'ratio' | 'met'>): Figure {
  const ratio = input.limit === null ? null : input.value / input.limit
  const met = input.goal === null ? null : isMet(input.goal, input.value, ratio)
  return { ...input, ratio, met }
}

function isMet(goal: NonNullable<Figure['goal']>, value: number, ratio: number | null): boolean {
  if (goal.kind === 'value-max') return value <= goal.at
  return ratio !== null && (goal.kind === 'ratio-min' ? ratio >= goal.at : ratio <= goal.at)
}

const goalText = (goal: NonNullable<Figure['goal']>, unit: string) =>
  goal.kind === 'value-max' ? `≤ ${goal.at} ${unit}` : `${goal.kind === 'ratio-min' ? '≥' : '≤'} ${goal.at} ×`

const round = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2))

/** A ratio with two digits; one that misses its goal by less than those show, with three. */
export function ratioText({ ratio, goal, met }: Figure): string {
  if (ratio === null) return '—'
  const text = ratio.toFixed(2)
  return met === false && goal !== null && isMet(goal, Number.NaN, Number(text)) ? ratio.toFixed(3) : text
}

/** The table that people read. */
export function describe(figures: readonly Figure[]): string {
  const lines = figures.map((one) => {
    const spread = `${round(Math.min(...one.rounds))}–${round(Math.max(...one.rounds))}`
    const goal = one.goal === null ? '—' : goalText(one.goal, one.unit)
    return `| ${one.title.zh}<br>${one.title.en} | \`${one.id}\` | ${round(one.value)} ${one.unit} (${spread}) | ${one.limit === null ? '—' : `${round(one.limit)} ${one.unit}`} | ${ratioText(one)} | ${goal} | ${one.met === null ? '—' : one.met ? '✓' : '✗'} |`
  })
  return [
    '| figure | id | median (min–max) | limit, same run | ratio | goal | met |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

export const machine = () => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${process.platform}`
