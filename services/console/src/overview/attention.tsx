import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { LiveFacts } from '../api/live.ts'
import { useSession } from '../api/session.tsx'
import { PausedLines } from '../links/paused.tsx'
import { agoText, spanText } from '../parts/format.ts'
import { type Meaning, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { useRegionNames } from '../parts/region-name.tsx'
import { pages } from '../routes.tsx'
import { useMaySee } from '../layout/frame.tsx'

interface Item {
  readonly key: string
  readonly meaning: Meaning
  readonly text: string
  readonly detail?: ReactNode
  /** Where it is dealt with; shown as plain text to whoever has no such page. */
  readonly to?: string
}

/** Tabs that are not called as the route is on which they stand. */
const routeOfTab: Readonly<Record<string, string>> = { cases: '/reconcile/cases' }

const lagSecondsMax = 600
const numberingSecondsMax = 60
const silentMs = 24 * 3_600_000

/** What a person should look at, the worst first. */
export function Attention({ facts }: { facts: LiveFacts }) {
  const { t, i18n } = useTranslation()
  const maySee = useMaySee()
  const { may } = useSession()
  const regions = useRegionNames()
  const nameOf = (code: string) => regions[code] ?? (code === '000000' ? t('common.nation') : code)
  const items = itemsOf(facts, (key, values) => t(key, values), { language: i18n.language, nameOf })
  if (items.length === 0)
    return (
      <p className="attention-none">
        <StateTag meaning="good">{t('overview.nothing')}</StateTag>
      </p>
    )
  const opens = (to: string) => {
    const [path = '', query] = to.split('?')
    const tab = new URLSearchParams(query).get('tab')
    if (tab !== null && !may('GET', routeOfTab[tab] ?? `/${tab}`)) return false
    const page = pages.find((one) => one.path === path || (one.path.includes(':') && path.startsWith(one.path.replace(/:.*$/, ''))))
    return page !== undefined && maySee(page)
  }
  return (
    <NamesOf answer={facts}>
      <ul className="attention">
        {items.map(({ key, meaning, text, detail, to }) => (
          <li key={key} className={meaning}>
            <StateTag meaning={meaning}>{t(`overview.meaning.${meaning}`)}</StateTag>
            <div>
              {to !== undefined && opens(to) ? <Link to={to}>{text}</Link> : <span>{text}</span>}
              {typeof detail === 'string' ? <p className="muted break">{detail}</p> : detail}
            </div>
          </li>
        ))}
      </ul>
    </NamesOf>
  )
}

type Translate = (key: string, values: Record<string, unknown>) => string

function itemsOf(
  facts: LiveFacts,
  t: Translate,
  { language, nameOf }: { readonly language: string; readonly nameOf: (code: string) => string },
): Item[] {
  const now = Date.parse(facts.at)
  const items: Item[] = facts.health
    .filter((check) => !check.ready)
    .map((check) => ({
      key: check.name,
      meaning: 'bad',
      text: language === 'en' ? check.en : check.zh,
      ...(check.name === 'epoch' ? { to: '/log?tab=epochs' } : {}),
    }))
  for (const link of facts.above) {
    const to = `/links/${link.name}`
    const id = link.name
    const name = nameOf(id)
    if (link.state === 'failing')
      items.push({
        key: `f${id}`,
        meaning: 'bad',
        text: t('overview.failing', { name }),
        to,
        ...(link.error === null ? {} : { detail: link.error }),
      })
    if (link.state === 'paused')
      items.push({
        key: `p${id}`,
        meaning: 'bad',
        text: t('overview.paused', { name }),
        to,
        ...(link.paused === null ? {} : { detail: <PausedLines pause={link.paused} /> }),
      })
    if (link.lagSeconds > lagSecondsMax)
      items.push({ key: `l${id}`, meaning: 'warn', text: t('overview.lagging', { name, span: spanText(link.lagSeconds) }), to })
    if (link.parked > 0)
      items.push({
        key: `k${id}`,
        meaning: 'warn',
        text: t('overview.parkedAt', { name, count: link.parked }),
        to: `/parked?link=${id}`,
      })
  }
  if (facts.log.oldestPending !== null && now - Date.parse(facts.log.oldestPending) > numberingSecondsMax * 1000)
    items.push({ key: 'log', meaning: 'bad', text: t('overview.numberingLate', { ago: agoText(facts.log.oldestPending, now) }) })
  for (const node of facts.below)
    if (node.lastAt === null || now - Date.parse(node.lastAt) > silentMs)
      items.push({ key: `s${node.name}`, meaning: 'warn', text: t('overview.silent', { name: node.title }) })
  const { work } = facts
  const counted: readonly (readonly [number, string, string?])[] = [
    [work.numbers, 'numbers', '/log?tab=epochs'],
    [work.nodeKey, 'nodeKey', '/participants'],
    [work.standards, 'standards', '/standards'],
    [work.successions, 'successions', '/checks?tab=successions'],
    [work.attachments, 'attachments', '/checks?tab=attachments'],
    [work.submissions - work.incomplete, 'openSubmissions', '/submissions?state=paused'],
    [work.incomplete, 'incomplete', '/submissions?state=incomplete'],
    [work.reconcileCases, 'reconcileCases', '/checks?tab=cases'],
    [work.findings, 'findings', '/checks?tab=findings'],
    [work.held, 'held', '/checks?tab=held'],
    [work.conflicts, 'conflicts', '/checks?tab=conflicts'],
    [work.duplicates, 'duplicates', '/checks?tab=duplicates'],
    [work.keysEnding, 'keysEnding', '/participants'],
  ]
  // Until somebody decides, something does not go on.
  const urgent: Readonly<Record<string, Meaning>> = { numbers: 'bad', nodeKey: 'warn', standards: 'warn', successions: 'warn' }
  for (const [count, key, to] of counted)
    if (count > 0)
      items.push({ key, meaning: urgent[key] ?? 'info', text: t(`overview.work.${key}`, { count }), ...(to === undefined ? {} : { to }) })
  const order: readonly Meaning[] = ['bad', 'warn', 'info']
  return items.sort((a, b) => order.indexOf(a.meaning) - order.indexOf(b.meaning))
}
