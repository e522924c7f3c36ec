import { Input, Radio } from 'antd'
import dayjs from 'dayjs'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { DatePicker } from '../parts/date-picker.tsx'
import { InstantInput } from '../parts/instant-input.tsx'
import type { FileSaid } from './dictionary-types.ts'

/** What is wrong with what was said of a file; by member, in words of the page. */
export function faultsOf(said: FileSaid, now: number): Partial<Record<'title' | 'lastDay' | 'from', string>> {
  return {
    ...((said.title ?? '').trim() === '' ? { title: 'dictionary.titleMissing' } : {}),
    ...(said.keepGone && said.lastDay === null ? { lastDay: 'dictionary.lastDayMissing' } : {}),
    ...(said.later && (said.from === null || Date.parse(said.from) <= now) ? { from: 'standards.fromWrong' } : {}),
  }
}

/** What the file is, whether it is the whole table, what becomes of codes that it lacks, and from when it counts. */
export function SaidFields({
  said,
  onChange,
  faults,
}: {
  said: FileSaid
  onChange: (said: FileSaid) => void
  /** Shown once somebody wanted to go on. */
  faults: ReturnType<typeof faultsOf>
}) {
  const { t } = useTranslation()
  const id = useId()
  const set = (change: Partial<FileSaid>) => onChange({ ...said, ...change })
  const day = (name: string, value: string | null, label: string, onDay: (day: string | null) => void, fault?: string) => (
    <Field id={`${id}-${name}`} label={label} {...(fault === undefined ? {} : { fault: t(fault) })}>
      <DatePicker
        id={`${id}-${name}`}
        aria-describedby={`${id}-${name}-problem`}
        value={value === null ? null : dayjs(value)}
        onChange={(at) => onDay(at?.format('YYYY-MM-DD') ?? null)}
      />
    </Field>
  )
  return (
    <div className="panel-foot">
      <div className="fields">
        <Field id={`${id}-title`} label={t('dictionary.title')} must {...(faults.title === undefined ? {} : { fault: t(faults.title) })}>
          <Input
            id={`${id}-title`}
            aria-describedby={`${id}-title-problem`}
            aria-invalid={faults.title !== undefined}
            maxLength={300}
            value={said.title ?? ''}
            onChange={({ target }) => set({ title: target.value })}
          />
        </Field>
        <Field id={`${id}-reference`} label={t('dictionary.reference')}>
          <Input
            id={`${id}-reference`}
            maxLength={300}
            value={said.reference}
            onChange={({ target }) => set({ reference: target.value })}
          />
        </Field>
        {day('date', said.date, t('dictionary.date'), (date) => set({ date }))}
      </div>
      <div className="fields">
        <Choice
          label={t('dictionary.whole')}
          value={said.complete}
          options={[
            [false, t('dictionary.notWhole')],
            [true, t('dictionary.isWhole')],
          ]}
          onChange={(complete) => set({ complete })}
        />
        {!said.complete && (
          <Field id={`${id}-missing`} label={t('dictionary.missing')}>
            <Input id={`${id}-missing`} maxLength={300} value={said.missing} onChange={({ target }) => set({ missing: target.value })} />
          </Field>
        )}
      </div>
      <div className="fields">
        <Choice
          label={t('dictionary.gone')}
          value={said.keepGone}
          options={[
            [true, t('dictionary.goneEnd')],
            [false, t('dictionary.goneDrop')],
          ]}
          onChange={(keepGone) => set({ keepGone })}
        />
        {said.keepGone && day('last', said.lastDay, t('dictionary.lastDay'), (lastDay) => set({ lastDay }), faults.lastDay)}
      </div>
      <div className="fields">
        <Choice
          label={t('standards.when')}
          value={said.later}
          options={[
            [false, t('standards.atOnce')],
            [true, t('standards.later')],
          ]}
          onChange={(later) => set({ later })}
        />
        {said.later && (
          <Field id={`${id}-from`} label={t('standards.fromAsked')} {...(faults.from === undefined ? {} : { fault: t(faults.from) })}>
            <InstantInput
              id={`${id}-from`}
              describedBy={`${id}-from-problem`}
              value={said.from ?? undefined}
              onChange={(from) => set({ from: from ?? null })}
            />
          </Field>
        )}
      </div>
    </div>
  )
}

function Field({
  id,
  label,
  must = false,
  fault,
  children,
}: {
  id: string
  label: string
  must?: boolean
  fault?: string
  children: ReactNode
}) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {must && (
          <span className="must" aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children}
      <div id={`${id}-problem`}>
        {fault !== undefined && (
          <div className="problem-line bad" role="alert">
            {fault}
          </div>
        )}
      </div>
    </div>
  )
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: boolean
  options: readonly (readonly [boolean, string])[]
  onChange: (value: boolean) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <span id={id}>{label}</span>
      <Radio.Group
        aria-labelledby={id}
        className="stack"
        value={value}
        onChange={({ target }) => onChange(target.value as boolean)}
        options={options.map(([one, text]) => ({ value: one, label: text }))}
      />
    </div>
  )
}
