import type { ProblemGroup, Severity, Words } from '@huijiao/problem'
import { displayWidth, printable, spoken, type Language } from './terminal.ts'

const severityWords: Readonly<Record<Severity, Words>> = {
  error: { zh: '退回', en: 'refused' },
  doubt: { zh: '存疑', en: 'doubt' },
  warning: { zh: '提醒', en: 'warning' },
}

/** Rows that a table on a terminal shows; the rest is counted in a last line. */
const rowsMax = 30

/**
 * Problems by kind as a short table: how often, how grave, which code, where. What a person mends first stands first.
 * @param indent put before every line
 */
export function showGroups(lang: Language, groups: readonly ProblemGroup[], indent: string): string {
  const shown = groups.slice(0, rowsMax)
  const rows = shown.map((group) => [
    String(group.count),
    cell(lang, severityWords[group.severity]),
    group.code,
    printable([group.field, group.pointer].filter((part) => part !== null && part !== '').join(' ')),
    `${cell(lang, { zh: group.title, en: group.en.title })}${group.fixes === 0 ? '' : cell(lang, { zh: `（${group.fixes} 个可自动修正）`, en: ` (${group.fixes} with a fix)` })}`,
  ])
  const head = [
    { zh: '次数', en: 'count' },
    { zh: '程度', en: 'kind' },
    { zh: '代码', en: 'code' },
    { zh: '字段', en: 'field' },
    { zh: '问题', en: 'problem' },
  ].map((words) => cell(lang, words))
  const widths = head.map((title, at) => Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at] as string))))
  const line = (row: readonly string[]) =>
    `${indent}${row.map((text, at) => (at === row.length - 1 ? text : at === 0 ? padStart(text, widths[at] as number) : padEnd(text, widths[at] as number))).join('  ')}\n`
  const rest = groups.slice(rowsMax).reduce((sum, group) => sum + group.count, 0)
  const more = {
    zh: `另有 ${groups.length - rowsMax} 类，共 ${rest} 个问题`,
    en: `and ${groups.length - rowsMax} more kinds with ${rest} problems`,
  }
  return line(head) + rows.map(line).join('') + (rest === 0 ? '' : `${spoken(lang, more, indent)}\n`)
}

/** Both languages in one cell: a table has one line a row. */
function cell(lang: Language, words: Words): string {
  return lang === 'zh' ? words.zh : lang === 'en' ? words.en : words.zh === words.en ? words.zh : `${words.zh} ${words.en}`
}

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)))
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - displayWidth(text))) + text
