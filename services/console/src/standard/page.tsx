import { Select } from 'antd'
import { lazy, Suspense, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Digest } from '../parts/digest.tsx'
import { Facts, PageHeader, Panel } from '../parts/page-header.tsx'
import { Fetched, Loading } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Dictionaries } from './dictionaries.tsx'
import { nameIn, useRelease, useReleases } from './release.ts'
import { Rules } from './rules.tsx'
import { Tables, Templates } from './tables.tsx'
import './standard.css'

const Difference = lazy(() => import('./difference.tsx'))

/** What this node judges by, to look things up in. Everything chosen stands in the address. */
export default function StandardPage() {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [params, setParams] = useSearchParams()
  const { query, releases, usual } = useReleases()
  const chosen = params.get('release') ?? usual
  const release = useRelease(chosen)
  const tab = params.get('tab') ?? 'tables'
  const set = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(change))
      if (value === null) next.delete(name)
      else next.set(name, value)
    setParams(next)
  }
  const head = releases.find((one) => one.id === chosen)
  return (
    <div className="page">
      <PageHeader title={t('standard.title')} text={t('standard.text')} />
      <Panel>
        <div className="filters">
          <div className="filter">
            <label htmlFor={`${id}-release`}>{t('standard.release')}</label>
            <Select
              id={`${id}-release`}
              style={{ minWidth: 240 }}
              value={chosen ?? null}
              loading={query.isPending}
              options={releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))}
              onChange={(next) => set({ release: next, table: null, dictionary: null })}
            />
          </div>
          {chosen !== undefined && (
            <a href={`/v1/standards/${encodeURIComponent(chosen)}/document.html`} target="_blank" rel="noreferrer">
              {t('standard.page')}
              <span className="visually-hidden">{t('common.opensNew')}</span>
            </a>
          )}
        </div>
        {head !== undefined && (
          <div className="panel-foot">
            <Facts
              rows={[
                [t('standard.digest'), <Digest key="d" value={head.digest} />],
                [t('standard.since'), head.since === undefined || head.since.startsWith('1970') ? null : <Time key="s" at={head.since} />],
              ]}
            />
          </div>
        )}
      </Panel>
      <TabBar
        label={t('standard.title')}
        active={tab}
        onChange={(next) => set({ tab: next, q: null })}
        tabs={(['tables', 'dictionaries', 'rules', 'templates', 'difference'] as const).map((key) => ({
          key,
          label: t(`standard.tabs.${key}`),
          content: () =>
            key === 'difference' ? (
              <Suspense fallback={<Loading />}>
                <Difference />
              </Suspense>
            ) : (
              <Fetched query={release}>
                {(known) =>
                  key === 'tables' ? (
                    <Tables release={known} chosen={params.get('table')} words={params.get('q') ?? ''} set={set} />
                  ) : key === 'dictionaries' ? (
                    <Dictionaries release={known} chosen={params.get('dictionary')} words={params.get('q') ?? ''} set={set} />
                  ) : key === 'rules' ? (
                    <Rules release={known} words={params.get('q') ?? ''} set={set} />
                  ) : (
                    <Templates release={known} />
                  )
                }
              </Fetched>
            ),
        }))}
      />
    </div>
  )
}
