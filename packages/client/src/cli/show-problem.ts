import type { FixOperation, ProblemDocument } from '@huijiao/problem'
import type { NodeProblem } from '../http/node-problem.ts'
import { printable, spoken, type Language } from './terminal.ts'

type Shown = Pick<ProblemDocument, 'title' | 'detail' | 'hint' | 'en'> & Partial<ProblemDocument>

/** A problem as a person reads it: what is wrong and where, how to mend it, and the fix if one could be computed. */
export function showProblem(lang: Language, problem: Shown, indent: string): string {
  const place = [problem.place?.cell, problem.field, problem.pointer].filter((part) => part !== undefined && part !== '').join(' ')
  const severity =
    problem.severity === 'warning'
      ? { zh: '提醒 ', en: 'warning: ' }
      : problem.severity === 'doubt'
        ? { zh: '存疑 ', en: 'doubt: ' }
        : { zh: '', en: '' }
  const lines = [
    spoken(lang, {
      zh: `${severity.zh}${problem.title}${problem.detail === '' ? '' : `：${problem.detail}`}${place === '' ? '' : `（${place}）`}`,
      en: `${severity.en}${problem.en.title}${problem.en.detail === '' ? '' : `: ${problem.en.detail}`}${place === '' ? '' : ` (${place})`}`,
    }),
  ]
  // What is allowed has one form only, so it needs one line.
  if (problem.allowed !== undefined) lines.push(`${{ zh: '可填：', en: 'allowed: ', both: '可填 allowed: ' }[lang]}${problem.allowed}`)
  if (problem.hint !== '') lines.push(spoken(lang, { zh: `提示：${problem.hint}`, en: `hint: ${problem.en.hint}` }))
  for (const one of problem.errors?.slice(0, errorsShown) ?? [])
    lines.push(spoken(lang, { zh: `- ${one.pointer}：${one.detail}`, en: `- ${one.pointer}: ${one.en.detail}` }))
  for (const fix of problem.fix ?? []) lines.push(spoken(lang, describeFix(fix)))
  const trace = problem.traceId === undefined ? [] : [`traceId ${problem.traceId}`]
  return [...lines, ...trace]
    .flatMap((line) => line.split('\n'))
    .map((line) => `${indent}${printable(line)}\n`)
    .join('')
}

const problemsShown = 10
/** Of everything that is wrong with a document. */
const errorsShown = 50

/** A record's problems, the first ten of them: who has more has one mistake many times. */
export function showProblems(lang: Language, problems: readonly Shown[], indent: string): string {
  const more = problems.length - problemsShown
  const rest = more <= 0 ? '' : `${spoken(lang, { zh: `另有 ${more} 个问题`, en: `and ${more} more problems` }, indent)}\n`
  return (
    problems
      .slice(0, problemsShown)
      .map((problem) => showProblem(lang, problem, indent))
      .join('') + rest
  )
}

function describeFix(fix: FixOperation): { zh: string; en: string } {
  const value = JSON.stringify(fix.value)
  switch (fix.op) {
    case 'remove':
      return { zh: `修正：删去 ${fix.path}`, en: `fix: remove ${fix.path}` }
    case 'move':
      return { zh: `修正：把 ${fix.from} 改名为 ${fix.path}`, en: `fix: rename ${fix.from} to ${fix.path}` }
    case 'add':
      return { zh: `修正：补上 ${fix.path} = ${value}`, en: `fix: add ${fix.path} = ${value}` }
    case 'replace':
      return { zh: `修正：${fix.path} 改为 ${value}`, en: `fix: set ${fix.path} to ${value}` }
  }
}

/** The answer of a node that stored nothing. */
export function showNodeProblem(lang: Language, problem: NodeProblem): string {
  const head = spoken(
    lang,
    { zh: `节点未接受此请求（HTTP ${problem.status}）`, en: `the node did not take the request (HTTP ${problem.status})` },
    '✗ ',
  )
  return `${head}\n${showProblem(lang, problem.document, '  ')}`
}
