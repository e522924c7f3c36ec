import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { inLanguage } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { NewSuccession } from './new-succession.tsx'
import type { SuccessionRow } from './types.ts'

/** Numbers that became others, by a person's word or by a rule; what was noted may be taken back. */
export function Successions() {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['state', 'entity'])
  const page = useApi('/admin/v1/successions', { query: list.query as never }, { keep: true })
  const undo = useSend('post', '/admin/v1/successions/{id}/undo', ['/admin/v1/successions', '/admin/v1/duplicates', '/admin/v1/records'])
  const [asked, setAsked] = useState<SuccessionRow | null>(null)
  const [params, setParams] = useSearchParams()
  const mayAdd = may('POST', '/successions')
  // From a record's page: its table and itself stand in the address.
  const [adding, setAdding] = useState(() => mayAdd && params.has('of'))
  const ended = () => {
    setAdding(false)
    if (!params.has('of')) return
    const next = new URLSearchParams(params)
    for (const name of ['of', 'table']) next.delete(name)
    setParams(next, { replace: true })
  }
  const mayUndo = may('POST', '/successions/:id/undo')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.successions.text')}</p>
        {mayAdd && (
          <div className="row no-print">
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('checks.successions.add')}
            </Button>
          </div>
        )}
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
          expand={(row) => <Details row={row} />}
          columns={[
            { key: 'entity', title: t('checks.entity'), head: true, render: (row) => <EntityName code={row.entity} /> },
            { key: 'kind', title: t('checks.successions.kind'), render: (row) => t(`checks.successions.kinds.${row.kind}`) },
            { key: 'from', title: t('checks.successions.from'), render: (row) => <Ends ends={row.from} /> },
            { key: 'to', title: t('checks.successions.to'), render: (row) => <Ends ends={row.to} /> },
            {
              key: 'reason',
              title: t('common.reason'),
              render: (row) => <span className="break">{inLanguage(i18n.language, row.reason)}</span>,
            },
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
      {adding && (
        <NewSuccession begun={{ entity: params.get('table') ?? undefined, recordId: params.get('of') ?? undefined }} onEnd={ended} />
      )}
    </Panel>
  )
}

const answers = { taken: 'good', known: 'good', waiting: 'info', refused: 'bad' } as const

/** Who said so and since when it is in effect, who took it back, and what the levels above answered. */
function Details({ row }: { row: SuccessionRow }) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <Facts
        rows={[
          row.effectiveOn === null ? null : [t('checks.successions.since'), row.effectiveOn],
          [t('checks.successions.by'), row.actor === null ? t('checks.successions.byRule') : <Actor key="by" actor={row.actor} />],
          row.undone === null ? null : [t('checks.successions.undoneAt'), <Time key="at" at={row.undone.at} />],
          row.undone?.actor == null ? null : [t('checks.successions.undoneBy'), <Actor key="undoer" actor={row.undone.actor} />],
          row.undone?.reason == null ? null : [t('checks.successions.undoReason'), row.undone.reason],
        ]}
      />
      {(row.above ?? []).map((one) => (
        <div key={`${one.link} ${one.act}`} className="row">
          <RegionName code={one.link} />
          <StateTag meaning={answers[one.outcome]}>{t(`checks.successions.answers.${one.act}.${one.outcome}`)}</StateTag>
          <Time at={one.at} />
          {one.problem !== undefined && <ProblemView problem={one.problem} />}
        </div>
      ))}
    </div>
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
