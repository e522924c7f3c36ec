import type { Clock, Duration, RecordDateRule, Release } from '../model.ts'
import { ruleCatalogue, type RuleKind, type RuleKindName } from '../rules/catalogue.ts'
import { anchor, badge, code, en, type Html, html, joined, up, valueHtml } from './page.ts'
import { clockWords, policyParts, ruleGroups, ruleKindWords, severityWords } from './words.ts'

const kinds = Object.keys(ruleKindWords) as RuleKindName[]

/** Every rule that a problem may name, by kind. */
export function ruleSections(problems: string | null): Html {
  return html`${kinds.map((kind) => {
    const rules = ruleCatalogue.filter((rule) => rule.kind === kind)
    return html`<section id="${anchor('rules', kind)}"><h3>${up}${ruleKindWords[kind].zh} ${en(ruleKindWords[kind].en)} ${rules.length}</h3>
<table class="rows"><thead><tr><th class="f">规则 rule</th><th>要求 what it asks</th><th class="t">程度 severity</th><th class="t">依据 basis</th></tr></thead><tbody>
${rules.map((rule) => ruleRow(rule, problems))}</tbody></table></section>
`
  })}`
}

const judges: Readonly<Record<RuleKind['judgedBy'], string>> = { record: '', key: '主键', node: '节点判断 at the node' }

function ruleRow(rule: RuleKind, problems: string | null): Html {
  const severities = joined(
    rule.severities.map((one) => badge(severityWords[one] ?? one, one === 'error' ? 'bad' : one === 'doubt' ? 'mark' : '')),
    ' ',
  )
  const codes = joined(
    rule.codes.map((one) => (problems === null ? code(one) : html`<a href="${problems}/${one}">${code(one)}</a>`)),
    ' ',
  )
  const notes = [rule.fixable ? '可给补丁 with a patch' : '', judges[rule.judgedBy]].filter((one) => one !== '')
  return html`<tr id="${anchor('r', rule.id)}"><td>${code(rule.id)}<br><small>${codes}</small></td><td>${rule.zh}<br>${en(rule.en)}</td><td>${severities}${notes.map((one) => html`<br><small class="soft">${one}</small>`)}</td><td data-h="依据"><small>${rule.basis}${rule.basisEn === rule.basis ? null : html`<br>${en(rule.basisEn)}`}</small></td></tr>
`
}

/** The values of the rules, all of them. */
export function ruleValues(release: Release): Html {
  return groups('v', release.rules, ruleGroups)
}

/** The policy of the release, all of it. */
export function policySections(release: Release): Html {
  return groups('p', release.policy, policyParts)
}

function groups(prefix: string, value: object, words: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(value).map(
    ([
      name,
      member,
    ]) => html`<section id="${anchor(prefix, name)}"><h4>${words[name] ?? name} ${code(name)}</h4>${valueHtml(member)}</section>
`,
  )}`
}

const units: Readonly<Record<Duration['unit'], string>> = { hour: '小时', day: '日', month: '个月', year: '年' }
const duration = (one: Duration | undefined): string | null => (one === undefined ? null : `${one.amount} ${units[one.unit]}`)

/** Statutory periods. */
export function clockTable(clocks: readonly Clock[]): Html {
  return html`<table class="rows"><thead><tr><th class="f">期限 clock</th><th class="t">多久 how long</th><th>起止与对象 from, until, whom</th><th class="f">依据 basis</th></tr></thead><tbody>
${clocks.map((clock) => {
  const [least, most] = [duration(clock.least), duration(clock.most)]
  const long = least !== null && most !== null ? `${least} 至 ${most}` : least !== null ? `不少于 ${least}` : (most ?? '')
  return html`<tr id="${anchor('k', clock.id)}"><td><span class="m">${clock.nameZh}</span> ${code(clock.id)}<br>${en(clock.nameEn)}</td><td>${clockWords[clock.kind]?.zh ?? clock.kind} ${long}<br><small class="soft">${clock.days === 'working' ? '工作日' : '自然日'}${clock.rollsOver ? '，末日顺延' : ''}</small></td><td>${code(clock.from)} → ${code(clock.until)}<br><small>${joined(clock.entities.map(code), ' ')}</small></td><td><small>${clock.basis}${clock.ruling === undefined ? null : html`<br>${badge('项目规定', 'mark')} ${clock.ruling}`}</small></td></tr>
`
})}</tbody></table>`
}

/** Which date of a record counts. */
export function recordDateTable(rules: readonly RecordDateRule[]): Html {
  return html`<table class="rows"><thead><tr><th class="c">判断</th><th class="f">数据表 tables</th><th>先有者为准 first of</th><th class="f">依据 basis</th></tr></thead><tbody>
${rules.map(
  ({
    judges: what,
    entities,
    from,
    basis,
  }) => html`<tr><td>${what === 'codes' ? '代码 codes' : '区划 regions'}</td><td>${joined(entities.map(code), ' ')}</td><td>${joined(
    from.map((one) => (one.startsWith('number:') ? html`${code(one.slice('number:'.length))} 第 7–12 位` : code(one))),
    ' → ',
  )}</td><td><small>${basis}</small></td></tr>
`,
)}</tbody></table>`
}
