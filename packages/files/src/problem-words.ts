import type { ProblemDocument, Severity } from '@huijiao/problem'

export const severityWords: Readonly<Record<Severity, { readonly zh: string; readonly en: string }>> = {
  error: { zh: '错误', en: 'error' },
  doubt: { zh: '存疑', en: 'doubt' },
  warning: { zh: '提醒', en: 'warning' },
}

export const severityOf = (problem: ProblemDocument): Severity => problem.severity ?? 'error'

/** The value a problem's patch puts at its own place; undefined when it has none, or touches more than that. */
export function ownFix(problem: ProblemDocument): { readonly value: unknown } | undefined {
  const [fix] = problem.fix ?? []
  if (fix === undefined || problem.fix?.length !== 1 || fix.path !== problem.pointer) return undefined
  if (fix.op === 'remove') return { value: null }
  return fix.op === 'replace' || fix.op === 'add' ? { value: fix.value } : undefined
}

/** What a problem's patch proposes, in words; empty when it has none. */
export function fixWords(problem: ProblemDocument): { zh: string; en: string } {
  const own = ownFix(problem)
  if (own !== undefined && own.value === null) return { zh: '清空此单元格', en: 'empty this cell' }
  if (own !== undefined) return { zh: `改为 ${String(own.value)}`, en: `write ${String(own.value)}` }
  const words = (problem.fix ?? []).map((fix) =>
    fix.op === 'move' ? `${fix.from} → ${fix.path}` : `${fix.path} ${String(fix.value ?? '')}`,
  )
  return { zh: words.join('；'), en: words.join('; ') }
}

/** How every note of ours begins. */
export const noteStart = new RegExp(
  `^\\s*【(${Object.values(severityWords)
    .map(({ zh }) => zh)
    .join('|')})】`,
)

/** What stands in the note of a cell: Chinese first, then English. */
export function noteOf(problems: readonly ProblemDocument[]): string {
  const blocks = problems.map((problem) => {
    const words = severityWords[severityOf(problem)]
    const fix = fixWords(problem)
    return [
      `【${words.zh}】${problem.title}：${problem.detail}`,
      `${problem.hint}${fix.zh === '' ? '' : `\n建议：${fix.zh}`}`,
      ...(problem.allowed === undefined ? [] : [`可填：${problem.allowed.slice(0, 200)}`]),
      ...(problem.basis === undefined ? [] : [`依据：${problem.basis.slice(0, 200)}`]),
      `[${words.en}] ${problem.en.title}: ${problem.en.detail}`,
      `${problem.en.hint}${fix.en === '' ? '' : `\nSuggested: ${fix.en}`}`,
      `${problem.code}${problem.rule === undefined ? '' : ` · ${problem.rule}`}`,
    ].join('\n')
  })
  const text = blocks.join('\n\n')
  return text.length <= noteCharsMax ? text : `${[...text].slice(0, noteCharsMax).join('')}…`
}

/** A note that is longer than this nobody reads. */
const noteCharsMax = 3000
