import { Button } from 'antd'
import { Fragment, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../api/problem.ts'
import { useNarrow } from '../theme/mode.tsx'
import type { ListState } from './list-state.ts'
import { NamesOf } from './participant-name.tsx'
import { Scroll } from './scroll.tsx'
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

interface Selection {
  readonly keys: readonly string[]
  readonly change: (keys: string[]) => void
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
  select?: Selection
}) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  if (page.data === undefined && page.error !== null) {
    // An address with a place in the list that the node does not know: asking again would never help.
    const elsewhere = list !== undefined && !list.page.isFirst && page.error.status === 400
    return (
      <>
        <Failed error={page.error} {...(elsewhere ? {} : { again: () => void page.refetch() })} />
        {elsewhere && (
          <p className="state-foot">
            <Button onClick={list.page.first}>{t('common.first')}</Button>
          </p>
        )}
      </>
    )
  }
  if (page.data === undefined) return <Loading />
  const { items, next } = page.data
  if (items.length === 0 && (list === undefined || list.page.isFirst))
    return <>{list?.filtered === true || empty === undefined ? <Empty /> : empty}</>
  const rows = { items, columns, rowKey, expand, select, label }
  return (
    <div aria-busy={page.isFetching === true}>
      <NamesOf answer={page.data}>{narrow ? <Cards {...rows} /> : <Rows {...rows} />}</NamesOf>
      {list !== undefined && (
        <div className="pager">
          <span className="muted">{t('common.shown', { count: items.length })}</span>
          {!list.page.isFirst && <Button onClick={list.page.first}>{t('common.first')}</Button>}
          {!list.page.isFirst && <Button onClick={list.page.back}>{t('common.previous')}</Button>}
          {next !== null && <Button onClick={() => list.page.on(next)}>{t('common.next')}</Button>}
        </div>
      )}
    </div>
  )
}

interface Shown<Row> {
  readonly label: string
  readonly items: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  readonly expand: ((row: Row) => ReactNode) | undefined
  readonly select: Selection | undefined
}

function Rows<Row>({ label, items, columns, rowKey, expand, select }: Shown<Row>) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string) =>
    setOpen((before) => (before.has(key) ? new Set([...before].filter((one) => one !== key)) : new Set([...before, key])))
  return (
    <Scroll label={label}>
      <table className="table">
        <thead>
          <tr>
            {select !== undefined && (
              <th scope="col" className="tight">
                <SelectAll items={items} rowKey={rowKey} select={select} />
              </th>
            )}
            {columns.map(({ key, title, width, align }) => (
              <th
                key={key}
                scope="col"
                {...(width === undefined ? {} : { style: { width } })}
                className={align === 'right' ? 'right' : undefined}
              >
                {title}
              </th>
            ))}
            {expand !== undefined && (
              <th scope="col" className="tight">
                <span className="visually-hidden">{t('common.details')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((row) => {
            const key = rowKey(row)
            return (
              <Fragment key={key}>
                <tr className={open.has(key) ? 'opened' : undefined}>
                  {select !== undefined && (
                    <td className="tight">
                      <SelectOne id={key} select={select} />
                    </td>
                  )}
                  {columns.map((column) => (
                    <td key={column.key} className={column.align === 'right' ? 'right number' : undefined}>
                      {column.render(row)}
                    </td>
                  ))}
                  {expand !== undefined && (
                    <td className="tight">
                      <button type="button" className="link-button" aria-expanded={open.has(key)} onClick={() => toggle(key)}>
                        {open.has(key) ? t('common.close') : t('common.details')}
                      </button>
                    </td>
                  )}
                </tr>
                {expand !== undefined && open.has(key) && (
                  <tr className="expansion">
                    <td colSpan={columns.length + 1 + (select === undefined ? 0 : 1)}>{expand(row)}</td>
                  </tr>
                )}
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

function Cards<Row>({ label, items, columns, rowKey, expand, select }: Shown<Row>) {
  const { t } = useTranslation()
  const heads = columns.filter(({ head }) => head === true)
  return (
    <ul className="cards" aria-label={label}>
      {items.map((row) => (
        <li className="card-row" key={rowKey(row)}>
          {(heads.length > 0 || select !== undefined) && (
            <div className="card-head row">
              {select !== undefined && <SelectOne id={rowKey(row)} select={select} />}
              {heads.map(({ key, render }) => (
                <Fragment key={key}>{render(row)}</Fragment>
              ))}
            </div>
          )}
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
      ))}
    </ul>
  )
}

function SelectOne({ id, select }: { id: string; select: Selection }) {
  const { t } = useTranslation()
  const on = select.keys.includes(id)
  return (
    <input
      type="checkbox"
      aria-label={t('common.selectRow')}
      checked={on}
      onChange={() => select.change(on ? select.keys.filter((key) => key !== id) : [...select.keys, id])}
    />
  )
}

function SelectAll<Row>({ items, rowKey, select }: { items: readonly Row[]; rowKey: (row: Row) => string; select: Selection }) {
  const { t } = useTranslation()
  const keys = items.map(rowKey)
  const all = keys.length > 0 && keys.every((key) => select.keys.includes(key))
  return <input type="checkbox" aria-label={t('common.selectAll')} checked={all} onChange={() => select.change(all ? [] : keys)} />
}
