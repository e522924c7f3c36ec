import { html, raw, address, type Safe } from './html.ts'
import { stylesheetPath } from './style.ts'
import { type Lang, say } from './words.ts'

/** Whose pages these are, and what stands around them. */
export interface Frame {
  readonly lang: Lang
  /** Path of the page with its query, without `lang`. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  /** 山东省济南市 and the like. */
  readonly place: string
  readonly tier: 'national' | 'provincial' | 'municipal' | 'county'
  /** Address of the script that checks proofs in the page; null where it is not built. */
  readonly script: string | null
}

/** An address within the portal, in the language of the page. */
export const link = (frame: Pick<Frame, 'lang'>, path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string =>
  address(path, { ...query, lang: frame.lang === 'en' ? 'en' : undefined })

export interface PageParts {
  readonly title: string
  readonly body: Safe
  readonly here?: 'home' | 'verify'
  /** Wanted by the page; loaded where it is built. */
  readonly script?: boolean
  readonly hero?: Safe
}

/** The whole document. */
export function page(frame: Frame, { title, body, here, script, hero }: PageParts): string {
  const { lang } = frame
  const site = say(lang, 'site')
  const other = address(frame.path, { ...frame.query, lang: lang === 'zh' ? 'en' : undefined })
  const current = (name: 'home' | 'verify') => (here === name ? raw(' aria-current="page"') : '')
  const document = html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title === site ? `${site} · ${frame.place}` : `${title} · ${site}`}</title><link rel="icon" type="image/svg+xml" href="/console/emblem.svg"><link rel="stylesheet" href="${stylesheetPath}">${
    script === true && frame.script !== null ? html`<script type="module" src="${frame.script}"></script>` : ''
  }</head>
<body><a class="skip" href="#main">${say(lang, 'skip')}</a>
<header class="top"><div class="wrap"><a class="brand" href="${link(frame, '/')}"><img src="/console/emblem.svg" alt=""><span>${site}<small>${frame.place} · ${say(lang, frame.tier)}${lang === 'zh' ? '' : ' '}${say(lang, 'node')}</small></span></a>
<nav class="main" aria-label="${site}"><a href="${link(frame, '/')}"${current('home')}>${say(lang, 'home')}</a><a href="${link(frame, '/verify')}"${current('verify')}>${say(lang, 'verify')}</a><a href="${other}" lang="${lang === 'zh' ? 'en' : 'zh-CN'}" hreflang="${lang === 'zh' ? 'en' : 'zh-CN'}">${say(lang, 'other')}</a><a href="/console/">${say(lang, 'console')}</a></nav></div></header>
${hero ?? ''}<main id="main" tabindex="-1"><div class="wrap">${body}</div></main>
<footer><div class="wrap"><p>${say(lang, 'footer')}</p><ul><li><a href="/v1/standards">${say(lang, 'standards')}</a></li><li><a href="/openapi.json">${say(lang, 'api')}</a></li><li><a href="/v1/log/checkpoint">${say(lang, 'log')}</a></li></ul></div></footer>
</body></html>`
  return document.text
}

/** A page that says one thing: nothing found, too often, failed. */
export const messagePage = (frame: Frame, title: string, text: string): string =>
  page(frame, {
    title,
    body: html`<div class="empty"><h1>${title}</h1><p>${text}</p><p class="actions"><a class="button plain" href="${link(frame, '/')}">${say(frame.lang, 'home')}</a></p></div>`,
  })
