import { App, Button } from 'antd'
import dayjs from 'dayjs'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { useMaySee } from '../layout/frame.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { DatePicker } from '../parts/date-picker.tsx'
import { EntityFilter } from '../parts/entity-filter.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { Filters, TextFilter } from '../parts/filters.tsx'
import { spanText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { SenderFilter } from '../parts/participant-filter.tsx'
import { ParticipantName } from '../parts/participant-name.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { RecordShown } from '../records/types.ts'
import { said, Value } from '../records/values.tsx'
import { pages } from '../routes.tsx'
import type { HeldRow } from './types.ts'

const keyOf = (row: HeldRow) => `${row.part} ${row.ordinal}`
const stale = ['/admin/v1/held', '/admin/v1/records']

/** Records that wait for others: for which table, since when, and when they are refused if it does not come. */
export function Held() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['entity', 'parent', 'region', 'stream'])
  const page = useApi('/admin/v1/held', { query: list.query as never }, { keep: true, everyMs: 30_000 })
  const rows = page.data?.items as readonly HeldRow[] | undefined
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [extending, setExtending] = useState<readonly HeldRow[] | null>(null)
  const mayExtend = may('POST', '/held/extend')
  const done = (count: number) => {
    setExtending(null)
    setChosen([])
    void message.success(t('checks.held.extended', { count }))
  }
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.held.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <EntityFilter label={t('checks.entity')} value={list.filters.entity} onChange={(entity) => list.set({ entity })} />
          <EntityFilter label={t('checks.held.parent')} value={list.filters.parent} onChange={(parent) => list.set({ parent })} />
          <TextFilter
            label={t('checks.region')}
            value={list.filters.region}
            placeholder="370102"
            pattern={/^\d{2,6}$/}
            onChange={(region) => list.set({ region })}
          />
          <SenderFilter value={list.filters.stream} names={page.data?.names} onChange={(stream) => list.set({ stream })} />
        </Filters>
        {mayExtend && chosen.length > 0 && (
          <div className="row">
            <Button type="primary" onClick={() => setExtending((rows ?? []).filter((row) => chosen.includes(keyOf(row))))}>
              {t('checks.held.extendChosen', { count: chosen.length })}
            </Button>
          </div>
        )}
        <DataTable<HeldRow>
          label={t('checks.tabs.held')}
          page={page as unknown as PageOf<HeldRow>}
          list={list}
          rowKey={keyOf}
          {...(mayExtend ? { select: { keys: chosen, change: setChosen } } : {})}
          empty={
            <Empty title={t('checks.held.none')}>
              <p>{t('checks.held.noneText')}</p>
            </Empty>
          }
          expand={(row) => <Missing row={row} />}
          columns={[
            {
              key: 'entity',
              title: t('checks.entity'),
              head: true,
              render: (row) => (
                <Link to={`/records/${row.recordId}`}>
                  <EntityName code={row.entity} />
                </Link>
              ),
            },
            { key: 'waits', title: t('checks.held.waitsFor'), render: (row) => <WaitsFor row={row} /> },
            { key: 'until', title: t('checks.held.until'), render: (row) => <Until row={row} /> },
            { key: 'since', title: t('checks.held.since'), render: (row) => <Time at={row.heldAt} ago /> },
            { key: 'region', title: t('checks.region'), render: (row) => <RegionName code={row.reportingRegion} /> },
            { key: 'sender', title: t('submissions.participant'), render: (row) => <ParticipantName id={row.stream} link={false} /> },
            {
              key: 'do',
              title: t('checks.do'),
              render: (row) => (
                <span className="row">
                  {mayExtend && row.until !== null && (
                    <Button size="small" onClick={() => setExtending([row])}>
                      {t('checks.held.extend')}
                    </Button>
                  )}
                  <Link to={`/submissions/${row.submission.id}`}>{t('checks.held.submission')}</Link>
                </span>
              ),
            },
          ]}
        />
      </div>
      {extending !== null && <Extend rows={extending} onDone={done} onCancel={() => setExtending(null)} />}
    </Panel>
  )
}

function WaitsFor({ row }: { row: HeldRow }) {
  const { t } = useTranslation()
  if (row.waitsFor.length === 0) return <>{t('checks.held.behind')}</>
  return (
    <ul className="bare-list">
      {row.waitsFor.map(({ entity, field, rule }) => (
        <li key={`${entity} ${field} ${rule}`}>{entity === null ? t('checks.held.someParent') : <EntityName code={entity} />}</li>
      ))}
    </ul>
  )
}

const soonMs = 3 * 24 * 3_600_000

function Until({ row }: { row: HeldRow }) {
  const { t } = useTranslation()
  const [now] = useState(() => Date.now())
  if (row.until === null) return <span className="muted">{t('checks.held.noTerm')}</span>
  const left = Date.parse(row.until) - now
  return (
    <span className="row">
      <Time at={row.until} seconds={false} />
      <StateTag meaning={left <= 0 ? 'bad' : left < soonMs ? 'warn' : 'info'}>
        {left <= 0 ? t('checks.held.due') : t('checks.held.left', { span: spanText(left / 1000) })}
      </StateTag>
    </span>
  )
}

/** What of the record names the parent that is missing, and the ways to it. */
function Missing({ row }: { row: HeldRow }) {
  const { t } = useTranslation()
  const maySee = useMaySee()
  const query = useApi('/admin/v1/records/{recordId}', { path: { recordId: row.recordId } })
  const entryPage = pages.find(({ path }) => path === '/entry/:entity')
  const mayEnter = entryPage !== undefined && maySee(entryPage)
  return (
    <Fetched query={query}>
      {(data) => {
        const record = data as unknown as RecordShown
        return (
          <div className="page">
            <p>
              {t('checks.held.why', { id: row.sourceId ?? row.recordId })}
              {row.behindEarlier && <> {t('checks.held.behind')}</>}
            </p>
            <ul className="bare-list">
              {row.waitsFor.map(({ entity, field, rule }) => {
                const named = record.fields.find((one) => one.code === field)
                const text = named?.hidden === true || typeof named?.value !== 'string' ? null : named.value
                return (
                  <li key={`${entity} ${field} ${rule}`} className="row">
                    {entity !== null && <EntityName code={entity} />}
                    {named !== undefined && (
                      <span>
                        {said(named)} <Value field={named} />
                      </span>
                    )}
                    {text !== null && <Link to={`/records?q=${encodeURIComponent(text)}`}>{t('checks.held.search')}</Link>}
                    {entity !== null && mayEnter && <Link to={`/entry/${entity}`}>{t('checks.held.enter')}</Link>}
                  </li>
                )
              })}
            </ul>
          </div>
        )
      }}
    </Fetched>
  )
}

function Extend({ rows, onDone, onCancel }: { rows: readonly HeldRow[]; onDone: (count: number) => void; onCancel: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const send = useSend('post', '/admin/v1/held/extend', stale)
  const [latest] = useState(() => dayjs(Math.max(Date.now(), ...rows.map((row) => Date.parse(row.until ?? row.heldAt)))))
  const [day, setDay] = useState(latest.add(7, 'day'))
  return (
    <Confirm
      open
      reason
      title={t('checks.held.extendTitle', { count: rows.length })}
      okText={t('checks.held.extend')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          {
            body: {
              records: rows.map(({ part, ordinal }) => ({ part, ordinal })),
              until: `${day.format('YYYY-MM-DD')}T23:59:59+08:00`,
              reason,
            } as never,
          },
          { onSuccess: (answer) => onDone((answer as { extended?: number }).extended ?? rows.length) },
        )
      }
      onCancel={onCancel}
    >
      <div className="field">
        <label htmlFor={id}>{t('checks.held.newUntil')}</label>
        <DatePicker
          id={id}
          value={day}
          allowClear={false}
          disabledDate={(one) => one.isBefore(latest, 'day')}
          onChange={(next) => {
            if (next !== null) setDay(next)
          }}
        />
        <p className="muted small">{t('checks.held.extendText')}</p>
      </div>
    </Confirm>
  )
}
