import type { Change, ChangedPart, Effect, ReleaseDifference } from '../difference/difference.ts'
import { anchor, badge, code, en, type Html, html, page, up, valueHtml } from './page.ts'
import { memberWords } from './words.ts'

export const partWords: Readonly<Record<ChangedPart, readonly [zh: string, en: string]>> = {
  head: ['版本', 'Release'],
  entities: ['数据表', 'Tables'],
  conditions: ['条件必填', 'Conditions'],
  fields: ['字段', 'Fields'],
  dictionaries: ['字典', 'Dictionaries'],
  codes: ['代码', 'Codes'],
  rules: ['规则的取值', 'Values of rules'],
  policy: ['策略', 'Policy'],
  clocks: ['期限', 'Clocks'],
  regions: ['区划', 'Regions'],
  recordDates: ['判断日期', 'Dates judged by'],
  mappings: ['字典对照', 'Mappings'],
}
export const effectWords: Readonly<Record<Effect, readonly [zh: string, en: string]>> = {
  stricter: ['更严', 'stricter'],
  weaker: ['放宽', 'weaker'],
  different: ['判断不同', 'different'],
  none: ['不影响判断', 'none'],
}
export const changeWords: Readonly<Record<Change['kind'], readonly [zh: string, en: string]>> = {
  added: ['新增', 'added'],
  removed: ['删除', 'removed'],
  changed: ['变更', 'changed'],
}
export const meaningWords: Readonly<Record<NonNullable<Change['meaning']>, readonly [zh: string, en: string]>> = {
  same: ['只是改名', 'the same under another name'],
  other: ['含义不同', 'another meaning'],
  unknown: ['是否同义未说明', 'nobody says whether it is the same'],
}

const tone: Readonly<Record<Effect, string>> = { stricter: 'bad', weaker: 'good', different: 'mark', none: 'soft' }
const parts = Object.keys(partWords) as ChangedPart[]

/** Two releases compared, as one HTML page: first what is judged differently, by table and dictionary, then what is only worded differently. */
export function differencePage(difference: ReleaseDifference): string {
  const { from, to, changes, effects, counts, unchanged } = difference
  const title = `${from.id}${from.id === to.id ? ` 第 ${from.revision} 修订` : ''} → ${to.id}${from.id === to.id ? ` 第 ${to.revision} 修订` : ''} 的差别`
  const judged = changes.filter((change) => change.effect !== 'none')
  const worded = changes.filter((change) => change.effect === 'none')
  const body = html`<h1>${title} ${en('The difference of two releases')}</h1>
<p>${from.nameZh} → ${to.nameZh}</p>
<dl class="facts">${(Object.keys(effectWords) as Effect[]).map((effect) => html`<dt>${badge(effectWords[effect][0], tone[effect])} ${effectWords[effect][1]}</dt><dd>${effects[effect]}</dd>`)}</dl>
<p>更严：要求更多，或接受更少；放宽：要求更少，或接受更多；判断不同：两者都说不上。${en('Stricter: more is asked for, or less is taken. Weaker: less is asked for, or more is taken. Different: neither can be said.')}</p>
<table class="rows"><thead><tr><th>部分 part</th><th>新增 added</th><th>删除 removed</th><th>变更 changed</th></tr></thead><tbody>${parts
    .filter((part) => counts[part] !== undefined)
    .map(
      (part) =>
        html`<tr><td>${partWords[part][0]} ${en(partWords[part][1])}</td><td data-h="新增">${counts[part]!.added}</td><td data-h="删除">${counts[part]!.removed}</td><td data-h="变更">${counts[part]!.changed}</td></tr>`,
    )}</tbody></table>
<p>未变 ${en('unchanged')}：${`${unchanged.entities.length} 个数据表，${unchanged.dictionaries.length} 个字典`}</p>
<nav id="contents"><h2>目录 ${en('Contents')}</h2><ul>${groupsOf(judged).map(([key, rows]) => html`<li><a href="#${anchor('g', key)}">${nameOf(difference, key)}</a> <small class="soft">${key} · ${rows.length}</small></li>`)}${worded.length === 0 ? null : html`<li><a href="#words">不影响判断的 ${en('words and provenance')}</a> <small class="soft">${worded.length}</small></li>`}</ul></nav>
<h2 id="judged">${up}判断有变的 ${en('What is judged differently')}</h2>
${judged.length === 0 ? html`<p>没有。None.</p>` : groupsOf(judged).map(([key, rows]) => group(nameOf(difference, key), key, rows, 'g'))}
<h2 id="words">${up}不影响判断的 ${en('Words, provenance and new dictionaries: nothing is judged differently')}</h2>
${worded.length === 0 ? html`<p>没有。None.</p>` : groupsOf(worded).map(([key, rows]) => group(nameOf(difference, key), key, rows, 'w'))}`
  return page(title, body)
}

/** By table, by dictionary, else by part. */
export function groupsOf(changes: readonly Change[]): [key: string, changes: Change[]][] {
  return [...Map.groupBy(changes, (change) => change.entity ?? change.dictionary ?? change.part)]
}

export function nameOf(difference: ReleaseDifference, key: string): string {
  return difference.names[key] ?? partWords[key as ChangedPart]?.[0] ?? key
}

function group(name: string, key: string, rows: readonly Change[], prefix: string): Html {
  return html`<section id="${anchor(prefix, key)}"><h3>${up}${name} ${code(key)}</h3>
<table class="rows"><thead><tr><th class="f">何处 where</th><th>之前 before</th><th>之后 after</th><th class="t">影响 effect</th></tr></thead><tbody>${rows.map(row)}</tbody></table></section>
`
}

function row(change: Change): Html {
  const { kind, name, field, code: value, member, before, after, effect, meaning, at } = change
  const what = field ?? value
  const where =
    what === undefined
      ? html`${member === undefined ? (name ?? '') : html`${memberWords[member] ?? ''} ${code(at.split('/').slice(2).join('/') || member)}`}`
      : html`<span class="m">${name ?? ''}</span> ${code(what)}${member === undefined ? null : html`<br>${memberWords[member] ?? ''} <small class="soft">${member}</small>`}`
  return html`<tr><td>${badge(changeWords[kind][0])} ${where}</td><td data-h="之前">${shown(change, before)}</td><td data-h="之后">${shown(change, after)}</td><td>${badge(effectWords[effect][0], tone[effect])}${meaning === undefined ? null : html`<br><small>${meaningWords[meaning][0]}</small>`}</td></tr>
`
}

/** A field that came or went is said in one line. */
function shown(change: Change, value: unknown): Html | null {
  if (value === undefined) return null
  return change.part === 'fields' && change.member === undefined
    ? html`${Object.values(value as Record<string, string>).join(' · ')}`
    : valueHtml(value)
}
