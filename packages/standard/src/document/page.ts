import { noteIn } from '../notes.ts'

/** Readable on a phone, in the dark and on paper; nothing is fetched and nothing runs. */
const style = `:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d0d7de;--box:#f2f4f7;--link:#0969da;--back:#fff;--mark:#9a6700;--markback:#fff8c5;--bad:#b42318;--good:#1a7f37}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--box:#161b22;--link:#58a6ff;--back:#0d1117;--mark:#e3b341;--markback:#2b230b;--bad:#ff8b80;--good:#56d364}}
*{box-sizing:border-box}html{scroll-padding-top:.5rem}
body{font:16px/1.6 system-ui,"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:68rem;margin:1.5rem auto 4rem;padding:0 1rem;color:var(--ink);background:var(--back);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.3;margin:.5rem 0}h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-bottom:.2rem;border-bottom:2px solid var(--line)}
h3{font-size:1.08rem;margin:2rem 0 .3rem}h4{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.35rem 0}a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code{font-family:ui-monospace,Consolas,monospace;font-size:.9em;background:var(--box);padding:.05em .3em;border-radius:5px}h3 code,h4 code{font-weight:500}
[lang=en],.soft{color:var(--soft)}small{font-size:.86em}
table{border-collapse:collapse;width:100%;font-size:.93em;margin:.5rem 0}th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}th{background:var(--box);font-weight:600}
tr:target,li:target,section:target>h3{background:var(--markback)}
.badge{display:inline-block;font-size:.8em;line-height:1.45;padding:0 .4em;border:1px solid currentColor;border-radius:1em;white-space:nowrap}
.m{font-weight:600}.mark{color:var(--mark)}.bad{color:var(--bad)}.good{color:var(--good)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
dl.value{margin:.1rem 0 .5rem .2rem;padding-left:.7rem;border-left:2px solid var(--line);display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem}dl.value dt{color:var(--soft);font-size:.9em}dl.value dd{margin:0;min-width:0}
nav ul,ul.codes{list-style:none;padding:0;margin:.3rem 0}nav ul{columns:18rem;column-gap:1.5rem}nav li{break-inside:avoid;padding:.06rem 0}
ul.codes{columns:20rem;column-gap:1.5rem}ul.codes li{break-inside:avoid;padding:.12rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.5rem;align-items:baseline}
.f{width:32%}.q{width:25%}.t{width:17%}.c{width:9%}.up{float:right;font-size:.85em;font-weight:400}
@media(max-width:44rem){body{padding:0 .8rem}h1{font-size:1.35rem}dl.facts{grid-template-columns:1fr;gap:0}dl.value{grid-template-columns:minmax(3.5rem,28%) 1fr}dl.value dl.value{display:block}dl.facts dd{margin-bottom:.4rem}
table.rows thead{display:none}table.rows,table.rows tbody{display:block;width:100%}
table.rows tr{display:block;border:1px solid var(--line);border-radius:8px;margin:.5rem 0;padding:.4rem .6rem}table.rows td{display:block;border:0;padding:.08rem 0;width:auto}
table.rows td:empty{display:none}table.rows td[data-h]:not(:empty)::before{content:attr(data-h) "：";color:var(--soft);font-size:.88em}nav ul,ul.codes{columns:1}
table.fields td:nth-child(2),table.fields td:nth-child(3){display:inline;margin-right:.9em}table.fields td:nth-child(2) br{display:none}table.fields td:nth-child(2) small{margin-left:.5em}}
@media print{:root{--ink:#000;--soft:#444;--line:#999;--box:#f4f4f4;--link:#000;--back:#fff;--mark:#000;--markback:#fff;--bad:#000;--good:#000}body{font-size:9.5pt;max-width:none;margin:0;padding:0}
h2{break-before:page}h2,h3,h4{break-after:avoid}tr,li{break-inside:avoid}thead{display:table-header-group}.up{display:none}@page{margin:15mm}}`

/** Content that is HTML already; everything else is escaped by `html`. */
export interface Html {
  readonly html: string
}

type Part = string | number | Html | null | undefined | false | readonly Part[]

/** Puts a template together; what is put in is escaped unless it is `Html` itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join('') }
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return Array.isArray(part) ? part.map((one) => render(one as Part)).join('') : (part as Html).html
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] as string)
}

/** A whole page. */
export function page(title: string, body: Html): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body id="top"><main>${body.html}</main></body></html>
`
}

/** The name of a place in a page, of parts such as a table and its field. */
export function anchor(...parts: readonly string[]): string {
  return parts.map((part) => part.replace(/[^A-Za-z0-9_-]/gu, (char) => `~${char.codePointAt(0)!.toString(16)}`)).join('.')
}

export const en = (text: string): Html | null => (text === '' ? null : html`<span lang="en">${text}</span>`)
export const code = (text: string): Html => html`<code>${text}</code>`
export const badge = (text: string, kind = ''): Html => html`<span class="badge ${kind}">${text}</span>`
export const up: Html = { html: '<a class="up" href="#top">↑ 目录</a>' }

export function joined(parts: readonly Part[], between: string | Html = '、'): Html {
  return html`${parts.map((part, i) => (i === 0 ? part : [between, part]))}`
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/dictionary not complete/, '字典不全'],
  [/inferred/, '推定'],
  [/proposed/, '拟定'],
  [/repaired/, '修正'],
  [/ruled/, '项目规定'],
  [/not (?:found|given|stated)|blank|reads 0/, '来源缺失'],
]

/** A note of the data in Chinese, with the other language behind it where it has one. */
export function noteHtml(text: string): Html {
  const [zh, other] = [noteIn('zh', text), noteIn('en', text)]
  if (zh.text !== text) return html`${zh.text} ${en(text)}`
  return other.whole && other.text !== text ? html`${text} ${en(other.text)}` : html`${text}`
}

/** Where a mark says that something was inferred, repaired and so on: the kind of mark, and the mark. */
export function marks(texts: readonly string[]): Html[] {
  return texts.map(
    (text) =>
      html`<div><small class="mark">${badge(kinds.find(([pattern]) => pattern.test(text))?.[1] ?? '说明', 'mark')} ${noteHtml(text)}</small></div>`,
  )
}

const names: Readonly<Record<string, string>> = {
  basis: '依据 basis',
  severity: '严重程度 severity',
  entities: '数据表 entities',
  entity: '数据表 entity',
  fields: '字段 fields',
  field: '字段 field',
  codes: '代码 codes',
  about: '说明 about',
  words: '词语 words',
  pairs: '成对字段 pairs',
  from: '起 from',
  until: '止 until',
  id: '编号 id',
  zh: '中文 zh',
  en: '英文 en',
  rule: '规则 rule',
  children: '下级表 children',
  parent: '上级表 parent',
  parentField: '上级字段 parentField',
  presence: '是否必有 presence',
  onMissing: '上级缺失时 onMissing',
  tiers: '按层级 tiers',
  when: '条件 when',
  verdict: '结论 verdict',
  reason: '原因 reason',
  kind: '种类 kind',
  values: '取值 values',
  max: '上限 max',
  pattern: '形式 pattern',
  dictionary: '字典 dictionary',
  code: '代码 code',
  successor: '继任 successor',
  validTo: '末日 validTo',
  nameZh: '名称 nameZh',
  national: '部级 national',
  provincial: '省级 provincial',
  municipal: '地市级 municipal',
  county: '区县级 county',
  onChange: '变更时 onChange',
  withdraw: '撤回 withdraw',
  initialState: '初始状态 initialState',
}

/** Any value of a release as nested lists: nothing of it is left out. */
export function valueHtml(value: unknown): Html {
  if (Array.isArray(value)) {
    if (value.every((row) => typeof row !== 'object' || row === null))
      return html`${joined(
        value.map((one) => code(String(one))),
        ' ',
      )}`
    if (value.every((row) => Array.isArray(row) && row.every((one) => typeof one !== 'object')))
      return html`${joined(
        value.map(
          (row) =>
            html`<span>${joined(
              (row as unknown[]).map((one) => code(String(one))),
              ' – ',
            )}</span>`,
        ),
        '；',
      )}`
    return html`${value.map((row) => valueHtml(row))}`
  }
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && /\s|\p{Script=Han}/u.test(value) ? html`${value}` : code(String(value))
  const rows = Object.entries(value).map(([name, member]) => html`<dt>${names[name] ?? name}</dt><dd>${valueHtml(member)}</dd>`)
  return html`<dl class="value">${rows}</dl>`
}
