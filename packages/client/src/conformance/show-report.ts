import type { Finding } from '@huijiao/conformance'
import { displayWidth, printable, spoken, type Language } from '../cli/terminal.ts'
import type { ConformanceReport, GroupReport } from './run.ts'

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)))
const right = (value: number | string, width: number): string => String(value).padStart(width)

/** The report as a person reads it: a table by rule and task, what was found, what was not judged. */
export function showReport(lang: Language, report: ConformanceReport, findingsMax: number): string {
  const parts = [table(lang, report.groups)]
  if (report.findings.length > 0) parts.push(findings(lang, report.findings, findingsMax))
  if (report.skipped.length > 0) parts.push(skipped(lang, report))
  return parts.join('\n')
}

const taskWords: Readonly<Record<string, string>> = {
  validate: '校验 validate',
  link: '关联 link',
  canonicalize: '规范化 canonicalize',
  'content-digest': '摘要 content-digest',
  sign: '签名 sign',
  'verify-receipt': '验回执 verify-receipt',
}

function table(lang: Language, groups: readonly GroupReport[]): string {
  const head = {
    zh: ['项目', '通过', '失败', '略过'],
    en: ['what', 'passed', 'failed', 'skipped'],
    both: ['项目 what', '通过 ok', '失败 bad', '略过 skip'],
  }[lang]
  const name = (group: GroupReport) => (group.kind === null ? (taskWords[group.name] ?? group.name) : group.name)
  // Rules without a fault are one line together: what a vendor has to look at stands out.
  const faultless = groups.filter((group) => group.kind !== null && group.failed === 0)
  const shown = groups.filter((group) => !faultless.includes(group))
  const sum = (member: 'passed' | 'skipped') => faultless.reduce((total, group) => total + group[member], 0)
  const rows: [string, number, number, number][] = [
    ...(faultless.length === 0
      ? []
      : [
          [spokenOnce(lang, `${faultless.length} 条规则`, `${faultless.length} rules`), sum('passed'), 0, sum('skipped')] as [
            string,
            number,
            number,
            number,
          ],
        ]),
    ...shown.map((group): [string, number, number, number] => [name(group), group.passed, group.failed, group.skipped]),
  ]
  const first = Math.max(displayWidth(head[0] as string), ...rows.map(([label]) => displayWidth(label)))
  const widths = head.slice(1).map((title) => displayWidth(title))
  const title = `  ${pad(head[0] as string, first)}  ${head.slice(1).join('  ')}`
  const lines = rows.map(
    ([label, ...numbers]) =>
      `${numbers[1] === 0 ? '✓' : '✗'} ${pad(label, first)}  ${numbers.map((value, at) => right(value, widths[at] as number)).join('  ')}`,
  )
  return `${[title, ...lines].join('\n')}\n`
}

const spokenOnce = (lang: Language, zh: string, en: string): string => (lang === 'zh' ? zh : lang === 'en' ? en : `${zh} ${en}`)

function findings(lang: Language, list: readonly Finding[], max: number): string {
  const lines = list.slice(0, max).map((one) => {
    const shown = [
      one.expected === undefined ? '' : `\n    ${spokenOnce(lang, '应有', 'expected')} ${short(one.expected)}`,
      one.answered === undefined ? '' : `\n    ${spokenOnce(lang, '应答', 'answered')} ${short(one.answered)}`,
    ]
    return `${spoken(lang, { zh: `${one.vector}：${printable(one.words.zh)}`, en: `${one.vector}: ${printable(one.words.en)}` }, '✗ ')}${shown.join('')}`
  })
  const more = list.length - lines.length
  const rest =
    more <= 0
      ? []
      : [
          spoken(
            lang,
            {
              zh: `另有 ${more} 项，加 --show ${list.length} 或 --json 查看`,
              en: `and ${more} more; --show ${list.length} or --json shows them`,
            },
            '  ',
          ),
        ]
  return `${[...lines, ...rest].join('\n')}\n`
}

function short(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? String(value))
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function skipped(lang: Language, report: ConformanceReport): string {
  const reasons = new Map<string, { count: number; words: { zh: string; en: string } }>()
  for (const { reason } of report.skipped) {
    const known = reasons.get(reason.zh) ?? { count: 0, words: reason }
    known.count += 1
    reasons.set(reason.zh, known)
  }
  const lines = [...reasons.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 10)
    .map(({ count, words }) =>
      spoken(lang, { zh: `略过 ${count}：${printable(words.zh)}`, en: `${count} skipped: ${printable(words.en)}` }, '– '),
    )
  return `${lines.join('\n')}\n`
}
