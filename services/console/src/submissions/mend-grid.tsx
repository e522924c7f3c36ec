import type { Field, Release } from '@huijiao/standard/browser'
import { Button, Checkbox } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldInput } from '../entry/field-input.tsx'
import { fieldOf, isError, mended, withValue } from '../entry/judge.ts'
import { ProblemLine } from '../entry/problem-line.tsx'
import { nameIn } from '../standard/release.ts'
import { Scroll } from '../parts/scroll.tsx'
import { StateTag } from '../parts/page-header.tsx'
import { type MendRow, mendRow, problemsOf } from './mend.ts'
import { PlaceText } from './problem-groups.tsx'

const shownAtOnce = 20

/** The refused rows, table by table: only the columns where something is wrong, beside what names the record; every cell can be mended in place. */
export function MendGrid({
  release,
  rows,
  onChange,
  onRemove,
}: {
  release: Release
  rows: readonly MendRow[]
  onChange: (rows: readonly MendRow[]) => void
  onRemove: (index: number) => void
}) {
  const { t } = useTranslation()
  const tables = [...new Set(rows.map(({ record }) => record.entity))]
  const offered = rows.reduce(
    (sum, row) => sum + problemsOf(release, row).filter((problem) => isError(problem) && (problem.fix?.length ?? 0) > 0).length,
    0,
  )
  const takeAll = () => onChange(rows.map((row) => mendRow(release, row)))
  return (
    <div className="page">
      {offered > 0 && (
        <div className="row notice good">
          <span>{t('submissions.mend.offered', { count: offered })}</span>
          <Button type="primary" onClick={takeAll}>
            {t('submissions.mend.takeAll')}
          </Button>
        </div>
      )}
      {tables.map((code) => (
        <EntityGrid
          key={code}
          release={release}
          code={code}
          rows={rows.filter(({ record }) => record.entity === code)}
          onRow={(changed) => onChange(rows.map((row) => (row.index === changed.index ? changed : row)))}
          onRemove={onRemove}
        />
      ))}
    </div>
  )
}

function EntityGrid({
  release,
  code,
  rows,
  onRow,
  onRemove,
}: {
  release: Release
  code: string
  rows: readonly MendRow[]
  onRow: (row: MendRow) => void
  onRemove: (index: number) => void
}) {
  const { t, i18n } = useTranslation()
  const [all, setAll] = useState(false)
  const [limit, setLimit] = useState(shownAtOnce)
  const entity = release.entities.get(code)
  // Columns that once had a problem stay: a cell must not vanish under the hands of whoever mends it.
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set())
  const judged = useMemo(() => new Map(rows.map((row) => [row.index, problemsOf(release, row)])), [release, rows])
  const now = new Set([...judged.values()].flat().flatMap((problem) => (fieldOf(problem) === null ? [] : [fieldOf(problem) as string])))
  const missing = [...now].filter((name) => !wrong.has(name))
  if (missing.length > 0) setWrong(new Set([...wrong, ...missing]))
  if (entity === undefined)
    return (
      <section className="panel">
        <h2>{code}</h2>
        {rows.map((row) => (
          <div key={row.index}>
            {problemsOf(release, row).map((problem, at) => (
              <ProblemLine key={at} problem={problem} />
            ))}
          </div>
        ))}
      </section>
    )
  const known = entity.fields.filter((field) => field.kind !== 'attachment')
  const naming = known
    .filter((field) => entity.key.includes(field.code) || /^(PrjName|CorpName|PersonName|ConPrjName)$/.test(field.code))
    .slice(0, 3)
  const columns = all ? known : known.filter((field) => naming.includes(field) || wrong.has(field.code) || now.has(field.code))
  const unknown = [...now].filter((name) => !known.some((field) => field.code === name))
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>
          {nameIn(i18n.language, entity)} <span className="muted">{code}</span>
        </h2>
        <Checkbox checked={all} onChange={({ target }) => setAll(target.checked)}>
          {t('submissions.mend.allFields')}
        </Checkbox>
      </div>
      <Scroll label={nameIn(i18n.language, entity)}>
        <table className="mend">
          <thead>
            <tr>
              <th scope="col">{t('submissions.mend.row')}</th>
              {columns.map((field) => (
                <th key={field.code} scope="col">
                  {nameIn(i18n.language, field)}
                  {field.mandatory && (
                    <span className="must" aria-label={t('common.required')}>
                      *
                    </span>
                  )}
                  <div className="muted small">{field.code}</div>
                </th>
              ))}
              <th scope="col">{t('submissions.mend.rest')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row) => (
              <GridRow
                key={row.index}
                release={release}
                row={row}
                columns={columns}
                unknown={unknown}
                problems={judged.get(row.index) ?? []}
                onRow={onRow}
                onRemove={() => onRemove(row.index)}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > limit && (
        <Button onClick={() => setLimit(limit + 50)}>{t('submissions.mend.more', { count: rows.length - limit })}</Button>
      )}
    </section>
  )
}

function GridRow({
  release,
  row,
  columns,
  unknown,
  problems,
  onRow,
  onRemove,
}: {
  release: Release
  row: MendRow
  columns: readonly Field[]
  unknown: readonly string[]
  problems: ReturnType<typeof problemsOf>
  onRow: (row: MendRow) => void
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation()
  const shown = useDeferredValue(problems)
  const errors = shown.filter(isError).length
  const fix = (data: MendRow['data']) => onRow({ ...row, data })
  const shownIn = new Set(columns.map((field) => field.code))
  const rest = shown.filter((problem) => !shownIn.has(fieldOf(problem) ?? ''))
  return (
    <tr>
      <th scope="row" data-label={t('submissions.mend.row')}>
        <PlaceText
          record={row.index}
          place={
            row.place === undefined
              ? undefined
              : { row: row.place.row, ...(row.place.sheet === undefined ? {} : { sheet: row.place.sheet }) }
          }
        />
        <div>
          {errors === 0 ? (
            <StateTag meaning="good">{t('submissions.mend.ready')}</StateTag>
          ) : (
            <StateTag meaning="bad">{t('submissions.mend.errors', { count: errors })}</StateTag>
          )}
        </div>
        <div className="muted small break">{row.record.sourceId}</div>
        <button type="button" className="link-button small" onClick={onRemove}>
          {t('submissions.mend.leaveOut')}
          <span className="visually-hidden"> {t('submissions.recordAt', { at: row.index + 1 })}</span>
        </button>
      </th>
      {columns.map((field) => {
        const own = shown.filter((problem) => fieldOf(problem) === field.code)
        const id = `cell-${row.index}-${field.code}`
        return (
          <td
            key={field.code}
            data-label={nameIn(i18n.language, field)}
            className={own.some(isError) ? 'wrong' : own.length > 0 ? 'noted' : undefined}
          >
            <FieldInput
              id={id}
              release={release}
              field={field}
              value={row.data[field.code]}
              label={`${nameIn(i18n.language, field)}，${t('submissions.recordAt', { at: row.index + 1 })}`}
              invalid={own.some(isError)}
              {...(own.length === 0 ? {} : { describedBy: `${id}-problem` })}
              onChange={(text) => fix(withValue(row.data, field, text))}
            />
            {own.length > 0 && (
              <div id={`${id}-problem`}>
                {own.map((problem) => (
                  <ProblemLine key={problem.code} problem={problem} onFix={(operations) => fix(mended(row.data, operations))} />
                ))}
              </div>
            )}
          </td>
        )
      })}
      <td data-label={t('submissions.mend.rest')}>
        {rest.length === 0 && unknown.length === 0 && <span className="muted">—</span>}
        {rest.map((problem, at) => (
          <ProblemLine key={at} problem={problem} onFix={(operations) => fix(mended(row.data, operations))} />
        ))}
      </td>
    </tr>
  )
}
