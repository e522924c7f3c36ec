import type { Condition, Entity, Field, Release } from '../model.ts'
import type { ReferenceRule } from '../policy/linkage.ts'
import { anchor, badge, code, en, type Html, html, joined, marks, noteHtml, up } from './page.ts'
import { checkWords, groupWords, kindWords, missingWords, privacyWords } from './words.ts'

/** A table of the release: what it is, its key, its references, every field. */
export function entitySection(release: Release, entity: Entity, schemas: string | null): Html {
  const fieldLink = (name: string) => html`<a href="#${anchor('f', entity.code, name)}">${code(name)}</a>`
  const { nameZh, nameEn, group, version, confidence, sources } = entity
  const { place, privatePerson } = entity
  const facts: (readonly [string, Html | string])[] = [
    ['类别 group', `${groupWords[group].zh} ${group}`],
    ['业务主键 key', entity.key.length === 0 ? html`报送方行号 ${code('sourceId')}` : joined(entity.key.map(fieldLink), ' + ')],
    ['来源 source', html`${noteHtml(version)}；${joined(sources, ' ')}；${noteHtml(confidence)}`],
    ...(place === null
      ? []
      : [
          [
            '归属地区 place',
            html`${placeHtml('区划', place.region, fieldLink)}${placeHtml('编号前六位', place.numbers, fieldLink)}${placeHtml('报送方', place.reportedBy, fieldLink)}`,
          ] as const,
        ]),
    ...(privatePerson === undefined
      ? []
      : [
          [
            '自然人 private person',
            html`${fieldLink(privatePerson.field)} 为身份证号时：${joined(Object.entries(privatePerson.privacy).map(([field, mark]) => html`${fieldLink(field)} ${privacyWords[mark]}`))}`,
          ] as const,
        ]),
    ...entity.conditions.map((condition) => ['条件 condition', conditionHtml(condition, fieldLink)] as const),
    ...(schemas === null
      ? []
      : [['结构 schema', html`<a href="${schemas}/${encodeURIComponent(entity.code)}.json">JSON Schema</a>`] as const]),
  ]
  return html`<section id="${anchor('e', entity.code)}"><h3>${up}${nameZh} ${code(entity.code)} ${en(nameEn)}</h3>
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>${marks(entity.provenance)}
<table class="rows fields"><thead><tr><th class="f">字段 field</th><th class="t">类型 type</th><th class="c">约束</th><th>取值与说明 values and notes</th></tr></thead><tbody>
${entity.fields.map((field) => fieldRow(release, entity, field))}</tbody></table>
${referencesOf(release, entity)}</section>
`
}

function placeHtml(label: string, fields: readonly string[], link: (field: string) => Html): Html | null {
  return fields.length === 0 ? null : html`<span>${label} ${joined(fields.map(link), ' → ')}</span> `
}

function conditionHtml(condition: Condition, link: (field: string) => Html): Html {
  const asked = joined(condition.require.map(link))
  const when =
    condition.kind === 'unless'
      ? html`除 ${link(condition.field)} 为 ${joined(condition.values.map(code))} 外，${asked} 必填`
      : html`填写 ${link(condition.field)} 时，${asked} 必填`
  return html`${when} <small class="soft">${condition.basis}</small>`
}

function fieldRow(release: Release, entity: Entity, field: Field): Html {
  const constraint = field.mandatory ? html`<span class="m">必填 M</span>` : field.conditional ? '条件 C' : '选填 O'
  return html`<tr id="${anchor('f', entity.code, field.code)}"><td><span class="m">${field.nameZh}</span> ${code(field.code)}<br>${en(field.nameEn)}</td><td>${typeOf(field)}<br><small class="soft">${field.sourceType}</small></td><td>${constraint}</td><td>${notesOf(release, entity, field)}</td></tr>
`
}

function typeOf(field: Field): string {
  const { kind, length, precision, scale } = field
  const size = length !== undefined ? ` ≤ ${length}` : precision !== undefined ? ` ${precision},${scale}` : ''
  return `${kindWords[kind]} ${kind}${size}`
}

const levels: Readonly<Record<string, string>> = { province: '省级', city: '地市级', county: '区县级', any: '各级' }

function notesOf(release: Release, entity: Entity, field: Field): Html {
  const { dictionary, list, check, level, unit, privacy, note, others, keyForm, typeField } = field
  const dictionaryLink = (name: string) => {
    const table = release.dictionaries.get(name)
    return html`<a href="#${anchor('d', name)}">${table?.nameZh ?? ''} ${code(name)}</a>`
  }
  const lines: (Html | false)[] = [
    privacy !== 'open' && badge(privacyWords[privacy], 'bad'),
    dictionary !== undefined && html`字典 ${dictionaryLink(dictionary)}`,
    list !== undefined && html`清单（不据以退回）${dictionaryLink(list)}`,
    check !== undefined &&
      html`校验：${checkWords[check].zh}${typeField === undefined ? null : html`，证件类型见 <a href="#${anchor('f', entity.code, typeField)}">${code(typeField)}</a>`} ${en(checkWords[check].en)}`,
    others !== undefined && html`可填 ${joined(others.map(code))}`,
    level !== undefined && html`区划级别：${levels[level]} ${en(level)}`,
    unit !== undefined && html`单位：${unit}`,
    keyForm !== undefined && html`作主键时按统一形式比较 ${en(keyForm)}`,
    note !== undefined && html`<small>${noteHtml(note)}</small>`,
  ]
  return html`${lines.filter((line) => line !== false).map((line) => html`<div>${line}</div>`)}${marks(field.provenance)}`
}

const names = (list: readonly string[], entity: Entity): boolean =>
  list.includes('*') || list.includes(entity.code) || list.includes(`*${entity.group}`)

/** What its records refer to, and what refers to them. */
function referencesOf(release: Release, entity: Entity): Html | null {
  const has = (one: Entity, field: string) => one.fields.some((f) => f.code === field)
  const own = release.policy.references.filter(
    (rule) => names(rule.children, entity) && has(entity, rule.field) && release.entities.has(rule.parent),
  )
  const children = release.policy.references.flatMap((rule) =>
    rule.parent !== entity.code
      ? []
      : [...release.entities.values()]
          .filter((child) => names(rule.children, child) && has(child, rule.field))
          .map((child) => ({ child, rule })),
  )
  if (own.length === 0 && children.length === 0) return null
  const parentLink = (rule: ReferenceRule) =>
    html`<a href="#${anchor('e', rule.parent)}">${release.entities.get(rule.parent)!.nameZh} ${code(rule.parent)}</a>`
  const rows = own.map(
    (rule) =>
      html`<li><a href="#${anchor('f', entity.code, rule.field)}">${code(rule.field)}</a> → ${parentLink(rule)}：${onMissing(rule)} <small class="soft">${rule.basis}</small></li>`,
  )
  const asked = children.map(
    ({ child, rule }) => html`<a href="#${anchor('f', child.code, rule.field)}">${child.nameZh} ${code(`${child.code}.${rule.field}`)}</a>`,
  )
  return html`${own.length === 0 ? null : html`<h4>引用 references</h4><ul>${rows}</ul>`}${asked.length === 0 ? null : html`<p><b>被引用 referred to by</b> ${joined(asked)}</p>`}`
}

function onMissing({ onMissing: what, tiers = {}, holdDays, presence }: ReferenceRule): string {
  const said = (action: string) => missingWords[action] ?? action
  const parts = [
    presence === 'optional' ? '可不填' : null,
    said(what),
    ...Object.entries(tiers).map(([tier, action]) => `${tierWords[tier] ?? tier}${said(action)}`),
    holdDays === undefined ? null : `最多等待 ${holdDays} 日`,
  ]
  return parts.filter((part) => part !== null).join('，')
}

const tierWords: Readonly<Record<string, string>> = { national: '部级', provincial: '省级', municipal: '地市级', county: '区县级' }
