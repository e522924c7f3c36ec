import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { wordsOf } from '../api/problem.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, RecordFilter, TextFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Facts, type Meaning, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { FindingRow } from './types.ts'

const meanings: Readonly<Record<FindingRow['severity'], Meaning>> = { error: 'bad', doubt: 'warn', warning: 'info' }

/** What was found about records after they were answered, mostly over several of them; a person looks and clears it with a reason. */
export function Findings() {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['state', 'severity', 'entity', 'region', 'record', 'rule'])
  const page = useApi('/admin/v1/findings', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const dismiss = useSend('post', '/admin/v1/findings/{number}/dismiss', ['/admin/v1/findings', '/admin/v1/records'])
  const [asked, setAsked] = useState<FindingRow | null>(null)
  const mayDismiss = may('POST', '/findings/:number/dismiss')
  const isOpen = (row: FindingRow) => mayDismiss && row.state === 'open' && row.severity !== 'error'
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.findings.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state ?? 'open'}
            withoutAll
            onChange={(state) => list.set({ state: state === 'open' ? undefined : state })}
            options={(['open', 'dismissed', 'settled'] as const).map((value) => ({ value, label: t(`checks.findings.states.${value}`) }))}
          />
          <ChoiceFilter
            label={t('checks.findings.severity')}
            value={list.filters.severity}
            onChange={(severity) => list.set({ severity })}
            options={(['doubt', 'warning', 'error'] as const).map((value) => ({ value, label: t(`submissions.severity.${value}`) }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
          <TextFilter
            label={t('checks.region')}
            value={list.filters.region}
            placeholder="370102"
            pattern={/^\d{2,6}$/}
            onChange={(region) => list.set({ region })}
          />
          <RecordFilter label={t('checks.record')} value={list.filters.record} onChange={(record) => list.set({ record })} />
        </Filters>
        <DataTable<FindingRow>
          label={t('checks.tabs.findings')}
          page={page as unknown as PageOf<FindingRow>}
          list={list}
          rowKey={(row) => String(row.number)}
          empty={
            <Empty title={t('checks.findings.none')}>
              <p>{t('checks.findings.noneText')}</p>
            </Empty>
          }
          expand={(row) => <Detail row={row} onSame={() => list.set({ rule: row.rule })} />}
          columns={[
            {
              key: 'title',
              title: t('checks.findings.found'),
              head: true,
              render: (row) => (
                <span className="tagged">
                  <StateTag meaning={meanings[row.severity]}>{t(`submissions.severity.${row.severity}`)}</StateTag>
                  <span>{wordsOf(row.problem, i18n.language).title}</span>
                </span>
              ),
            },
            {
              key: 'record',
              title: t('checks.record'),
              render: (row) => (
                <Link to={`/records/${row.recordId}`}>
                  <EntityName code={row.entity} />
                </Link>
              ),
            },
            { key: 'region', title: t('checks.region'), render: (row) => <RegionName code={row.reportingRegion} /> },
            { key: 'at', title: t('checks.foundAt'), render: (row) => <Time at={row.foundAt} ago /> },
            {
              key: 'do',
              title: t('checks.do'),
              render: (row) =>
                isOpen(row) ? (
                  <Button size="small" onClick={() => setAsked(row)}>
                    {t('checks.findings.dismiss')}
                  </Button>
                ) : (
                  <StateTag meaning={row.state === 'open' ? 'info' : 'quiet'}>{t(`checks.findings.states.${row.state}`)}</StateTag>
                ),
            },
          ]}
        />
      </div>
      <Confirm
        open={asked !== null}
        reason
        title={t('checks.findings.dismissTitle')}
        okText={t('checks.findings.dismiss')}
        busy={dismiss.isPending}
        error={dismiss.error}
        onOk={(reason) =>
          dismiss.mutate(
            { path: { number: asked?.number ?? 0 }, body: { reason } as never },
            {
              onSuccess: () => {
                setAsked(null)
                void message.success(t('checks.findings.dismissed'))
              },
            },
          )
        }
        onCancel={() => setAsked(null)}
      >
        <p>{t('checks.findings.dismissText')}</p>
      </Confirm>
    </Panel>
  )
}

const recordIds = (text: string): string[] => [...new Set(text.match(/r_[0-9a-f]{32}/g) ?? [])]

function Detail({ row, onSame }: { row: FindingRow; onSame: () => void }) {
  const { t } = useTranslation()
  const others = recordIds(row.problem.detail).filter((id) => id !== row.recordId)
  return (
    <div className="page">
      <ProblemView problem={row.problem} quiet />
      <Facts
        rows={[
          [
            t('checks.record'),
            <Link key="record" to={`/records/${row.recordId}`} className="mono break">
              {row.recordId}
            </Link>,
          ],
          others.length === 0
            ? null
            : [
                t('checks.findings.others'),
                <ul key="others" className="bare-list">
                  {others.map((id) => (
                    <li key={id}>
                      <Link to={`/records/${id}`} className="mono break">
                        {id}
                      </Link>
                    </li>
                  ))}
                </ul>,
              ],
          [
            t('checks.findings.rule'),
            <span key="rule" className="row">
              <code className="break">{row.rule}</code>
              <button type="button" className="link-button" onClick={onSame}>
                {t('checks.findings.same')}
              </button>
            </span>,
          ],
          row.settledAt === null ? null : [t('checks.settledAt'), <Time key="at" at={row.settledAt} />],
          row.settledBy === null ? null : [t('checks.settledBy'), <Actor key="by" actor={row.settledBy} />],
          row.reason === null ? null : [t('common.reason'), row.reason],
        ]}
      />
    </div>
  )
}
