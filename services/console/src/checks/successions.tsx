import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { SuccessionRow } from './types.ts'

/** Numbers that became others, by a person's word or by a rule; what was noted may be taken back. */
export function Successions() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['state', 'entity'])
  const page = useApi('/admin/v1/successions', { query: list.query as never }, { keep: true })
  const undo = useSend('post', '/admin/v1/successions/{id}/undo', ['/admin/v1/successions', '/admin/v1/duplicates', '/admin/v1/records'])
  const [asked, setAsked] = useState<SuccessionRow | null>(null)
  const mayUndo = may('POST', '/successions/:id/undo')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.successions.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state}
            onChange={(state) => list.set({ state })}
            options={(['standing', 'undone'] as const).map((value) => ({ value, label: t(`checks.successions.states.${value}`) }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
        </Filters>
        <DataTable<SuccessionRow>
          label={t('checks.tabs.successions')}
          page={page as unknown as PageOf<SuccessionRow>}
          list={list}
          rowKey={(row) => row.succession}
          empty={
            <Empty title={t('checks.successions.none')}>
              <p>{t('checks.successions.noneText')}</p>
            </Empty>
          }
          columns={[
            { key: 'entity', title: t('checks.entity'), head: true, render: (row) => <EntityName code={row.entity} /> },
            { key: 'kind', title: t('checks.successions.kind'), render: (row) => t(`checks.successions.kinds.${row.kind}`) },
            { key: 'from', title: t('checks.successions.from'), render: (row) => <Ends ends={row.from} /> },
            { key: 'to', title: t('checks.successions.to'), render: (row) => <Ends ends={row.to} /> },
            { key: 'reason', title: t('common.reason'), render: (row) => <span className="break">{row.reason}</span> },
            { key: 'at', title: t('checks.successions.at'), render: (row) => <Time at={row.madeAt} seconds={false} /> },
            {
              key: 'do',
              title: t('checks.do'),
              render: (row) =>
                row.undone !== null ? (
                  <StateTag meaning="quiet">{t('checks.successions.states.undone')}</StateTag>
                ) : mayUndo ? (
                  <Button size="small" onClick={() => setAsked(row)}>
                    {t('checks.successions.undo')}
                  </Button>
                ) : (
                  <StateTag meaning="good">{t('checks.successions.states.standing')}</StateTag>
                ),
            },
          ]}
        />
      </div>
      <Confirm
        open={asked !== null}
        reason
        title={t('checks.successions.undo')}
        busy={undo.isPending}
        error={undo.error}
        onOk={(reason) =>
          undo.mutate(
            { path: { id: asked?.succession ?? '' }, body: { reason } as never },
            {
              onSuccess: () => {
                setAsked(null)
                void message.success(t('checks.successions.done'))
              },
            },
          )
        }
        onCancel={() => setAsked(null)}
      >
        <p>{t('checks.successions.undoText')}</p>
      </Confirm>
    </Panel>
  )
}

/** The records at one end by their numbers; by their ids where the number is personal, or nothing of them is here. */
function Ends({ ends }: { ends: SuccessionRow['from'] }) {
  return (
    <ul className="bare-list">
      {ends.map(({ recordId, key }) => {
        const text = key === null ? (recordId ?? '—') : Object.values(key).map(String).join(' · ')
        return (
          <li key={`${recordId} ${text}`} className="break">
            {recordId === null ? text : <Link to={`/records/${recordId}`}>{text}</Link>}
          </li>
        )
      })}
    </ul>
  )
}
