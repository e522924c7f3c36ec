import type { Dictionary, DictionaryCode, Release } from '../model.ts'
import { noteIn } from '../notes.ts'
import { anchor, badge, code, en, type Html, html, joined, noteHtml, up } from './page.ts'

/** A code table of the release: how complete it is, where it is used, every code. */
export function dictionarySection(release: Release, dictionary: Dictionary): Html {
  const { nameZh, nameEn, status, closed, complete, missing, source, codes } = dictionary
  const uses = [...release.entities.values()].flatMap((entity) =>
    entity.fields
      .filter((field) => field.dictionary === dictionary.code || field.list === dictionary.code)
      .map((field) => ({ entity, field })),
  )
  const official =
    source === undefined
      ? null
      : html`<dt>官方文件 official file</dt><dd>${joined(
          [source.title, source.reference, source.date].filter((one) => one !== undefined),
          '，',
        )}</dd>`
  return html`<section id="${anchor('d', dictionary.code)}"><h3>${up}${nameZh} ${code(dictionary.code)} ${en(nameEn)}</h3>
<p>${complete ? badge('完整 complete', 'good') : badge('不完整 incomplete', 'mark')} ${badge(closed ? '封闭：未列代码退回 closed' : '开放：未列代码只提示 open')} ${`${codes.size} 个代码 codes`}</p>
<dl class="facts">${missing === undefined ? null : html`<dt>缺少 missing</dt><dd>${missing.zh}<br>${en(missing.en)}</dd>`}<dt>来源 source</dt><dd>${noteHtml(status)}</dd>${official}<dt>用于 used by</dt><dd>${joined(
    uses.map(({ entity, field }) => html`<a href="#${anchor('f', entity.code, field.code)}">${code(`${entity.code}.${field.code}`)}</a>`),
    ' ',
  )}</dd></dl>
${codes.size === 0 ? null : html`<ul class="codes">${[...codes.values()].map((one) => codeItem(dictionary.code, one))}</ul>`}</section>
`
}

function codeItem(dictionary: string, { code: value, nameZh, nameEn, note, validFrom, validTo }: DictionaryCode): Html {
  const days =
    validFrom === undefined && validTo === undefined
      ? null
      : html` <small class="mark">${validFrom === undefined ? '' : `自 ${validFrom}`}${validTo === undefined ? '' : `至 ${validTo}`}</small>`
  return html`<li id="${anchor('c', dictionary, value)}">${code(value)}<span>${nameZh} <small>${en(nameEn)}</small>${days}${note === undefined ? null : html` <small class="soft">（${noteIn('zh', note).text}）</small>`}</span></li>
`
}
