import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useEntityNames } from '../parts/entity-name.tsx'
import { instantText } from '../parts/format.ts'
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

/** Who did it, in words: the node itself, the token of programs, a participant or an account by its name in the log. */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const { t } = useTranslation()
  if (actor === null || actor === undefined) return <>—</>
  if (actor === 'node') return <>{t('log.actors.node')}</>
  if (actor === 'operator:token') return <>{t('log.actors.token')}</>
  const [kind = '', ...rest] = actor.split(':')
  if (rest.length === 0 || !['participant', 'operator'].includes(kind)) return <code className="break">{actor}</code>
  return (
    <>
      {t(`log.actors.${kind}`)} <code className="break">{rest.join(':')}</code>
    </>
  )
}

/** What an entry is about, in words where it is a word of the program. */
export function Subject({ subject }: { subject: string | null | undefined }) {
  const { t, i18n } = useTranslation()
  const regions = useRegionNames()
  if (subject === null || subject === undefined || subject === '') return <>—</>
  if (i18n.exists(`log.subjects.${subject}`)) return <>{t(`log.subjects.${subject}`)}</>
  const access = /^access:(\d+)$/.exec(subject)
  if (access !== null) return <>{t('log.subjects.access', { number: access[1] })}</>
  const region = regions[subject] ?? (subject === '000000' ? t('common.nation') : undefined)
  return <span className="break">{region === undefined ? subject : `${region} ${subject}`}</span>
}

/** The members of a body that say most, with their names and values as people read them. */
export function Brief({ kind, body }: { kind: string; body: unknown }) {
  const { t, i18n } = useTranslation()
  const regions = useRegionNames()
  const entityName = useEntityNames()
  if (body === null || typeof body !== 'object') return <>—</>
  const all = Object.entries(body).filter(
    ([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && String(value).length < 60,
  )
  const order = telling[kind]
  const chosen = order === undefined ? all : order.flatMap((name) => all.filter(([own, value]) => own === name && value !== 0))
  const shown = (chosen.length === 0 ? all : chosen).slice(0, most)
  const nameOf = (name: string) => (i18n.exists(`log.members.${name}`) ? t(`log.members.${name}`) : name)
  return (
    <span className="break">
      {shown.map(([name, value]) => `${nameOf(name)} ${said(t, i18n.exists.bind(i18n), { name, value, regions, entityName })}`).join(' · ')}
    </span>
  )
}

const ofRegions = new Set(['upstream', 'upstream_name', 'issuer', 'node'])

function said(
  t: TFunction,
  exists: (key: string) => boolean,
  {
    name,
    value,
    regions,
    entityName,
  }: {
    readonly name: string
    readonly value: unknown
    readonly regions: Readonly<Record<string, string>>
    readonly entityName: (code: string) => string
  },
): string {
  const text = String(value)
  if (typeof value !== 'string') return text
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return instantText(text)
  if (name === 'role' && exists(`common.roles.${text}`)) return t(`common.roles.${text}`)
  if (name === 'entity') return entityName(text)
  if (ofRegions.has(name)) return regions[text] ?? (text === '000000' ? t('common.nation') : text)
  return exists(`log.values.${text}`) ? t(`log.values.${text}`) : text
}
