import { useTranslation } from 'react-i18next'
import { type Answer, useApi } from '../api/hooks.ts'
import { Actor } from '../parts/actor.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { useListState } from '../parts/list-state.ts'
import { StateTag } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { Subject } from './told.tsx'

type Row = Answer<'/admin/v1/access'>['items'][number]

/** Sign-ins, reads, searches and exports; sealed into the log in batches. */
export function Accesses() {
  const { t, i18n } = useTranslation()
  const list = useListState([])
  const page = useApi('/admin/v1/access', { query: list.query as never }, { keep: true })
  return (
    <div className="page">
      <p className="muted">{t('log.accessText')}</p>
      <DataTable<Row>
        label={t('log.access')}
        page={page as never}
        list={list}
        rowKey={(row) => String(row.event_id)}
        columns={[
          {
            key: 'action',
            title: t('log.action'),
            head: true,
            render: ({ action }) => (i18n.exists(`log.actions.${action}`) ? t(`log.actions.${action}`) : action),
          },
          { key: 'at', title: t('log.instant'), render: ({ at }) => <Time at={at} /> },
          { key: 'actor', title: t('log.actor'), render: ({ actor }) => <Actor actor={actor} /> },
          { key: 'subject', title: t('log.subject'), render: ({ subject }) => <Subject subject={subject} /> },
          {
            key: 'sealed',
            title: t('log.sealed'),
            render: ({ sealed }) => (
              <StateTag meaning={sealed ? 'good' : 'quiet'}>{sealed ? t('log.isSealed') : t('log.notSealed')}</StateTag>
            ),
          },
        ]}
      />
    </div>
  )
}
