import type { EntityGroup, Release } from '../model.ts'
import { regionIndexOf } from '../regions.ts'
import { releaseDigest, releaseDocument } from '../release/document.ts'
import { ruleCatalogue } from '../rules/catalogue.ts'
import { dictionarySection } from './dictionary-section.ts'
import { entitySection } from './entity-section.ts'
import { anchor, badge, code, en, type Html, html, joined, page, up, valueHtml } from './page.ts'
import { clockTable, policySections, recordDateTable, ruleSections, ruleValues } from './rule-section.ts'
import { heldMapping } from './mapping-page.ts'
import { groupWords, policyParts, ruleGroups, ruleKindWords } from './words.ts'

/** Where a page may point outside itself: null or absent where it stands alone. */
export interface PageLinks {
  /** Folder of the pages of problem codes, such as `/problems`. */
  readonly problems?: string
  /** Folder of the JSON Schemas, such as `/v1/schemas/2018`. */
  readonly schemas?: string
}

const groupOrder: readonly EntityGroup[] = ['project', 'enterprise', 'person', 'conduct']

/**
 * The whole release as one HTML page for people, Chinese first: every table, field, dictionary, code, rule, value, period and ruling, each with an
 * anchor. Made of the release alone; runs no script and fetches nothing.
 */
export function releasePage(release: Release, links: PageLinks = {}): string {
  const entities = groupOrder.flatMap((group) => [...release.entities.values()].filter((entity) => entity.group === group))
  const dictionaries = [...release.dictionaries.values()]
  const fields = entities.reduce((sum, entity) => sum + entity.fields.length, 0)
  const incomplete = dictionaries.filter((dictionary) => !dictionary.complete)
  const { regions, mappings, releaseMappings = [] } = release
  const body = html`<h1>${release.nameZh}</h1><p>${en(release.nameEn)}</p>
${headFacts(release)}
<p>${entities.length} 个数据表，${fields} 个字段，${dictionaries.length} 个字典，${ruleCatalogue.length} 条规则。${en(`${entities.length} tables, ${fields} fields, ${dictionaries.length} dictionaries, ${ruleCatalogue.length} rules.`)}</p>
<p>${badge('推定', 'mark')} ${badge('修正', 'mark')} 等标注表示来源未载明或经本项目处理，旁边是原标注。约束：必填 M，条件 C，选填 O。未标隐私的字段公开。</p>
<p>${en('Marks such as 推定 (inferred) and 修正 (repaired) say what no source states or what this project mended. M mandatory, C conditional, O optional. Fields without a mark of privacy are open.')}</p>
<nav id="contents"><h2>目录 ${en('Contents')}</h2>
${groupOrder.map((group) =>
  contents(
    groupWords[group].zh,
    groupWords[group].en,
    entities.filter((entity) => entity.group === group).map((entity) => [anchor('e', entity.code), entity.nameZh, entity.code]),
  ),
)}
${contents(
  '字典',
  'Dictionaries',
  dictionaries.map((one) => [anchor('d', one.code), one.nameZh, one.code]),
)}
${contents('规则', 'Rules', [
  ...Object.entries(ruleKindWords).map(([kind, words]) => [anchor('rules', kind), words.zh, words.en] as const),
  ...Object.keys(release.rules).map((name) => [anchor('v', name), `取值：${ruleGroups[name] ?? name}`, name] as const),
])}
${contents('策略与期限', 'Policy and clocks', [
  ...Object.keys(release.policy).map((name) => [anchor('p', name), `策略：${policyParts[name] ?? name}`, name] as const),
  ['clocks', '法定期限', 'clocks'],
  ['dates', '判断日期', 'recordDates'],
  ['regions', '区划', 'regions'],
  ['mappings', '对照', 'mappings'],
])}
</nav>
<h2 id="entities">${up}一、数据表 ${en('Tables')}</h2>
${entities.map((entity) => entitySection(release, entity, links.schemas ?? null))}
<h2 id="dictionaries">${up}二、字典 ${en('Dictionaries')}</h2>
${incomplete.length === 0 ? null : html`<p>${badge('不完整 incomplete', 'mark')} ${incomplete.length} 个字典不完整，缺少的代码不能据此认定为错误：${joined(incomplete.map((one) => html`<a href="#${anchor('d', one.code)}">${one.nameZh}</a>`))}</p>`}
${dictionaries.map((dictionary) => dictionarySection(release, dictionary))}
<h2 id="rules">${up}三、规则 ${en('Rules')}</h2>
${ruleSections(links.problems ?? null)}
<h3 id="values">${up}规则的取值 ${en('Values of the rules')}</h3>
${ruleValues(release)}
<h2 id="policy">${up}四、策略 ${en('Policy')}</h2>
${policySections(release)}
<h2 id="clocks">${up}五、法定期限 ${en('Clocks')}</h2>
${clockTable(release.clocks)}
<h2 id="dates">${up}六、代码与区划按哪一天判断 ${en('The day at which codes and regions are judged')}</h2>
${recordDateTable(release.recordDates)}
<h2 id="regions">${up}七、区划 ${en('Regions')}</h2>
${valueHtml(regions)}
<h2 id="mappings">${up}八、对照 ${en('Mappings')}</h2>
${mappings.length + releaseMappings.length === 0 ? html`<p>本版没有对照。${en('This release holds no mappings.')}</p>` : html`${valueHtml(mappings)}${releaseMappings.map((mapping) => heldMapping(mapping, release.id))}`}`
  return page(`${release.nameZh} · 第 ${release.revision} 修订`, body)
}

function headFacts(release: Release): Html {
  const { id, revision, issuer, basedOn, prefix, effectiveFrom, basis } = release
  const by = issuer === '000000' ? '全国' : (regionIndexOf(release).nameOf(issuer) ?? '')
  return html`<dl class="facts"><dt>版本 release</dt><dd>${code(id)} 第 ${revision} 修订 revision ${revision}</dd><dt>发布机关 issuer</dt><dd>${by} ${code(issuer)}</dd>
${basedOn === null ? null : html`<dt>扩展自 based on</dt><dd>${code(basedOn.id)} 第 ${basedOn.revision} 修订；自有内容以 ${code(prefix ?? '')} 开头</dd>`}
<dt>可用自 effective</dt><dd>${effectiveFrom ?? '始终 always'}</dd><dt>依据 basis</dt><dd>${basis}</dd><dt>摘要 digest</dt><dd>${code(releaseDigest(releaseDocument(release)))}</dd></dl>`
}

function contents(zh: string, enText: string, items: readonly (readonly [anchor: string, zh: string, code: string])[]): Html | null {
  if (items.length === 0) return null
  return html`<h4>${zh} ${en(enText)}</h4><ul>${items.map(
    ([to, name, sub]) => html`<li><a href="#${to}">${name}</a> <small class="soft">${sub}</small></li>
`,
  )}</ul>`
}
