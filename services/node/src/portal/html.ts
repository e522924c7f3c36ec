import { escapeHtml } from '../problem-pages/html.ts'

/** Text that is markup already. Only `html` and `raw` make it. */
export class Safe {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Safe | string | number | null | undefined | false | readonly Part[]

const render = (part: Part): string => {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Safe) return part.text
  return Array.isArray(part) ? part.map(render).join('') : escapeHtml(String(part))
}

/** A template whose values are escaped unless they are markup themselves; lists are joined, nothing is left out. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Safe =>
  new Safe(texts.reduce((whole, text, at) => whole + text + (at < parts.length ? render(parts[at]) : ''), ''))

/** Markup that was written by us. */
export const raw = (text: string): Safe => new Safe(text)

/** An address with its query; empty values are left out. */
export function address(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const search = new URLSearchParams(
    Object.entries(query).filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== ''),
  )
  return search.size === 0 ? path : `${path}?${search}`
}
