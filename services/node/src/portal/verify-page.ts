import { type CustodyDocument, parseCheckpoint, splitNote } from '@huijiao/merkle'
import type { KnownKey } from '../routes/public/view.ts'
import { html, type Safe } from './html.ts'
import { type Frame, link, page } from './layout.ts'
import { nameText, recordLink } from './parts.ts'
import { type Lang, say, type Word } from './words.ts'

/** What the script of the page needs, as text in the page: it then works without a network. */
const keysOf = (keys: readonly KnownKey[]): string => JSON.stringify(keys)

/** Where a record passed, and the means to check it here. */
export function recordVerifyPage(
  frame: Frame,
  record: {
    readonly recordId: string
    readonly name: string
    readonly number: string
    readonly entityName: { readonly zh: string; readonly en: string }
  },
  custody: CustodyDocument,
  keys: readonly KnownKey[],
  placeOf: (region: string) => string,
): string {
  const { lang } = frame
  const name = nameText(record, lang)
  const file = `/public/v1/records/${record.recordId}/custody`
  const body = html`<p class="crumbs"><a href="${link(frame, '/')}">${say(lang, 'home')}</a> › <a href="${recordLink(frame, record.recordId)}">${name}</a></p>
<div class="title"><div><h1>${say(lang, 'verifyTitle')}</h1><p class="meta">${name} <span class="badge">${record.entityName[lang]}</span></p></div></div>
<section class="card" data-verify="record" data-custody="${file}" data-keys="${keysOf(keys)}" data-lang="${lang}"><h2>${say(lang, 'custody')}</h2><p>${say(lang, 'custodyText')}</p>${chain(custody, lang, placeOf)}
<div class="actions"><button class="button" type="button" data-action="verify" hidden>${say(lang, 'verifyHere')}</button><a class="button plain" href="${file}" download="custody-${record.recordId}.json">${say(lang, 'download')}</a></div>
${scriptNote(frame)}<div data-verdict aria-live="polite"></div></section>${keysCard(frame, keys)}`
  return page(frame, { title: `${say(lang, 'verifyTitle')} · ${name}`, body, script: true })
}

/** The steps from the node where the record entered to the one that shows it. */
function chain(custody: CustodyDocument, lang: Lang, placeOf: (region: string) => string): Safe {
  const steps = custody.steps.toReversed().map((step) => {
    const { size } = parseCheckpoint(splitNote(step.checkpoint).text)
    const tier = ['national', 'provincial', 'municipal', 'county'].includes(step.node.tier) ? say(lang, step.node.tier as Word) : ''
    return html`<li data-node="${step.node.name}"><p class="tier">${tier}${lang === 'zh' ? '' : ' '}${say(lang, 'node')}</p><h3>${placeOf(step.node.region)}</h3><dl><div><dt>${say(lang, 'nodeName')}</dt><dd class="mono">${step.node.name}</dd></div><div><dt>${say(lang, 'entryNo', { n: step.entry.index })}</dt></div><div><dt>${say(lang, 'signedTree', { n: size })}</dt></div><div><dt>${say(lang, 'epoch')}</dt><dd>${step.node.epoch.number}</dd></div></dl></li>`
  })
  return html`<ol class="chain">${steps}</ol>`
}

/** The page for a record by its address or by a saved file. */
export function verifyPage(frame: Frame, keys: readonly KnownKey[], wrong: boolean): string {
  const { lang } = frame
  const body = html`<h1>${say(lang, 'verifyTitle')}</h1><p class="note">${say(lang, 'promiseText')}</p>
<section class="card"><h2>${say(lang, 'byAddress')}</h2><form class="search" action="/verify" method="get"><label class="visually-hidden" for="record">${say(lang, 'byAddressLabel')}</label><input type="search" id="record" name="record" required maxlength="300" placeholder="${say(lang, 'byAddressLabel')}">${
    lang === 'en' ? html`<input type="hidden" name="lang" value="en">` : ''
  }<button class="button" type="submit">${say(lang, 'verify')}</button></form>${wrong ? html`<p class="warning" role="alert">${say(lang, 'notFound')}</p>` : ''}</section>
<section class="card" data-verify="file" data-keys="${keysOf(keys)}" data-lang="${lang}"><h2>${say(lang, 'byFile')}</h2><p>${say(lang, 'byFileText')}</p>
<div class="drop" data-drop hidden><p>custody-….json</p><button class="button plain" type="button" data-action="choose">${say(lang, 'chooseFile')}</button><input class="visually-hidden" type="file" accept="application/json,.json" data-file tabindex="-1" aria-label="${say(lang, 'chooseFile')}"></div>
${scriptNote(frame)}<div data-verdict aria-live="polite"></div></section>${keysCard(frame, keys)}`
  return page(frame, { title: say(lang, 'verifyTitle'), body, here: 'verify', script: true })
}

/** Said until the script takes it away; for good where there is none. */
const scriptNote = (frame: Frame): Safe =>
  html`<p class="warning" data-without-script>${say(frame.lang, frame.script === null ? 'notBuilt' : 'noScript')}</p>`

function keysCard({ lang }: Frame, keys: readonly KnownKey[]): Safe {
  return html`<section class="card"><h2>${say(lang, 'keys')}</h2><p>${say(lang, 'keysText')}</p><ul class="note">${keys.map(
    (key) => html`<li><span class="mono">${key.verifierKey}</span> — ${say(lang, key.source)}</li>`,
  )}</ul><div data-own-keys hidden><label class="field" for="own-keys">${say(lang, 'ownKeys')}</label><textarea id="own-keys" rows="3" spellcheck="false"></textarea></div></section>`
}
