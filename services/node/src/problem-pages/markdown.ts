import type { Words } from '@huijiao/problem'
import { fixOf, kindWords, outcomeOf, type PageRule, type ProblemPage, retryWords, severityWords } from './content.ts'

const notice = '<!-- 由 npm run generate 生成，请勿手改 · made by npm run generate, do not edit -->'

type Side = keyof Words

const heads = {
  what: { zh: '发生了什么', en: 'What happened' },
  why: { zh: '为什么', en: 'Why it matters' },
  rules: { zh: '规则与依据', en: 'Rules and their basis' },
  example: { zh: '示例', en: 'Example' },
  sent: { zh: '报送的内容', en: 'What was sent' },
  answer: { zh: '节点的答复', en: 'What the node answered' },
  mend: { zh: '怎么改', en: 'How to mend it' },
  fix: { zh: '答复中的修正（JSON Patch）', en: 'The fix in the answer (JSON Patch)' },
  mended: { zh: '改正后', en: 'Mended' },
  again: { zh: '能否原样重发', en: 'Sending the same again' },
  where: { zh: '出现在哪里', en: 'Where it is met' },
} as const satisfies Readonly<Record<string, Words>>

/** `docs/problems/<code>.md`: the whole in Chinese, then the whole in English. */
export function pageMarkdown(page: ProblemPage): string {
  return `${notice}
# \`${page.code}\` ${page.title.zh}

${side(page, 'zh')}
---

# \`${page.code}\` ${page.title.en}

${side(page, 'en')}
[全部问题代码 · All problem codes](README.md)
`
}

function side(page: ProblemPage, lang: Side): string {
  const { what, why, example } = page
  const fix = fixOf(page)
  const colon = lang === 'zh' ? '：' : ':'
  const parts = [
    ...(what === null ? [] : [head(heads.what[lang]), what[lang]]),
    ...(why === null ? [] : [head(heads.why[lang]), why[lang]]),
    head(heads.where[lang]),
    outcomeOf(page)[lang],
    head(heads.again[lang]),
    retryWords(page)[lang],
    ...(page.rules.length === 0 ? [] : [head(heads.rules[lang]), ruleTable(page.rules, lang)]),
    head(heads.mend[lang]),
    page.hint[lang],
    ...(example === null
      ? []
      : [
          head(heads.example[lang]),
          `${heads.sent[lang]}${colon}`,
          fenced(example.sent),
          `${heads.answer[lang]}${colon}`,
          fenced(JSON.stringify(example.problem, null, 2), 'json'),
          ...(fix === null ? [] : [`${heads.fix[lang]}${colon}`, fenced(fix, 'json')]),
          ...(example.mended === undefined ? [] : [`${heads.mended[lang]}${colon}`, fenced(example.mended)]),
        ]),
  ]
  return `${parts.join('\n\n')}\n`
}

const head = (text: string) => `## ${text}`

/** A fence longer than any run of backticks inside. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // The repository keeps its texts with line feeds alone.
  return `${fence}${language}\n${text.replaceAll('\r\n', '\n').trimEnd()}\n${fence}`
}

function ruleTable(rules: readonly PageRule[], lang: Side): string {
  const titles = { zh: '| 规则 | 种类 | 程度 | 内容 | 依据 |', en: '| rule | kind | severity | what it says | basis |' }[lang]
  const rows = rules.map((rule) =>
    [
      `\`${rule.id}\``,
      rule.kind === null ? { zh: '接口', en: 'protocol' }[lang] : kindWords[rule.kind][lang],
      rule.severities.map((severity) => severityWords[severity][lang]).join('；'),
      rule.sentence?.[lang] ?? '',
      rule.basis[lang],
    ]
      .map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '))
      .join(' | '),
  )
  return [titles, '| --- | --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join('\n')
}

/** `docs/problems/README.md`: every code with its title. */
export function indexMarkdown(pages: readonly ProblemPage[]): string {
  const rows = (list: readonly ProblemPage[]) =>
    list.map((page) => `| [\`${page.code}\`](${page.code}.md) | ${page.status ?? ''} | ${page.title.zh} | ${page.title.en} |`).join('\n')
  const table = (list: readonly ProblemPage[]) => `| code | HTTP | 问题 | problem |\n| --- | --- | --- | --- |\n${rows(list)}`
  return `${notice}
# 问题代码 · Problem codes

每个问题的 \`type\` 就是它的说明页：节点在 \`/problems/<code>\` 提供同样的内容，不需要互联网。
The \`type\` of a problem is the address of its page: every node serves the same at \`/problems/<code>\`, without the Internet.

示例都是节点真实答复的问题，由测试重新发送核对。Every example is an answer a node really gave; tests send it again.

## 整个请求 · The whole request

${table(pages.filter((page) => page.status !== null))}

## 单条记录 · One record

${table(pages.filter((page) => page.status === null))}
`
}
