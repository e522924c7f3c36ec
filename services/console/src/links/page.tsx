import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Answer, useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { numberText, spanText } from '../parts/format.ts'
import { PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { PausedLines } from './paused.tsx'
import { linkMeaning } from './words.ts'

type Row = Answer<'/admin/v1/links'>['items'][number]

/** All links upward; the queues' own page for administrators. */
export default function LinksPage() {
  const { t } = useTranslation()
  const session = useSession()
  const links = useApi('/admin/v1/links', {}, { everyMs: 5000, keep: true })
  return (
    <div className="page">
      <PageHeader
        title={t('links.title')}
        text={t('links.text')}
        actions={
          session.may('GET', '/admin/queues') && (
            <Button href="/admin/queues" target="_blank">
              {t('links.queues')}
              <span className="visually-hidden">{t('common.opensNew')}</span>
            </Button>
          )
        }
      />
      {links.data !== undefined && (
        <NamesOf answer={links.data}>
          {links.data.items.map(
            ({ name, paused }) =>
              paused !== null && (
                <section key={name} className="notice warn">
                  <strong>
                    <RegionName code={name} /> · {t('links.paused')}
                  </strong>
                  <PausedLines pause={paused} />
                </section>
              ),
          )}
        </NamesOf>
      )}
      <Panel>
        <DataTable<Row>
          label={t('links.title')}
          page={links}
          rowKey={(row) => row.name}
          empty={
            <Empty title={t('links.none')}>
              <p>{t('links.noneText')}</p>
            </Empty>
          }
          columns={[
            {
              key: 'name',
              title: t('links.name'),
              head: true,
              render: (row) => (
                <Link to={`/links/${row.name}`}>
                  <RegionName code={row.name} />
                </Link>
              ),
            },
            {
              key: 'upstream',
              title: t('links.upstream'),
              render: (row) => (
                <>
                  <RegionName code={row.upstream.name} codeToo={false} /> · {t(`common.tiers.${row.upstream.tier}`)}
                </>
              ),
            },
            {
              key: 'state',
              title: t('links.state'),
              render: (row) => <StateTag meaning={linkMeaning[row.state] ?? 'info'}>{t(`links.states.${row.state}`)}</StateTag>,
            },
            { key: 'cursor', title: t('links.cursor'), align: 'right', render: (row) => numberText(row.cursor) },
            { key: 'lag', title: t('links.lag'), render: (row) => (row.lag.entries === 0 ? t('links.noLag') : spanText(row.lag.seconds)) },
            { key: 'delivered', title: t('links.delivered'), align: 'right', render: (row) => numberText(row.delivered.records) },
            {
              key: 'parked',
              title: t('links.parked'),
              align: 'right',
              render: (row) => (row.parked === 0 ? '0' : <Link to={`/parked?link=${row.name}`}>{numberText(row.parked)}</Link>),
            },
            { key: 'skipped', title: t('links.skipped'), align: 'right', render: (row) => numberText(row.skipped) },
            { key: 'success', title: t('links.lastSuccess'), render: (row) => <Time at={row.lastSuccessAt} ago /> },
          ]}
        />
      </Panel>
    </div>
  )
}
