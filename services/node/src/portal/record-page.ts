import type { LinkedView, RecordView } from '../routes/public/view.ts'
import { dayText, instantText, listText, valueText } from './format.ts'
import { html, raw, type Safe } from './html.ts'
import { type Frame, link, page } from './layout.ts'
import { entityBadge, factList, fieldList, nameText, recordLink, recordTable } from './parts.ts'
import { say, type Word } from './words.ts'

/** The public page of a company, a person, a project, or anything else that is shown. */
export function recordPage(frame: Frame, record: RecordView): string {
  const { lang } = frame
  const title = nameText(record, lang)
  const body = html`<p class="crumbs"><a href="${link(frame, '/')}">${say(lang, 'home')}</a> › ${say(lang, record.library)}</p>
<div class="title"><div><h1>${title}</h1><p class="meta">${entityBadge(record, lang)}${record.number === '' || record.number === title ? '' : html`<span class="mono">${record.number}</span>`}<span>${record.regionName}</span></p></div>
<a class="button" href="${link(frame, `/records/${record.recordId}/verify`)}">${say(lang, 'verifyThis')}</a></div>
<section class="card"><h2>${say(lang, 'fields')}</h2>${fieldList(record.fields, lang)}${withheld(record, frame)}</section>
${record.library === 'conduct' ? termCard(record, frame) : ''}${sections(frame, record)}${proofCard(frame, record)}`
  return page(frame, { title, body })
}

const withheld = (record: RecordView, { lang }: Frame): Safe | '' =>
  record.withheld.length === 0
    ? ''
    : html`<p class="note">${say(lang, 'withheld')}${lang === 'en' ? ': ' : '：'}${listText(record.withheld, lang)}</p>`

/** When conduct is shown, said aloud on its own page. */
function termCard(record: RecordView, { lang }: Frame): Safe | '' {
  const value = (code: string) => record.fields.find((field) => field.code === code)?.value
  const [from, to] = [value('PublicBDate'), value('PublicEDate')]
  if (typeof from !== 'string' || typeof to !== 'string') return ''
  return html`<p class="note">${say(lang, 'term')} ${dayText(from, lang)} ${say(lang, 'to')} ${dayText(to, lang)}</p>`
}

/** Tables that a section is made of; whatever is named nowhere comes last. */
const stepTables = ['TBTenderProjectInfo', 'TBTenderBidInfo', 'TBTenderInfo', 'TBTenderWinBidderCorpInfo', 'TBProjectCensorInfo', 'TBContractRecordManage', 'TBBuilderLicenceManage', 'TBBuilderLicenceChangeInfo', 'TBUnitProjectInfo', 'TBProjectFinishCheckInfo', 'TBProjectFinishManage'] // prettier-ignore
const qualificationTables = ['TBCorpCertInfo', 'TBCorpCertDetailInfo', 'CorpSafetyPermit', 'TBCorpPerformance', 'TBCorpForeignInfo']
const peopleTables = ['TBRegPersonRegInfo', 'PersonSiteStaffCert']
const isConduct = (entity: string) => entity.endsWith('CreditInfo')

function sections(frame: Frame, record: RecordView): Safe {
  const taken = new Set<string>()
  const take = (tables: readonly string[]): LinkedView[] =>
    tables.flatMap((table) =>
      record.linked
        .filter((group) => group.entity === table && group.direction === 'below' && !taken.has(group.entity))
        .map((group) => (taken.add(group.entity), group)),
    )
  const company = record.entity === 'TBCorpBasicInfo'
  const person = record.entity === 'TBRegPersonBasicInfo'
  const project = record.entity === 'TBProjectInfo'
  const above = record.linked.filter((group) => group.direction === 'above')
  const parts = [
    // Who builds a project stands among its parties.
    above.length === 0 || project ? '' : groupsCard(frame, record, 'about', above),
    project ? partiesCard(frame, record) : '',
    project ? groupsCard(frame, record, 'steps', take(stepTables)) : '',
    company ? groupsCard(frame, record, 'qualifications', take(qualificationTables)) : '',
    company || person ? timelineCard(frame, record) : '',
    company || person ? projectsCard(frame, record) : '',
    company ? groupsCard(frame, record, 'people', take(peopleTables)) : '',
    person ? groupsCard(frame, record, 'registrations', take(peopleTables)) : '',
  ]
  const rest = record.linked.filter(
    (group) => group.direction === 'below' && !taken.has(group.entity) && !(isConduct(group.entity) && (company || person)),
  )
  return html`${parts}${othersCard(frame, record, rest)}`
}

function groupsCard(frame: Frame, record: RecordView, word: Word, groups: readonly LinkedView[]): Safe | '' {
  if (groups.length === 0) return ''
  return html`<section class="card"><h2>${say(frame.lang, word)}</h2>${groups.map((group) => groupBlock(frame, record, group))}</section>`
}

/** What has no section of its own stands folded: it is there for who looks for it. */
function othersCard(frame: Frame, record: RecordView, groups: readonly LinkedView[]): Safe | '' {
  if (groups.length === 0) return ''
  return html`<section class="card"><h2>${say(frame.lang, 'others')}</h2>${groups.map(
    (group) =>
      html`<details><summary>${group.entityName[frame.lang]} <span class="badge">${group.count}${group.more ? '+' : ''}</span></summary>${groupTable(frame, record, group)}</details>`,
  )}</section>`
}

const groupBlock = (frame: Frame, record: RecordView, group: LinkedView): Safe =>
  html`<h3 class="group">${group.entityName[frame.lang]} <span class="badge">${group.count}${group.more ? '+' : ''}</span></h3>${groupTable(frame, record, group)}`

function groupTable(frame: Frame, record: RecordView, group: LinkedView): Safe {
  const { lang } = frame
  const all = link(frame, `/records/${record.recordId}/linked`, { entity: group.entity, direction: group.direction })
  const more = group.count > group.items.length || group.more
  return html`${recordTable(frame, group.items, group.entityName[lang], record.name)}${
    more ? html`<p class="more"><a href="${all}">${say(lang, 'viewAll')}（${group.count}${group.more ? '+' : ''}）</a></p>` : ''
  }`
}

function partiesCard(frame: Frame, record: RecordView): Safe | '' {
  const { lang } = frame
  if (record.parties.length === 0) return ''
  const head = (['role', 'company', 'leader'] as const).map((word) => html`<th scope="col">${say(lang, word)}</th>`)
  const named = (id: string | null, name: string) => (id === null ? html`${name}` : html`<a href="${recordLink(frame, id)}">${name}</a>`)
  const rows = record.parties.map(
    (party) =>
      html`<tr><td>${party.role[lang] || party.role.zh}</td><td data-label="${say(lang, 'company')}">${named(party.recordId, party.name)}<br><span class="mono note">${party.code}</span></td><td data-label="${say(lang, 'leader')}">${
        party.person === null ? '' : named(party.person.recordId, party.person.name)
      }</td></tr>`,
  )
  return html`<section class="card"><h2>${say(lang, 'parties')}</h2><div class="scroll" role="region" aria-label="${say(lang, 'parties')}" tabindex="0"><table class="cards"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div></section>`
}

function projectsCard(frame: Frame, record: RecordView): Safe | '' {
  const { lang } = frame
  if (record.projects.length === 0) return ''
  const items = record.projects.map(
    ({ project, as }) =>
      html`<tr><td><a href="${recordLink(frame, project.recordId)}">${nameText(project, lang)}</a></td><td data-label="${say(lang, 'number')}" class="mono">${project.number}</td><td data-label="${say(lang, 'as')}">${listText(as, lang)}</td></tr>`,
  )
  return html`<section class="card"><h2>${say(lang, 'projects')} <small>${record.projects.length} ${say(lang, 'records')}</small></h2><div class="scroll" role="region" aria-label="${say(lang, 'projects')}" tabindex="0"><table class="cards"><thead><tr><th scope="col">${say(lang, 'project')}</th><th scope="col">${say(lang, 'number')}</th><th scope="col">${say(lang, 'as')}</th></tr></thead><tbody>${items}</tbody></table></div></section>`
}

/** Conduct in time, newest first; marks differ in form as well as in colour. */
function timelineCard(frame: Frame, record: RecordView): Safe {
  const { lang } = frame
  const items = record.conduct.map((item) => {
    const behaviour = item.record?.facts.find((field) => field.code === 'CreditCode')
    const title = behaviour === undefined ? item.number : valueText(behaviour, lang)
    const when = html`<p class="when"><time datetime="${item.day}">${dayText(item.day, lang)}</time>${
      item.kind === 'taken-down'
        ? html`<span class="badge warn">${say(lang, 'takenDown')}</span>`
        : html`<span class="badge ${item.kind}">${say(lang, item.kind)}</span>${title === item.number ? '' : html`<span class="mono">${item.number}</span>`}`
    }</p>`
    if (item.record === null)
      return html`<li>${when}<h3 class="mono">${item.number}</h3><p class="note">${say(lang, 'takenDownText')}</p></li>`
    const [from, to] = ['PublicBDate', 'PublicEDate'].map((code) => item.record?.facts.find((field) => field.code === code)?.value)
    const facts = item.record.facts.filter((field) => !['CreditCode', 'PublicBDate', 'PublicEDate'].includes(field.code))
    return html`<li class="${item.kind}">${when}<h3><a href="${recordLink(frame, item.record.recordId)}">${title}</a></h3>${factList(facts, lang)}${
      typeof from === 'string' && typeof to === 'string'
        ? html`<p class="note">${say(lang, 'term')} ${dayText(from, lang)} ${say(lang, 'to')} ${dayText(to, lang)}</p>`
        : ''
    }</li>`
  })
  return html`<section class="card"><h2>${say(lang, 'timeline')}</h2>${items.length === 0 ? html`<p class="note">${say(lang, 'timelineNone')}</p>` : html`<ol class="timeline">${items}</ol>`}</section>`
}

/** Where the record came from and what proves it. */
function proofCard(frame: Frame, record: RecordView): Safe {
  const { lang } = frame
  const rows: [Word, Safe | string][] = [
    ['origin', record.origin === null ? '' : `${record.originName} ${record.origin}`],
    ['storedAt', record.storedAt === null ? '' : instantText(record.storedAt, lang)],
    ['logIndex', record.log === null ? '' : String(record.log.index)],
    ['release', record.release],
    ['commitment', html`<span class="mono">${record.commitment ?? ''}</span>`],
  ]
  return html`<section class="card"><h2>${say(lang, 'proof')}</h2><dl class="fields">${rows.map(([word, value]) => html`<div><dt>${say(lang, word)}</dt><dd>${value}</dd></div>`)}</dl><p class="actions"><a class="button plain" href="${link(frame, `/records/${record.recordId}/verify`)}">${say(lang, 'verifyThis')}</a></p></section>`
}

/** Linked records of one table, page by page. */
export function linkedPage(
  frame: Frame,
  of: Pick<RecordView, 'recordId' | 'name' | 'number' | 'entityName'>,
  list: { readonly items: LinkedView['items']; readonly next: string | null; readonly query: Readonly<Record<string, string>> },
): string {
  const { lang } = frame
  const name = nameText(of, lang)
  const caption = list.items[0]?.entityName[lang] ?? say(lang, 'nothing')
  const body = html`<p class="crumbs"><a href="${link(frame, '/')}">${say(lang, 'home')}</a> › <a href="${recordLink(frame, of.recordId)}">${name}</a></p><h1>${caption}</h1><div class="card">${
    list.items.length === 0 ? raw('') : recordTable(frame, list.items, caption)
  }</div>${list.next === null ? '' : html`<p class="actions"><a class="button plain" rel="next" href="${link(frame, `/records/${of.recordId}/linked`, { ...list.query, cursor: list.next })}">${say(lang, 'next')}</a></p>`}`
  return page(frame, { title: `${caption} · ${name}`, body })
}
