import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, RecordFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { useFieldNames } from '../policy/named.tsx'
import { CorrectionFacts, EndCorrection } from '../records/corrections.tsx'
import type { CorrectionRow } from '../records/types.ts'

/** What was corrected by hand at this node; what the source has mended meanwhile may be ended. A correction is made at its record. */
export function Corrections() {
  const { t, i18n } = useTranslation()
  const { may } = useSession()
  const nameOf = useFieldNames()
  const list = useListState(['state', 'entity', 'record'])
  const page = useApi('/admin/v1/corrections', { query: list.query as never }, { keep: true })
  const [ending, setEnding] = useState<string | null>(null)
  const mayEnd = may('POST', '/records/:recordId/corrections/end')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.corrections.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state}
            onChange={(state) => list.set({ state })}
            options={(['standing', 'ended'] as const).map((value) => ({ value, label: t(`records.corrections.states.${value}`) }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
          <RecordFilter label={t('checks.record')} value={list.filters.record} onChange={(record) => list.set({ record })} />
        </Filters>
        <DataTable<CorrectionRow>
          label={t('checks.tabs.corrections')}
          page={page as unknown as PageOf<CorrectionRow>}
          list={list}
          rowKey={(row) => `${row.recordId} ${row.madeAt}`}
          empty={
            <Empty title={t('checks.corrections.none')}>
              <p>{t('checks.corrections.noneText')}</p>
            </Empty>
          }
          expand={(row) => <CorrectionFacts row={row} />}
          columns={[
            {
              key: 'record',
              title: t('checks.record'),
              head: true,
              render: (row) => (
                <Link to={`/records/${row.recordId}`}>
                  <EntityName code={row.entity} />
                </Link>
              ),
            },
            {
              key: 'fields',
              title: t('checks.corrections.fields'),
              render: (row) => row.fields.map((code) => nameOf(code, [row.entity])).join(i18n.language === 'en' ? ', ' : '、'),
            },
            { key: 'reason', title: t('common.reason'), render: (row) => <span className="break">{row.reason}</span> },
            { key: 'actor', title: t('records.corrections.actor'), render: (row) => <Actor actor={row.actor} /> },
            { key: 'at', title: t('records.corrections.madeAt'), render: (row) => <Time at={row.madeAt} seconds={false} /> },
            {
              key: 'state',
              title: t('checks.state'),
              render: (row) => (
                <StateTag meaning={row.ended === null ? 'good' : 'quiet'}>
                  {t(`records.corrections.states.${row.ended === null ? 'standing' : 'ended'}`)}
                </StateTag>
              ),
            },
            ...(mayEnd
              ? [
                  {
                    key: 'do',
                    title: t('checks.do'),
                    render: (row: CorrectionRow) =>
                      row.ended === null ? (
                        <Button size="small" onClick={() => setEnding(row.recordId)}>
                          {t('records.corrections.end')}
                        </Button>
                      ) : (
                        '—'
                      ),
                  },
                ]
              : []),
          ]}
        />
      </div>
      <EndCorrection recordId={ending} onEnd={() => setEnding(null)} />
    </Panel>
  )
}
