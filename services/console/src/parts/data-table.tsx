import { Button, Table } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../api/problem.ts'
import { useNarrow } from '../theme/mode.tsx'
import type { ListState } from './list-state.ts'
import { Empty, Failed, Loading } from './states.tsx'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly render: (row: Row) => ReactNode
  readonly width?: number | string
  readonly align?: 'left' | 'right'
  /** On phones this stands at the head of the card, without its title. */
  readonly head?: boolean
}

/** What `useApi` gives for a list route. */
export interface PageOf<Row> {
  readonly data: { readonly items: readonly Row[]; readonly next: string | null } | undefined
  readonly error: ApiError | null
  readonly isPending: boolean
  readonly isFetching?: boolean
  readonly refetch: () => unknown
}

/**
 * A list of the API: a table on wide windows, cards on phones; pages by the cursor in the address.
 * @param page what `useApi('/admin/v1/…', { query: list.query }, { keep: true })` gave
 */
export function DataTable<Row extends object>({
  label,
  page,
  list,
  columns,
  rowKey,
  empty,
  expand,
  select,
}: {
  /** Said to screen readers. */
  label: string
  page: PageOf<Row>
  list?: Pick<ListState<never>, 'page'> & { readonly filtered?: boolean }
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string
  empty?: ReactNode
  /** What a row opens to. */
  expand?: (row: Row) => ReactNode
  select?: { readonly keys: readonly string[]; readonly change: (keys: string[]) => void }
}) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  if (page.data === undefined) return page.error === null ? <Loading /> : <Failed error={page.error} again={() => void page.refetch()} />
  const { items, next } = page.data
  if (items.length === 0 && (list === undefined || list.page.isFirst))
    return <>{list?.filtered === true || empty === undefined ? <Empty /> : empty}</>
  return (
    <div aria-busy={page.isFetching === true}>
      {narrow ? (
        <ul className="cards" aria-label={label}>
          {items.map((row) => (
            <Card key={rowKey(row)} row={row} columns={columns} expand={expand} />
          ))}
        </ul>
      ) : (
        <div className="table-scroll">
          <Table<Row>
            aria-label={label}
            size="middle"
            dataSource={items as Row[]}
            rowKey={rowKey}
            pagination={false}
            columns={columns.map(({ key, title, render, width, align }) => ({
              key,
              title,
              ...(width === undefined ? {} : { width }),
              ...(align === undefined ? {} : { align }),
              render: (_value: unknown, row: Row) => render(row),
            }))}
            {...(expand === undefined ? {} : { expandable: { expandedRowRender: expand } })}
            {...(select === undefined
              ? {}
              : { rowSelection: { selectedRowKeys: [...select.keys], onChange: (keys) => select.change(keys.map(String)) } })}
          />
        </div>
      )}
      {list !== undefined && (
        <nav className="pager" aria-label={label}>
          <span className="muted">{t('common.shown', { count: items.length })}</span>
          {!list.page.isFirst && <Button onClick={list.page.first}>{t('common.first')}</Button>}
          {!list.page.isFirst && <Button onClick={list.page.back}>{t('common.previous')}</Button>}
          {next !== null && <Button onClick={() => list.page.on(next)}>{t('common.next')}</Button>}
        </nav>
      )}
    </div>
  )
}

function Card<Row>({ row, columns, expand }: { row: Row; columns: readonly Column<Row>[]; expand: ((row: Row) => ReactNode) | undefined }) {
  const { t } = useTranslation()
  return (
    <li className="card-row">
      {columns
        .filter(({ head }) => head === true)
        .map(({ key, render }) => (
          <div key={key} className="card-head">
            {render(row)}
          </div>
        ))}
      <dl className="facts">
        {columns
          .filter(({ head }) => head !== true)
          .map(({ key, title, render }) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>{title}</dt>
              <dd>{render(row)}</dd>
            </div>
          ))}
      </dl>
      {expand !== undefined && (
        <details>
          <summary>{t('common.details')}</summary>
          {expand(row)}
        </details>
      )}
    </li>
  )
}
