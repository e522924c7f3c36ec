import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type Answer, useApi } from '../api/hooks.ts'
import { DataTable } from '../parts/data-table.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { numberText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Time } from '../parts/time.tsx'
import { EntityName } from '../parts/entity-name.tsx'

type Row = Answer<'/admin/v1/links/{name}/skips'>['items'][number]

/** What does not go up, and why: not due yet, or left out because incomplete. Judged again when the rule changes. */
export function Skips({ facts }: { facts: Answer<'/admin/v1/links/{name}'> }) {
  const { t, i18n } = useTranslation()
  const list = useListState(['reason', 'kind', 'entity'])
  const page = useApi('/admin/v1/links/{name}/skips', { path: { name: facts.name }, query: list.query as never }, { keep: true })
  const wordsOf = (title: { zh: string; en: string }) => (i18n.language === 'en' ? title.en : title.zh)
  return (
    <div className="page">
      <p className="muted">{t('links.skipsText')}</p>
      <Filters filtered={list.filtered} onClear={list.clear}>
        <ChoiceFilter
          label={t('common.reason')}
          value={list.filters.reason}
          onChange={(reason) => list.set({ reason })}
          options={(facts.skips ?? []).map(({ reason, title, count }) => ({
            value: reason,
            label: `${wordsOf(title)} (${numberText(count)})`,
          }))}
        />
        <ChoiceFilter
          label={t('links.kind')}
          value={list.filters.kind}
          onChange={(kind) => list.set({ kind })}
          options={['not-due', 'incomplete'].map((value) => ({ value, label: t(`links.skipKinds.${value}`) }))}
        />
      </Filters>
      <DataTable<Row>
        label={t('links.skipped')}
        page={page}
        list={list}
        rowKey={(row) => `${row.part}-${row.ordinal}`}
        columns={[
          { key: 'entity', title: t('links.entity'), head: true, render: (row) => <EntityName code={row.entity} /> },
          { key: 'reason', title: t('common.reason'), render: (row) => wordsOf(row.title) },
          {
            key: 'kind',
            title: t('links.kind'),
            render: (row) => <StateTag meaning={row.kind === 'incomplete' ? 'warn' : 'quiet'}>{t(`links.skipKinds.${row.kind}`)}</StateTag>,
          },
          { key: 'region', title: t('links.region'), render: (row) => <RegionName code={row.reportingRegion} /> },
          {
            key: 'record',
            title: t('links.record'),
            render: (row) => <Link to={`/records/${row.recordId}`}>{`${row.recordId.slice(0, 14)}…`}</Link>,
          },
          { key: 'at', title: t('links.at'), render: (row) => <Time at={row.skippedAt} /> },
        ]}
      />
    </div>
  )
}
