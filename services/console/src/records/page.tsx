import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { type Column, DataTable, type PageOf } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters, TextFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { RecordState } from './state.tsx'
import type { RecordListed } from './types.ts'
import { nameOf, said, valueText } from './values.tsx'
import './records.css'

const libraries = ['enterprise', 'person', 'project', 'conduct'] as const
const states = ['in-force', 'pending_review', 'doubtful', 'held', 'superseded', 'refused', 'withdrawn'] as const

/** The four libraries: one box for names, numbers, codes and pinyin; what is asked for stands in the address. */
export default function RecordsPage() {
  const { t } = useTranslation()
  const list = useListState(['q', 'library', 'region', 'state'])
  const page = useApi('/admin/v1/records', { query: { ...list.query, limit: 30 } as never }, { keep: true })
  const data = page.data as { tooMany?: boolean; behind?: number } | undefined
  const columns: readonly Column<RecordListed>[] = [
    {
      key: 'name',
      title: t('records.name'),
      head: true,
      width: '22%',
      render: (row) => <Link to={`/records/${row.recordId}`}>{nameOf(row)}</Link>,
    },
    { key: 'entity', title: t('records.entity'), render: (row) => said(row.entityName) },
    { key: 'number', title: t('records.number'), render: (row) => <span className="mono record-number">{row.number}</span> },
    {
      key: 'facts',
      title: t('records.facts'),
      render: (row) => row.facts.slice(0, 3).map((field) => <FactLine key={field.code} label={said(field)} value={valueText(field)} />),
    },
    { key: 'region', title: t('records.region'), render: (row) => row.regionName },
    { key: 'state', title: t('records.state'), render: (row) => <RecordState state={row.state} /> },
  ]
  return (
    <div className="page">
      <PageHeader title={t('records.title')} text={t('records.intro')} />
      <nav className="library-tabs" aria-label={t('records.library')}>
        {[undefined, ...libraries].map((library) => (
          <button
            key={library ?? 'all'}
            type="button"
            aria-pressed={list.filters.library === library}
            onClick={() => list.set({ library })}
          >
            {t(library === undefined ? 'common.all' : `records.libraries.${library}`)}
          </button>
        ))}
      </nav>
      <Panel>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <TextFilter
            label={t('records.search')}
            value={list.filters.q}
            placeholder={t('records.searchHint')}
            onChange={(q) => list.set({ q })}
          />
          <TextFilter
            label={t('records.region')}
            value={list.filters.region}
            placeholder="370102"
            pattern={/^\d{2,6}$/}
            onChange={(region) => list.set({ region })}
          />
          <ChoiceFilter
            label={t('records.state')}
            value={list.filters.state}
            options={states.map((value) => ({ value, label: t(`records.states.${value}`) }))}
            onChange={(state) => list.set({ state })}
          />
        </Filters>
      </Panel>
      {data?.tooMany === true && <p className="records-note">{t('records.tooMany')}</p>}
      {(data?.behind ?? 0) > 0 && <p className="records-note">{t('records.behind')}</p>}
      <Panel>
        <DataTable
          label={t('records.title')}
          page={page as unknown as PageOf<RecordListed>}
          list={list}
          columns={columns}
          rowKey={(row) => row.recordId}
          empty={<Empty title={t('records.emptyTitle')}>{<p>{t('records.emptyText')}</p>}</Empty>}
        />
      </Panel>
    </div>
  )
}

function FactLine({ label, value }: { label: string; value: string }) {
  return (
    <div className="fact-line">
      <span className="muted">{label}</span> {value}
    </div>
  )
}
