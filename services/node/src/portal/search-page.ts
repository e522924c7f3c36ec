import type { ListedRecord } from '@huijiao/exchange'
import { amountText } from './format.ts'
import { html, type Safe } from './html.ts'
import { type Frame, link, page } from './layout.ts'
import { libraries, type Library, resultItem, searchBox, tabs } from './parts.ts'
import { say } from './words.ts'

/** The first page: what is here, where to look, and that it can be verified. */
export function homePage(frame: Frame, counts: Readonly<Record<Library, number>>): string {
  const { lang } = frame
  const hero = html`<div class="hero"><div class="wrap"><h1>${frame.place}${lang === 'zh' ? '' : ' · '}${say(lang, 'site')}</h1>${searchBox(frame, '', undefined)}</div></div>`
  const body = html`<h2 class="visually-hidden">${say(lang, 'all')}</h2><div class="tiles">${libraries.map(
    (library) =>
      html`<section class="tile"><h2>${say(lang, library)}</h2><p>${say(lang, `${library}Tile`)}</p><p class="count"><strong>${amountText(String(counts[library]))}</strong> ${say(lang, 'records')}</p></section>`,
  )}</div><section class="card promise"><div><h2>${say(lang, 'promise')}</h2><p>${say(lang, 'promiseText')}</p></div><a class="button plain" href="${link(frame, '/verify')}">${say(lang, 'verify')}</a></section>`
  return page(frame, { title: say(lang, 'site'), body, here: 'home', hero })
}

export interface SearchResults {
  readonly items: readonly ListedRecord[]
  readonly next: string | null
  readonly tooMany: boolean
}

/** What was found, or why nothing was. */
export function searchPage(frame: Frame, query: { readonly q: string; readonly library?: string }, results: SearchResults | null): string {
  const { lang } = frame
  const title = query.q === '' ? say(lang, 'search') : `${say(lang, 'results')}${lang === 'en' ? ': ' : '：'}${query.q}`
  const body = html`<h1 class="visually-hidden">${title}</h1>${searchBox(frame, query.q, query.library)}${results === null ? empty(say(lang, 'tooShort'), '') : found(frame, query, results)}`
  return page(frame, { title, body })
}

function found(
  frame: Frame,
  { q, library }: { readonly q: string; readonly library?: string },
  { items, next, tooMany }: SearchResults,
): Safe {
  const { lang } = frame
  return html`${tabs(frame, q, library)}${tooMany ? html`<p class="warning">${say(lang, 'tooMany')}</p>` : ''}${
    items.length === 0
      ? empty(say(lang, 'nothing'), say(lang, 'nothingText'))
      : html`<ul class="list">${items.map((record) => resultItem(frame, record))}</ul>`
  }${next === null ? '' : html`<p class="actions"><a class="button plain" rel="next" href="${link(frame, '/search', { q, library, cursor: next })}">${say(lang, 'next')}</a></p>`}`
}

const empty = (title: string, text: string): Safe => html`<div class="empty"><h2>${title}</h2><p>${text}</p></div>`
