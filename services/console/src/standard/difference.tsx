import { type Change, diffReleases } from '@huijiao/standard/browser'
import { Select } from 'antd'
import { useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Scroll } from '../parts/scroll.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { nameIn, useRelease, useReleases } from './release.ts'

const meaning = { stricter: 'warn', weaker: 'info', different: 'info', none: 'quiet' } as const

/** Two releases compared in the page, change by change. */
export default function Difference() {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [params, setParams] = useSearchParams()
  const { releases, usual } = useReleases()
  const to = params.get('to') ?? usual
  const from = params.get('from') ?? releases.find((one) => one.id !== to)?.id
  const [before, after] = [useRelease(from), useRelease(to)]
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params)
    next.set(name, value)
    setParams(next)
  }
  const options = releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))
  const pick = (name: 'from' | 'to', value: string | undefined) => (
    <div className="filter">
      <label htmlFor={`${id}-${name}`}>{t(`standard.${name}`)}</label>
      <Select id={`${id}-${name}`} style={{ minWidth: 220 }} value={value ?? null} options={options} onChange={(next) => set(name, next)} />
    </div>
  )
  return (
    <div className="page">
      <Panel>
        <div className="filters">
          {pick('from', from)}
          {pick('to', to)}
          {from !== undefined && to !== undefined && (
            <a
              href={`/v1/standards/diff?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}&format=html`}
              target="_blank"
              rel="noreferrer"
            >
              {t('standard.fullDifference')}
              <span className="visually-hidden">{t('common.opensNew')}</span>
            </a>
          )}
        </div>
      </Panel>
      {from === to ? (
        <Panel>
          <Empty title={t('standard.sameRelease')} />
        </Panel>
      ) : (
        <Fetched query={before}>
          {(old) => <Fetched query={after}>{(now) => <Changes key={`${old.id} ${now.id}`} before={old} after={now} />}</Fetched>}
        </Fetched>
      )}
    </div>
  )
}

type Release = Parameters<typeof diffReleases>[0]
const atOnce = 100

function Changes({ before, after }: { before: Release; after: Release }) {
  const { t, i18n } = useTranslation()
  const difference = useMemo(() => diffReleases(before, after), [before, after])
  const groups = useMemo(() => {
    const found = new Map<string, Change[]>()
    for (const change of difference.changes) {
      const key = change.entity ?? change.dictionary ?? change.part
      found.set(key, [...(found.get(key) ?? []), change])
    }
    return [...found]
  }, [difference])
  if (groups.length === 0)
    return (
      <Panel>
        <Empty title={t('standard.noChange')} />
      </Panel>
    )
  const nameOf = (key: string): string => {
    const known = after.entities.get(key) ?? before.entities.get(key) ?? after.dictionaries.get(key) ?? before.dictionaries.get(key)
    return known === undefined ? t(`standard.parts.${key}`, { defaultValue: key }) : nameIn(i18n.language, known)
  }
  return (
    <Panel title={t('standard.changes', { count: difference.changes.length })}>
      <ul className="groups">
        {groups.map(([key, changes]) => (
          <li key={key}>
            <details className="group">
              <summary>
                <strong>{nameOf(key)}</strong>
                {(after.entities.has(key) || after.dictionaries.has(key) || before.entities.has(key) || before.dictionaries.has(key)) && (
                  <span className="muted small break">{key}</span>
                )}
                <span className="number muted">{changes.length}</span>
              </summary>
              <ChangeTable changes={changes} />
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const shown = (value: unknown): string => (value === undefined ? '—' : typeof value === 'string' ? value : JSON.stringify(value))

function ChangeTable({ changes }: { changes: readonly Change[] }) {
  const { t, i18n } = useTranslation()
  const [all, setAll] = useState(false)
  return (
    <Scroll label={t('standard.what')} className="group-body">
      <table className="std-table stacked">
        <thead>
          <tr>
            <th scope="col">{t('standard.what')}</th>
            <th scope="col">{t('standard.was')}</th>
            <th scope="col">{t('standard.is')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, all ? changes.length : atOnce).map((change) => (
            <tr key={`${change.at} ${change.kind}`}>
              <th scope="row" className="break">
                <StateTag meaning={change.kind === 'changed' ? meaning[change.effect] : 'quiet'}>
                  {change.kind === 'changed' && (change.effect === 'stricter' || change.effect === 'weaker')
                    ? t(`standard.effects.${change.effect}`)
                    : t(`standard.effects.${change.kind}`)}
                </StateTag>{' '}
                {(i18n.language === 'en' ? change.nameEn : change.name) ?? change.field ?? change.code ?? change.member ?? change.at}
                <div className="muted small break">{change.at.split('/').slice(2).join(' / ') || change.at}</div>
              </th>
              <td className="break" data-label={t('standard.was')}>
                {change.kind === 'added' ? '—' : shown(change.before).slice(0, 400)}
              </td>
              <td className="break" data-label={t('standard.is')}>
                {change.kind === 'removed' ? '—' : shown(change.after).slice(0, 400)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length > atOnce && !all && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t('common.more')}
        </button>
      )}
    </Scroll>
  )
}
