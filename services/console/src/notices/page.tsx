import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { useListState } from '../parts/list-state.ts'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Regions } from '../parts/regions.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { NewNotice } from './new-notice.tsx'
import './notices.css'

/** An item of `GET /admin/v1/notices`. */
interface NoticeRow {
  readonly id: string
  readonly origin: string
  /** The upstream that it came from; null: published here. */
  readonly from: string | null
  readonly title: string
  readonly text: string
  readonly regions: readonly string[] | null
  readonly publishedAt: string
  readonly publishedBy: string
  readonly until: string | null
  readonly withdrawnAt: string | null
}
type Reader = Answer<'/admin/v1/notices/{id}/readers'>['items'][number]

const readersEveryMs = 10_000

/** What this authority, and those above it, tell the business systems and nodes below; and who of them has fetched it. */
export default function NoticesPage() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState([])
  const page = useApi('/admin/v1/notices', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const withdraw = useSend('post', '/admin/v1/notices/{id}/withdraw', ['/admin/v1/notices'])
  const [writing, setWriting] = useState(false)
  const [asked, setAsked] = useState<NoticeRow | null>(null)
  const mayWithdraw = may('POST', '/notices/:id/withdraw')
  const close = () => {
    withdraw.reset()
    setAsked(null)
  }
  return (
    <div className="page">
      <PageHeader
        title={t('notices.title')}
        text={t('notices.text')}
        actions={
          may('POST', '/notices') && (
            <Button type="primary" onClick={() => setWriting(true)}>
              {t('notices.write')}
            </Button>
          )
        }
      />
      <Panel>
        <DataTable<NoticeRow>
          label={t('notices.title')}
          page={page as unknown as PageOf<NoticeRow>}
          list={list}
          rowKey={(row) => row.id}
          empty={
            <Empty title={t('notices.none')}>
              <p>{t('notices.noneText')}</p>
            </Empty>
          }
          expand={(row) => <One row={row} />}
          columns={[
            { key: 'title', title: t('notices.heading'), head: true, render: (row) => <strong className="break">{row.title}</strong> },
            {
              key: 'from',
              title: t('notices.from'),
              render: (row) => (row.from === null ? t('notices.here') : <RegionName code={row.origin} />),
            },
            {
              key: 'regions',
              title: t('notices.to'),
              render: (row) => (row.regions === null ? t('notices.everybody') : <Regions codes={row.regions} />),
            },
            { key: 'at', title: t('notices.publishedAt'), render: (row) => <Time at={row.publishedAt} seconds={false} /> },
            { key: 'state', title: t('checks.state'), render: (row) => <NoticeState row={row} /> },
            ...(mayWithdraw
              ? [
                  {
                    key: 'do',
                    title: t('checks.do'),
                    render: (row: NoticeRow) =>
                      row.from === null && row.withdrawnAt === null ? (
                        <Button size="small" onClick={() => setAsked(row)}>
                          {t('notices.withdraw')}
                        </Button>
                      ) : (
                        '—'
                      ),
                  },
                ]
              : []),
          ]}
        />
      </Panel>
      {writing && <NewNotice onEnd={() => setWriting(false)} />}
      <Confirm
        open={asked !== null}
        danger
        title={t('notices.withdrawTitle')}
        okText={t('notices.withdraw')}
        busy={withdraw.isPending}
        error={withdraw.error}
        onOk={() =>
          withdraw.mutate(
            { path: { id: asked?.id ?? '' } },
            {
              onSuccess: () => {
                close()
                void message.success(t('notices.withdrawn'))
              },
            },
          )
        }
        onCancel={close}
      >
        <p className="break">
          <strong>{asked?.title}</strong>
        </p>
        <p className="door-gap">{t('notices.withdrawText')}</p>
      </Confirm>
    </div>
  )
}

function NoticeState({ row }: { row: NoticeRow }) {
  const { t } = useTranslation()
  const [now] = useState(() => Date.now())
  if (row.withdrawnAt !== null) return <StateTag meaning="quiet">{t('notices.states.withdrawn')}</StateTag>
  if (row.until !== null && Date.parse(row.until) < now) return <StateTag meaning="quiet">{t('notices.states.over')}</StateTag>
  return <StateTag meaning="good">{t('notices.states.standing')}</StateTag>
}

/** The text, and who has fetched it. */
function One({ row }: { row: NoticeRow }) {
  const { t } = useTranslation()
  const { may } = useSession()
  return (
    <div className="page">
      <p className="notice-text">{row.text}</p>
      <Facts
        rows={[
          [t('notices.publishedBy'), <Actor key="by" actor={row.publishedBy} />],
          row.until === null ? null : [t('notices.until'), <Time key="until" at={row.until} seconds={false} />],
          row.withdrawnAt === null ? null : [t('notices.withdrawnAt'), <Time key="back" at={row.withdrawnAt} />],
        ]}
      />
      {may('GET', '/notices/:id/readers') && <Readers row={row} />}
    </div>
  )
}

/** Whom it is meant for: those who have not fetched it stand first. */
function Readers({ row }: { row: NoticeRow }) {
  const { t } = useTranslation()
  const query = useApi('/admin/v1/notices/{id}/readers', { path: { id: row.id } }, { everyMs: readersEveryMs })
  return (
    <div className="page">
      <h2>{t('notices.readers')}</h2>
      <Fetched query={query}>
        {({ meant, fetched, items }) =>
          meant === 0 ? (
            <p className="muted">{t('notices.nobody')}</p>
          ) : (
            <div className="page">
              <p>
                {t('notices.fetchedOf', { fetched, meant })} <span className="muted">{t('notices.readersText')}</span>
              </p>
              <DataTable<Reader>
                label={`${t('notices.readers')} ${row.title}`}
                page={{ data: { items, next: null }, error: null, isPending: false, refetch: () => {} }}
                rowKey={(one) => one.participantId}
                columns={[
                  { key: 'name', title: t('participants.name'), head: true, render: (one) => one.name },
                  { key: 'kind', title: t('participants.kind'), render: (one) => t(`participants.kinds.${one.kind}`) },
                  {
                    key: 'at',
                    title: t('notices.fetchedAt'),
                    render: (one) =>
                      one.fetchedAt === null ? (
                        <StateTag meaning="warn">{t('notices.notYet')}</StateTag>
                      ) : (
                        <Time at={one.fetchedAt as string} />
                      ),
                  },
                  ...(row.withdrawnAt === null
                    ? []
                    : [
                        {
                          key: 'back',
                          title: t('notices.withdrawalFetchedAt'),
                          render: (one: Reader) =>
                            one.withdrawalFetchedAt === null ? (
                              <StateTag meaning="warn">{t('notices.notYet')}</StateTag>
                            ) : (
                              <Time at={one.withdrawalFetchedAt as string} />
                            ),
                        },
                      ]),
                ]}
              />
            </div>
          )
        }
      </Fetched>
    </div>
  )
}
