import type { DescribedField, ListedRecord } from '@huijiao/exchange'
import { labelText, valueText } from './format.ts'
import { html, raw, type Safe } from './html.ts'
import { type Frame, link } from './layout.ts'
import { type Lang, say, type Word } from './words.ts'

export const libraries = ['enterprise', 'person', 'project', 'conduct'] as const
export type Library = (typeof libraries)[number]

export const recordLink = (frame: Pick<Frame, 'lang'>, recordId: string): string => link(frame, `/records/${recordId}`)

/** The box that a search is typed into. */
export function searchBox(frame: Frame, value: string, library: string | undefined): Safe {
  const { lang } = frame
  return html`<form class="search" role="search" action="/search" method="get"><label class="visually-hidden" for="q">${say(lang, 'searchLabel')}</label><input type="search" id="q" name="q" value="${value}" placeholder="${say(lang, 'searchLabel')}" minlength="2" maxlength="100" required autocomplete="off" aria-describedby="q-hint">${
    library === undefined ? '' : html`<input type="hidden" name="library" value="${library}">`
  }${lang === 'en' ? raw('<input type="hidden" name="lang" value="en">') : ''}<button class="button" type="submit">${say(lang, 'search')}</button></form><p class="hint" id="q-hint">${say(lang, 'searchHint')}</p>`
}

/** Few facts beside a name. */
export const factList = (facts: readonly DescribedField[], lang: Lang): Safe | '' =>
  facts.length === 0
    ? ''
    : html`<dl class="facts">${facts.map((field) => html`<div><dt>${labelText(field, lang)}</dt><dd>${valueText(field, lang)}</dd></div>`)}</dl>`

/** All fields of a record. */
export const fieldList = (fields: readonly DescribedField[], lang: Lang): Safe =>
  html`<dl class="fields">${fields.map((field) => html`<div><dt>${labelText(field, lang)}</dt><dd>${valueText(field, lang)}</dd></div>`)}</dl>`

export const nameText = (record: Pick<ListedRecord, 'name' | 'number' | 'entityName'>, lang: Lang): string =>
  record.name || record.number || record.entityName[lang]

/** Conduct says at once which kind it is. */
export function entityBadge(record: Pick<ListedRecord, 'entity' | 'entityName'>, lang: Lang): Safe {
  const kind = /BadCredit/.test(record.entity) ? ' bad' : /GoodCredit/.test(record.entity) ? ' good' : ''
  return html`<span class="badge${kind}">${record.entityName[lang]}</span>`
}

/** A record in a list of results. */
export const resultItem = (frame: Frame, record: ListedRecord): Safe =>
  html`<li><h3><a href="${recordLink(frame, record.recordId)}">${nameText(record, frame.lang)}</a> ${entityBadge(record, frame.lang)}</h3><p class="meta">${
    record.number === '' || record.number === record.name ? '' : html`<span class="mono">${record.number}</span> · `
  }${record.regionName}</p>${factList(record.facts, frame.lang)}</li>`

/**
 * Linked records of one table as a table of names and facts.
 * @param subject name of the record whose page this is
 */
export function recordTable(frame: Frame, records: readonly ListedRecord[], caption: string, subject = ''): Safe {
  const { lang } = frame
  const codes = [...new Set(records.flatMap((record) => record.facts.map((field) => field.code)))].slice(0, 4)
  const heading = (code: string) => records.flatMap((record) => record.facts).find((field) => field.code === code) as DescribedField
  // The subject's own name in every row says nothing; the numbers then lead on.
  const named = records.some((record) => record.name !== '' && record.name !== subject) || records.some((record) => record.number === '')
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="cards"><thead><tr>${named ? html`<th scope="col">${lang === 'zh' ? '名称' : 'Name'}</th>` : ''}<th scope="col">${say(lang, 'number')}</th>${codes.map(
    (code) => html`<th scope="col">${labelText(heading(code), lang)}</th>`,
  )}</tr></thead><tbody>${records.map((record) => {
    const a = (text: string) => html`<a href="${recordLink(frame, record.recordId)}">${text}</a>`
    return html`<tr>${named ? html`<td>${a(nameText(record, lang))}</td>` : ''}<td data-label="${say(lang, 'number')}" class="mono">${
      record.number === '' ? '' : named ? record.number : a(record.number)
    }</td>${codes.map((code) => {
      const field = record.facts.find((one) => one.code === code)
      return html`<td data-label="${labelText(heading(code), lang)}">${field === undefined ? '' : valueText(field, lang)}</td>`
    })}</tr>`
  })}</tbody></table></div>`
}

/** The four libraries, and all of them, as a choice of where to look. */
export function tabs(frame: Frame, q: string, current: string | undefined): Safe {
  const tab = (library: Library | undefined, word: Word) =>
    html`<a href="${link(frame, '/search', { q, library })}"${current === library ? raw(' aria-current="page"') : ''}>${say(frame.lang, word)}</a>`
  return html`<nav class="tabs" aria-label="${say(frame.lang, 'results')}">${tab(undefined, 'all')}${libraries.map((library) => tab(library, library))}</nav>`
}
