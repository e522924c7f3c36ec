import type { CodeStep, FieldPair, FieldStep, ReleaseMapping } from '../crosswalk/model.ts'
import type { CodeRow, EntityRow, FieldRow, MappingReport } from '../crosswalk/report.ts'
import { anchor, badge, code, en, type Html, html, joined, page, up } from './page.ts'

const steps: Readonly<Record<FieldStep, string>> = {
  copy: '照抄 copy',
  day: '取日期 day',
  'day-start': '取当日零时 day-start',
  'one-number': '只有一个编号时 one-number',
}
const step = (one: FieldStep | null): Html => (one === null ? badge('不对照 not mapped', 'bad') : html`${steps[one]}`)

type Stated = Pick<FieldPair | CodeStep, 'basis' | 'inferred' | 'zh' | 'en'>
const why = ({ zh, en: enText, basis, inferred }: Stated): Html =>
  html`${zh === undefined ? null : html`${zh}<br>${en(enText ?? '')}<br>`}<small class="soft">${inferred ? html`${badge('推定', 'mark')} ` : null}${basis}</small>`

/** The rulings of a mapping as the later release holds them. */
export function heldMapping(mapping: ReleaseMapping, later: string): Html {
  const { with: earlier, basis, entities, fields, codes } = mapping
  const name = (one: string | null) => (one === null ? '—' : code(one))
  return html`<section id="${anchor('mapping', earlier)}"><h3>与 ${earlier} 版对照 ${en(`With release ${earlier}`)}</h3><p>${basis}</p>
<p>未列出的数据表、字段和代码：代码、中文名称与类型都相同者视为同一，其余不作对照。${en('What is not listed: the same code, Chinese name and type is taken for the same; nothing else is mapped.')}</p>
<table class="rows"><thead><tr><th class="f">数据表、字段</th><th class="t">${earlier} → ${later}</th><th class="t">${later} → ${earlier}</th><th>说明与依据 why</th></tr></thead><tbody>
${entities.map((row) => html`<tr><td>${name(row.earlier)} ↔ ${name(row.later)}</td><td></td><td></td><td>${why(row)}</td></tr>`)}
${fields.map(
  (
    row,
  ) => html`<tr><td>${code(row.entity)}<br>${name(row.earlier)} ↔ ${name(row.later)}</td><td data-h="${earlier} → ${later}">${row.earlier === null ? '' : step(row.forward)}</td><td data-h="${later} → ${earlier}">${row.later === null ? '' : step(row.back)}</td><td>${why(row)}</td></tr>
`,
)}</tbody></table>
<table class="rows"><thead><tr><th class="f">字典 dictionary</th><th class="t">方向 direction</th><th class="t">代码 code</th><th>说明与依据 why</th></tr></thead><tbody>
${codes.map(
  (
    row,
  ) => html`<tr><td>${code(row.dictionary)}</td><td>${row.direction === 'forward' ? `${earlier} → ${later}` : `${later} → ${earlier}`}</td><td>${code(row.from)} → ${row.to === null ? badge('不对照', 'bad') : code(row.to)}${row.fit === 'wider' ? ' 更宽 wider' : ''}</td><td>${why(row)}</td></tr>
`,
)}</tbody></table></section>
`
}

/** What becomes of everything in one release in the words of another, for people. */
export function mappingPage(report: MappingReport): string {
  const { from, to, counts } = report
  const mapped = report.entities.filter((entity) => entity.to !== null)
  const lost = report.entities.filter((entity) => entity.to === null)
  const codes = report.codes.filter((row) => row.how !== 'same' || row.to !== row.code || row.inferred)
  const title = `${from} → ${to} 版对照`
  const body = html`<h1>${title} ${en(`Release ${from} in the words of ${to}`)}</h1><p>${report.basis}</p>
<p>只供导出：在办的记录不改写。不截断、不猜测、不补造；说不出的逐项列出。${en('For export only: no record under way is rewritten. Nothing is cut, guessed or invented; what cannot be said is listed.')}</p>
<dl class="facts"><dt>数据表 tables</dt><dd>${`${counts.entities.mapped} 对照 mapped，${counts.entities.lost} 无对应 lost`}</dd><dt>字段 fields</dt><dd>${`${counts.fields.same} 一一对应 same，${counts.fields.renamed} 改名 renamed，${counts.fields.rule} 按规则 by rule，${counts.fields.lost} 丢失 lost`}</dd><dt>代码 codes</dt><dd>${`${counts.codes.same} 同义 same，${counts.codes.wider} 变宽 wider，${counts.codes.lost} 丢失 lost`}</dd></dl>
<nav id="contents"><h2>目录 ${en('Contents')}</h2><ul>${mapped.map((entity) => html`<li><a href="#${anchor('e', entity.entity)}">${entity.name}</a> <small class="soft">${entity.entity}</small></li>`)}<li><a href="#lost">无对应的数据表 ${en('tables lost')}</a></li><li><a href="#codes">代码 ${en('codes')}</a></li></ul></nav>
<h2 id="entities">${up}数据表与字段 ${en('Tables and fields')}</h2>
${mapped.map((entity) => mappedEntity(entity, to))}
<h2 id="lost">${up}无对应的数据表 ${en('Tables without counterpart')}</h2>
${lost.length === 0 ? html`<p>没有。None.</p>` : html`<ul>${lost.map((entity) => html`<li id="${anchor('e', entity.entity)}">${entity.name} ${code(entity.entity)}：${why(entity)}</li>`)}</ul>`}
<h2 id="codes">${up}代码 ${en('Codes')}</h2>
<p>只列出不是“代码、名称都相同”的。${en('Only those that are not the same in code and name.')}</p>
<table class="rows"><thead><tr><th class="q">代码 code</th><th class="q">成为 becomes</th><th>说明与依据 why</th></tr></thead><tbody>${codes.map(codeRow)}</tbody></table>`
  return page(title, body)
}

function mappedEntity(entity: EntityRow, to: string): Html {
  const rows = entity.fields.filter((row) => row.how !== 'same' || row.narrower || row.toName !== row.name)
  const asked = entity.unfilled.filter((field) => field.mandatory)
  return html`<section id="${anchor('e', entity.entity)}"><h3>${up}${entity.name} ${code(entity.entity)}${entity.to === entity.entity ? null : html` → ${entity.toName} ${code(entity.to!)}`}</h3>
<p>${`${entity.fields.filter((row) => row.how === 'same').length} / ${entity.fields.length} 个字段一一对应`} ${en('fields are the same')} ${entity.basis === '' ? null : html`<small class="soft">${entity.basis}</small>`}</p>
${rows.length === 0 ? null : html`<table class="rows"><thead><tr><th class="q">字段 field</th><th class="q">成为 becomes</th><th>说明与依据 why</th></tr></thead><tbody>${rows.map(fieldRow)}</tbody></table>`}
${asked.length === 0 ? null : html`<p>${to} 版必填而无从取得 ${en('mandatory there, with nothing to fill it')}：${joined(asked.map((field) => html`${field.name} ${code(field.field)}`))}</p>`}</section>
`
}

function fieldRow(row: FieldRow): Html {
  const becomes =
    row.to === null
      ? badge('丢失 lost', 'bad')
      : html`${row.toName} ${code(row.to)}<br><small>${steps[row.step!]}${row.narrower ? '；放不下的不截断 what does not fit is lost' : ''}</small>`
  return html`<tr><td>${row.name} ${code(row.field)}</td><td data-h="成为">${becomes}</td><td>${why({ ...row, ...(row.zh === '' ? { zh: undefined as never } : {}) })}</td></tr>
`
}

function codeRow(row: CodeRow): Html {
  const becomes =
    row.to === null
      ? html`${badge('不对照 not mapped', 'bad')}${row.candidates.length === 0 ? null : html`<br><small>可由人选择 candidates ${joined(row.candidates.map(code), ' ')}</small>`}`
      : html`${code(row.to)} ${row.toName}${row.how === 'wider' ? html` ${badge('更宽 wider', 'mark')}` : null}`
  return html`<tr><td><small>${row.dictionary}</small><br>${code(row.code)} ${row.name}</td><td data-h="成为">${becomes}</td><td>${why({ ...row, ...(row.zh === '' ? { zh: undefined as never } : {}) })}</td></tr>
`
}
