import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { DecisionFacts, EndSendUp } from '../records/send-up.tsx'
import type { SentUpRow } from '../records/types.ts'

/** Records that go up by decision although a rule keeps their kind here; what was decided may be taken back. */
export function SentUp() {
  const { t } = useTranslation()
  const { may } = useSession()
  const list = useListState(['state', 'entity'])
  const page = useApi('/admin/v1/sent-up', { query: list.query as never }, { keep: true })
  const [ending, setEnding] = useState<string | null>(null)
  const mayEnd = may('POST', '/records/:recordId/send-up/end')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.sentUp.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state}
            onChange={(state) => list.set({ state })}
            options={(['standing', 'ended'] as const).map((value) => ({ value, label: t(`records.sendUp.states.${value}`) }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
        </Filters>
        <DataTable<SentUpRow>
          label={t('checks.tabs.sentUp')}
          page={page as unknown as PageOf<SentUpRow>}
          list={list}
          rowKey={(row) => String(row.number)}
          empty={
            <Empty title={t('checks.sentUp.none')}>
              <p>{t('checks.sentUp.noneText')}</p>
            </Empty>
          }
          expand={(row) => <DecisionFacts row={row} />}
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
              key: 'document',
              title: t('records.sendUp.document'),
              render: (row) => (row.document === null ? '—' : <span className="break">{row.document}</span>),
            },
            { key: 'reason', title: t('common.reason'), render: (row) => <span className="break">{row.reason}</span> },
            { key: 'region', title: t('checks.region'), render: (row) => <RegionName code={row.reportingRegion} /> },
            { key: 'at', title: t('records.sendUp.madeAt'), render: (row) => <Time at={row.madeAt} seconds={false} /> },
            {
              key: 'state',
              title: t('checks.state'),
              render: (row) => (
                <StateTag meaning={row.ended === null ? 'good' : 'quiet'}>
                  {t(`records.sendUp.states.${row.ended === null ? 'standing' : 'ended'}`)}
                </StateTag>
              ),
            },
            ...(mayEnd
              ? [
                  {
                    key: 'do',
                    title: t('checks.do'),
                    render: (row: SentUpRow) =>
                      row.ended === null ? (
                        <Button size="small" onClick={() => setEnding(row.recordId)}>
                          {t('checks.successions.undo')}
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
      <EndSendUp recordId={ending} onEnd={() => setEnding(null)} />
    </Panel>
  )
}
