import { Button, Input, Select } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNarrow } from '../theme/mode.tsx'
import { InstantInput } from './instant-input.tsx'

/** The row of filters above a list; on phones it is folded while nothing is filtered, so that the list begins on the first screen. */
export function Filters({ children, onClear, filtered }: { children: ReactNode; onClear: () => void; filtered: boolean }) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const row = (
    <search className="filters">
      {children}
      {filtered && <Button onClick={onClear}>{t('common.reset')}</Button>}
    </search>
  )
  if (!narrow) return row
  return (
    <details className="filters-fold" open={filtered}>
      <summary>{t('common.filters')}</summary>
      {row}
    </details>
  )
}

/** One of a few values; none is all. */
export function ChoiceFilter({
  label,
  value,
  options,
  withoutAll = false,
  onChange,
}: {
  label: string
  value: string | undefined
  options: readonly { readonly value: string; readonly label: string }[]
  /** One of the values is always chosen. */
  withoutAll?: boolean
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        value={value ?? ''}
        style={{ minWidth: 140 }}
        options={withoutAll ? [...options] : [{ value: '', label: t('common.all') }, ...options]}
        onChange={(next: string) => onChange(next === '' ? undefined : next)}
      />
    </div>
  )
}

/** Free text, taken at Enter, at leaving the field, or by its button. */
export function TextFilter({
  label,
  value,
  placeholder,
  pattern,
  onChange,
}: {
  label: string
  value: string | undefined
  placeholder?: string
  /** What is taken; anything else is shown as wrong and not asked for. */
  pattern?: RegExp
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState(value ?? '')
  // What stands in the address counts: another filter, or Back, may have changed it.
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    setText(value ?? '')
  }
  const wrong = text !== '' && pattern !== undefined && !pattern.test(text.trim())
  const take = () => {
    if (!wrong && text.trim() !== (value ?? '')) onChange(text.trim() === '' ? undefined : text.trim())
  }
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        allowClear
        value={text}
        placeholder={placeholder ?? ''}
        {...((placeholder?.length ?? 0) > 12 ? { className: 'wide' } : {})}
        aria-invalid={wrong}
        {...(wrong ? { status: 'error' as const } : {})}
        onChange={({ target }) => {
          setText(target.value)
          if (target.value === '') onChange(undefined)
        }}
        onPressEnter={take}
        onBlur={take}
        {...(wrong && placeholder !== undefined ? { 'aria-describedby': `${id}-wrong` } : {})}
      />
      {wrong && placeholder !== undefined && (
        <div id={`${id}-wrong`} className="small" role="alert">
          {t('common.likeThis', { example: placeholder })}
        </div>
      )}
    </div>
  )
}

/** An instant, chosen as Beijing time whatever the computer's zone, kept in UTC as the API takes it. */
export function InstantFilter({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const id = useId()
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <InstantInput id={id} value={value} onChange={onChange} />
    </div>
  )
}

/** The id of a record, `r_` and 32 hexadecimal digits. */
export function RecordFilter(props: { label: string; value: string | undefined; onChange: (value: string | undefined) => void }) {
  return <TextFilter {...props} placeholder="r_01a2…" pattern={/^r_[0-9a-f]{32}$/} />
}
