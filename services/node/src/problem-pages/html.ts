import type { Words } from '@huijiao/problem'
import { fixOf, kindWords, outcomeOf, type PageRule, type ProblemPage, retryWords, severityWords } from './content.ts'

type Side = keyof Words

/** Readable on a phone and in the dark; nothing is fetched and nothing runs. */
const style = `:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d0d7de;--box:#f2f4f7;--link:#0969da;--back:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--box:#161b22;--link:#58a6ff;--back:#0d1117}}
body{font:16px/1.7 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--back);overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}p{margin:.3rem 0}a{color:var(--link)}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9em;background:var(--box);border-radius:6px}
code{padding:.1em .3em}pre{padding:.8rem;overflow-x:auto;line-height:1.5}pre code{padding:0;background:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92em}th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
hr{border:0;border-top:1px solid var(--line);margin:2.5rem 0}.soft{color:var(--soft)}`

/** No script, no address outside: what is shown can neither run nor call home. */
export const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>${body}</body></html>`
}

export function pageHtml(page: ProblemPage): string {
  const back = '<p><a href="/problems">全部问题代码 · All problem codes</a></p>'
  const en = `<section lang="en">${side(page, 'en')}</section>`
  return document(`${page.title.zh} · ${page.code}`, `<main>${side(page, 'zh')}<hr>${en}${back}</main>`)
}

const words = (zh: string, en: string): Words => ({ zh, en })

function side(page: ProblemPage, lang: Side): string {
  const { what, why, example } = page
  const fix = fixOf(page)
  const part = (title: Words, html: string) => `<h2>${title[lang]}</h2>${html}`
  const text = (value: string) => `<p>${escapeHtml(value)}</p>`
  return [
    `<h1><code>${page.code}</code> ${escapeHtml(page.title[lang])}</h1>`,
    what === null ? '' : part(words('发生了什么', 'What happened'), text(what[lang])),
    why === null ? '' : part(words('为什么', 'Why it matters'), text(why[lang])),
    part(words('怎么改', 'How to mend it'), text(page.hint[lang])),
    part(words('出现在哪里', 'Where it is met'), text(outcomeOf(page)[lang])),
    part(words('能否原样重发', 'Sending the same again'), text(retryWords(page)[lang])),
    page.rules.length === 0 ? '' : part(words('规则与依据', 'Rules and their basis'), ruleTable(page.rules, lang)),
    example === null
      ? ''
      : part(
          words('示例', 'Example'),
          [
            labelled(words('报送的内容', 'What was sent')[lang], example.sent),
            labelled(words('节点的答复', 'What the node answered')[lang], JSON.stringify(example.problem, null, 2)),
            fix === null ? '' : labelled(words('答复中的修正（JSON Patch）', 'The fix in the answer (JSON Patch)')[lang], fix),
            example.mended === undefined ? '' : labelled(words('改正后', 'Mended')[lang], example.mended),
          ].join(''),
        ),
  ].join('\n')
}

const labelled = (label: string, text: string) => `<p class="soft">${label}</p><pre><code>${escapeHtml(text)}</code></pre>`

function ruleTable(rules: readonly PageRule[], lang: Side): string {
  const heads = { zh: ['规则', '种类', '程度', '内容', '依据'], en: ['rule', 'kind', 'severity', 'what it says', 'basis'] }[lang]
  const rows = rules.map((rule) => [
    `<code>${escapeHtml(rule.id)}</code>`,
    escapeHtml(rule.kind === null ? { zh: '接口', en: 'protocol' }[lang] : kindWords[rule.kind][lang]),
    escapeHtml(rule.severities.map((severity) => severityWords[severity][lang]).join('；')),
    escapeHtml(rule.sentence?.[lang] ?? ''),
    escapeHtml(rule.basis[lang]),
  ])
  const cells = (tag: string, list: readonly string[]) => `<tr>${list.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  return `<div class="scroll"><table>${cells('th', heads)}${rows.map((row) => cells('td', row)).join('')}</table></div>`
}

export function indexHtml(pages: readonly ProblemPage[]): string {
  const item = (page: ProblemPage) =>
    `<tr><td><a href="/problems/${page.code}"><code>${page.code}</code></a></td><td>${page.status ?? ''}</td><td>${escapeHtml(page.title.zh)}<br><span class="soft" lang="en">${escapeHtml(page.title.en)}</span></td></tr>`
  const table = (title: string, list: readonly ProblemPage[]) =>
    `<h2>${title}</h2><div class="scroll"><table><tr><th>code</th><th>HTTP</th><th>问题 · problem</th></tr>${list.map(item).join('')}</table></div>`
  return document(
    '问题代码 · Problem codes',
    `<main><h1>问题代码 · Problem codes</h1>
<p>每个问题的 <code>type</code> 就是它的说明页。</p><p class="soft" lang="en">The <code>type</code> of a problem is the address of its page.</p>
${table(
  '整个请求 · The whole request',
  pages.filter((page) => page.status !== null),
)}
${table(
  '单条记录 · One record',
  pages.filter((page) => page.status === null),
)}</main>`,
  )
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] as string)
}
