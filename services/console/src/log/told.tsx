import { useTranslation } from 'react-i18next'
import { accountOf, useAccountNames } from '../api/account-names.ts'
import { Actor } from '../parts/actor.tsx'
import { useEntityNames } from '../parts/entity-name.tsx'
import { instantText, numberText } from '../parts/format.ts'
import { ParticipantName, useNameOf } from '../parts/participant-name.tsx'
import { useRegionNames } from '../parts/region-name.tsx'

/** Members of an entry's body that say most, by kind; of other kinds the first ones are told. */
const telling: Readonly<Record<string, readonly string[]>> = {
  part: ['records', 'versions'],
  delivery: ['upstream', 'records', 'from', 'to'],
  outcome: ['upstream', 'feed', 'at'],
  access: ['events', 'first', 'last'],
  decision: ['decision', 'rule', 'settled', 'until', 'reason'],
  link: ['action', 'upstream_name', 'records', 'reason'],
  operator: ['act', 'role', 'operator'],
  participant: ['act', 'kind', 'key', 'node'],
  standard: ['action', 'release', 'revision', 'issuer', 'records', 'reason'],
  succession: ['act', 'kind', 'entity', 'reason'],
}
const most = 4

/** What an entry is about, in words where it is a word of the program. */
export function Subject({ subject }: { subject: string | null | undefined }) {
  const { t, i18n } = useTranslation()
  const regions = useRegionNames()
  const nameOf = useNameOf()
  if (subject === null || subject === undefined || subject === '') return <>—</>
  if (i18n.exists(`log.subjects.${subject}`)) return <>{t(`log.subjects.${subject}`)}</>
  const access = /^access:(\d+)$/.exec(subject)
  if (access !== null) return <>{t('log.subjects.access', { number: access[1] })}</>
  if (nameOf(subject) !== undefined) return <ParticipantName id={subject} />
  if (accountOf(subject) !== undefined) return <Actor actor={subject} />
  const region = regions[subject] ?? (subject === '000000' ? t('common.nation') : undefined)
  return <span className="break">{region === undefined ? subject : `${region} ${subject}`}</span>
}

/** What an entry did, of its kind: the word that the body has for it. */
export function actOf(kind: string, body: Readonly<Record<string, unknown>>): string {
  const { act, action, decision } = body
  if (kind === 'part' && body['correction'] !== undefined) return 'correction'
  if (kind === 'delivery' && typeof body['parked'] === 'string') return 'parked'
  if (kind === 'standard' && typeof body['dictionary'] === 'string') return 'dictionary'
  const word = act ?? action ?? decision
  return typeof word === 'string' ? word : 'default'
}

/** The texts, numbers and truths of a body, those of objects inside it by both names: `submission.participant`. */
export const membersOf = (body: object, before = ''): [string, unknown][] =>
  Object.entries(body).flatMap(([name, value]): [string, unknown][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? membersOf(value as object, `${before}${name}.`)
      : ['string', 'number', 'boolean'].includes(typeof value)
        ? [[`${before}${name}`, value]]
        : [],
  )

/** The members of a body that say most, with their names and values as people read them. */
export function Brief({ kind, body }: { kind: string; body: unknown }) {
  const { t, i18n } = useTranslation()
  const said = useSaid(body)
  if (body === null || typeof body !== 'object') return <>—</>
  const all = Object.entries(body).filter(
    ([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && String(value).length < 60,
  )
  const order = telling[kind]
  const chosen = order === undefined ? all : order.flatMap((name) => all.filter(([own, value]) => own === name && value !== 0))
  const shown = (chosen.length === 0 ? all : chosen).slice(0, most)
  const nameOf = (name: string) => (i18n.exists(`logWords.members.${name}`) ? t(`logWords.members.${name}`) : name)
  return <span className="break">{shown.map(([name, value]) => `${nameOf(name)} ${said(name, value)}`).join(' · ')}</span>
}

const ofRegions = new Set(['upstream', 'upstream_name', 'issuer', 'node', 'lower', 'upper', 'link', 'returnedBy'])

/**
 * A value of a body as a word, a name or an instant of the page's language.
 * @param body whose accounts are to be told by name
 */
export function useSaid(body: unknown = null): (name: string, value: unknown) => string {
  const { t, i18n } = useTranslation()
  const regions = useRegionNames()
  const entityName = useEntityNames()
  const nameOf = useNameOf()
  const texts = body === null || typeof body !== 'object' ? [] : membersOf(body).map(([, value]) => String(value))
  const accounts = useAccountNames(texts)
  return (path, value) => {
    const name = path.slice(path.lastIndexOf('.') + 1)
    if (typeof value === 'number') return numberText(value)
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    const text = String(value)
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return instantText(text)
    if (name === 'role' && i18n.exists(`common.roles.${text}`)) return t(`common.roles.${text}`)
    if (name === 'entity') return entityName(text)
    if (ofRegions.has(name)) return regions[text] ?? (text === '000000' ? t('common.nation') : text)
    return accounts[text] ?? nameOf(text) ?? (i18n.exists(`logWords.values.${text}`) ? t(`logWords.values.${text}`) : text)
  }
}
