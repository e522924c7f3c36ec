import { App, Button } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { DatePicker } from '../parts/date-picker.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { ChoiceFilter, Filters, RecordFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { ParticipantText } from '../parts/participant-name.tsx'
import { useRegionNames } from '../parts/region-name.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import { valueText } from '../standard/value-text.ts'
import type { DuplicateRow } from './types.ts'

/** What a person said of a pair: one of both stands for the other, or they are two. */
type Decision = { readonly row: DuplicateRow; readonly survivor: string | null }

/** Pairs of records that may be one: compared field by field, and decided by a person. */
export function Duplicates() {
  const { t, i18n } = useTranslation()
  const { may } = useSession()
  const list = useListState(['state', 'entity', 'record'])
  const page = useApi('/admin/v1/duplicates', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const [asked, setAsked] = useState<Decision | null>(null)
  const mayDecide = may('POST', '/duplicates/:id/decide')
  const isOpen = (row: DuplicateRow) => mayDecide && (row.state === 'open' || row.state === 'different')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.duplicates.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={list.filters.state ?? 'open'}
            withoutAll
            onChange={(state) => list.set({ state: state === 'open' ? undefined : state })}
            options={(['open', 'same', 'different', 'gone'] as const).map((value) => ({
              value,
              label: t(`checks.duplicates.states.${value}`),
            }))}
          />
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
          <RecordFilter label={t('checks.record')} value={list.filters.record} onChange={(record) => list.set({ record })} />
        </Filters>
        <DataTable<DuplicateRow>
          label={t('checks.tabs.duplicates')}
          page={page as unknown as PageOf<DuplicateRow>}
          list={list}
          rowKey={(row) => String(row.duplicate)}
          empty={
            <Empty title={t('checks.duplicates.none')}>
              <p>{t('checks.duplicates.noneText')}</p>
            </Empty>
          }
          expand={(row) => (
            <Compared row={row} {...(isOpen(row) ? { onDecide: (survivor: string | null) => setAsked({ row, survivor }) } : {})} />
          )}
          columns={[
            { key: 'entity', title: t('checks.entity'), head: true, render: (row) => <EntityName code={row.entity} /> },
            {
              key: 'records',
              title: t('checks.duplicates.records'),
              render: (row) => (
                <ul className="bare-list">
                  {row.records.map((record) => (
                    <li key={record.recordId}>
                      <Link to={`/records/${record.recordId}`}>{calledBy(record.data) ?? record.recordId}</Link>
                    </li>
                  ))}
                </ul>
              ),
            },
            { key: 'score', title: t('checks.duplicates.score'), align: 'right', render: (row) => `${Math.round(row.score * 100)}%` },
            {
              key: 'reasons',
              title: t('checks.duplicates.reasons'),
              render: (row) =>
                row.reasons
                  .map((reason) => (i18n.exists(`checks.duplicates.reason.${reason}`) ? t(`checks.duplicates.reason.${reason}`) : reason))
                  .join(i18n.language === 'en' ? ', ' : '、'),
            },
            { key: 'at', title: t('checks.foundAt'), render: (row) => <Time at={row.foundAt} ago /> },
            {
              key: 'state',
              title: t('checks.state'),
              render: (row) => (
                <StateTag meaning={row.state === 'open' ? 'warn' : 'quiet'}>{t(`checks.duplicates.states.${row.state}`)}</StateTag>
              ),
            },
          ]}
        />
      </div>
      {asked !== null && <Decide decision={asked} onEnd={() => setAsked(null)} />}
    </Panel>
  )
}

/** What a pair's record is called by whoever reads it. */
function calledBy(data: Readonly<Record<string, unknown>>): string | null {
  const name = data['PrjName'] ?? data['CorpName'] ?? data['PersonName'] ?? data['PunishNumber'] ?? data['AwardNumber']
  return typeof name === 'string' ? name : null
}

function Compared({ row, onDecide }: { row: DuplicateRow; onDecide?: (survivor: string | null) => void }) {
  const { t, i18n } = useTranslation()
  const { usual } = useReleases()
  const release = useRelease(usual)
  const regions = useRegionNames()
  const codes = [...new Set(row.records.flatMap(({ data }) => Object.keys(data)))]
  return (
    <Fetched query={release}>
      {(known) => {
        const fields = new Map((known.entities.get(row.entity)?.fields ?? []).map((field) => [field.code, field]))
        const text = (code: string, value: unknown) =>
          valueText(i18n.language, known, fields.get(code), value, (region) => regions[region] ?? null)
        return (
          <div className="page">
            <Scroll label={t('checks.duplicates.compare')}>
              <table className="table differences stacked">
                <thead>
                  <tr>
                    <th scope="col">{t('checks.conflicts.field')}</th>
                    {row.records.map((record, at) => (
                      <th key={record.recordId} scope="col">
                        <Link to={`/records/${record.recordId}`}>{t('checks.duplicates.recordNo', { n: at + 1 })}</Link>{' '}
                        {record.stream !== null && (
                          <span className="muted small">
                            <ParticipantText id={record.stream} />
                          </span>
                        )}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {codes.map((code) => {
                    const field = fields.get(code)
                    const [left, right] = row.records.map(({ data }) => data[code])
                    return (
                      <tr key={code} className={left === right ? undefined : 'differs'}>
                        <th scope="row">{field === undefined ? code : nameIn(i18n.language, field)}</th>
                        {row.records.map((record, at) => (
                          <td key={record.recordId} className="break" data-label={t('checks.duplicates.recordNo', { n: at + 1 })}>
                            {text(code, record.data[code]) || <span className="muted">{t('checks.conflicts.absent')}</span>}
                          </td>
                        ))}
                      </tr>
                    )
                  })}
                </tbody>
              </table>
            </Scroll>
            {onDecide !== undefined && (
              <div className="row">
                {row.records.map((record, at) => (
                  <Button key={record.recordId} onClick={() => onDecide(record.recordId)}>
                    {t('checks.duplicates.keep', { n: at + 1 })}
                  </Button>
                ))}
                {row.state === 'open' && <Button onClick={() => onDecide(null)}>{t('checks.duplicates.isTwo')}</Button>}
              </div>
            )}
            {row.decided !== null && (
              <Facts
                rows={[
                  [t('checks.settledAt'), <Time key="at" at={row.decided.at} />],
                  row.decided.actor === null ? null : [t('checks.settledBy'), <Actor key="by" actor={row.decided.actor} />],
                  row.decided.reason === null ? null : [t('common.reason'), row.decided.reason],
                ]}
              />
            )}
          </div>
        )
      }}
    </Fetched>
  )
}

function Decide({ decision: { row, survivor }, onEnd }: { decision: Decision; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const id = useId()
  const send = useSend('post', '/admin/v1/duplicates/{id}/decide', ['/admin/v1/duplicates', '/admin/v1/records'])
  const [from, setFrom] = useState<string | null>(null)
  const kept = row.records.findIndex(({ recordId }) => recordId === survivor)
  const gone = row.records.findIndex(({ recordId }) => recordId !== survivor)
  return (
    <Confirm
      open
      reason
      title={survivor === null ? t('checks.duplicates.isTwo') : t('checks.duplicates.keep', { n: kept + 1 })}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          {
            path: { id: row.duplicate },
            body: (survivor === null
              ? { decision: 'different', reason }
              : { decision: 'same', survivor, reason, ...(from === null ? {} : { effectiveOn: from }) }) as never,
          },
          {
            onSuccess: () => {
              onEnd()
              void message.success(t('checks.duplicates.decided'))
            },
          },
        )
      }
      onCancel={onEnd}
    >
      {survivor === null ? (
        <p>{t('checks.duplicates.twoText')}</p>
      ) : (
        <>
          <p>{t('checks.duplicates.sameText', { kept: kept + 1, gone: gone + 1 })}</p>
          <div className="field">
            <label htmlFor={id}>{t('checks.duplicates.effectiveOn')}</label>
            <DatePicker id={id} onChange={(day) => setFrom(day?.format('YYYY-MM-DD') ?? null)} />
          </div>
        </>
      )}
    </Confirm>
  )
}
