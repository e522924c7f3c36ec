import type { FixOperation, ProblemDocument } from '@huijiao/problem/browser'
import type { Entity, Field, Release } from '@huijiao/standard/browser'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page-header.tsx'
import { isInferred, nameIn } from '../standard/release.ts'
import { FieldInput } from './field-input.tsx'
import { type Data, fieldOf, isError, mended, type Section, withValue } from './judge.ts'
import { ProblemLine } from './problem-line.tsx'

export interface FormState {
  readonly data: Data
  /** Fields that were left once: only they tell what is wrong with them, until everything was asked for. */
  readonly touched: ReadonlySet<string>
  readonly all: boolean
}

export const emptyForm: FormState = { data: {}, touched: new Set(), all: false }

export const fieldId = (prefix: string, code: string): string => `${prefix}-${code}`

/** The sections of a form, every field with what the standard says of it and what is wrong with it. */
export function FormSections({
  prefix,
  release,
  sections,
  state,
  problems,
  titles,
  onlyMandatory,
  marks = true,
  onChange,
}: {
  prefix: string
  release: Release
  sections: readonly { readonly name: string; readonly fields: readonly Field[] }[]
  state: FormState
  problems: readonly ProblemDocument[]
  /** Heading of a section. */
  titles: (name: string) => string
  onlyMandatory: boolean
  /** Whether each field says when it was inferred; where all were, the page says it once. */
  marks?: boolean
  onChange: (state: FormState) => void
}) {
  return (
    <>
      {sections.map(({ name, fields }) => {
        const shown = onlyMandatory
          ? fields.filter(
              (field) => field.mandatory || field.conditional || problems.some((one) => fieldOf(one) === field.code && isError(one)),
            )
          : fields
        if (shown.length === 0) return null
        return (
          <Panel key={name} title={titles(name)}>
            <div className="fields">
              {shown.map((field) => (
                <OneField
                  key={field.code}
                  id={fieldId(prefix, field.code)}
                  release={release}
                  field={field}
                  state={state}
                  problems={problems}
                  marks={marks}
                  onChange={onChange}
                />
              ))}
            </div>
          </Panel>
        )
      })}
    </>
  )
}

function OneField({
  id,
  release,
  field,
  state,
  problems,
  marks,
  onChange,
}: {
  id: string
  release: Release
  field: Field
  state: FormState
  problems: readonly ProblemDocument[]
  marks: boolean
  onChange: (state: FormState) => void
}) {
  const { t, i18n } = useTranslation()
  const own = problems.filter((problem) => fieldOf(problem) === field.code)
  // What is missing is told when it was asked for; what is wrong with a value, as soon as there is one and the field was left or a check digit can be told.
  const told = own.filter(
    (problem) =>
      state.all ||
      state.touched.has(field.code) ||
      (state.data[field.code] !== undefined && problem.code !== 'field-missing' && isComplete(field, state.data[field.code])),
  )
  const hints = [
    field.conditional && !field.mandatory ? t('entry.conditional') : null,
    field.privacy === 'sealed' ? t('entry.sealed') : null,
    field.kind === 'text' && field.length !== undefined && field.length > 60 ? t('entry.length', { count: field.length }) : null,
    field.unit ?? null,
  ].filter((one) => one !== null)
  const wide = field.kind === 'text' && (field.length ?? 0) > 300
  return (
    <div className={`field${wide ? ' wide' : ''}`}>
      <label htmlFor={id}>
        <span>
          {nameIn(i18n.language, field)}
          {field.mandatory && (
            <span className="must" title={t('common.required')}>
              *<span className="visually-hidden">{t('common.required')}</span>
            </span>
          )}
        </span>
        <span className="muted small">{field.code}</span>
        {marks && isInferred(field) && (
          <span className="tag small" title={t('entry.inferredHint', { text: field.provenance.join('; ') })}>
            {t('entry.inferred')}
          </span>
        )}
      </label>
      <FieldInput
        id={id}
        release={release}
        field={field}
        value={state.data[field.code]}
        invalid={told.some(isError)}
        {...(told.length + hints.length === 0 ? {} : { describedBy: `${id}-about` })}
        onChange={(text) =>
          onChange({ ...state, data: withValue(state.data, field, text), touched: touchedByPicking(field, state.touched) })
        }
        onLeave={() => {
          if (!state.touched.has(field.code) && state.data[field.code] !== undefined)
            onChange({ ...state, touched: new Set([...state.touched, field.code]) })
        }}
      />
      <div id={`${id}-about`} aria-live="polite">
        {told.map((problem) => (
          <ProblemLine
            key={`${problem.code} ${problem.rule ?? ''}`}
            problem={problem}
            onFix={(fix: readonly FixOperation[]) => onChange({ ...state, data: mended(state.data, fix) })}
          />
        ))}
        {told.length === 0 && hints.length > 0 && <div className="muted small">{hints.join(' · ')}</div>}
      </div>
    </div>
  )
}

/** A picker leaves nothing half-written: what it gave is judged at once. */
function touchedByPicking(field: Field, touched: ReadonlySet<string>): ReadonlySet<string> {
  return field.kind === 'code' || field.kind === 'region' || field.kind === 'date' ? new Set([...touched, field.code]) : touched
}

/** Whether a number is as long as it can be, so that its check character can be told while it is typed. */
function isComplete(field: Field, value: unknown): boolean {
  if (typeof value !== 'string') return false
  if (field.check === 'company-code' || field.check === 'company-code-or-other' || field.check === 'resident-id') return value.length >= 18
  if (field.check === 'project-number') return value.length >= 16
  return false
}

/** What must be mended, as a list whose lines lead to the fields. */
export function ErrorSummary({ prefix, entity, problems }: { prefix: string; entity: Entity; problems: readonly ProblemDocument[] }) {
  const { t, i18n } = useTranslation()
  const errors = problems.filter(isError)
  const notes = problems.filter((problem) => !isError(problem))
  if (problems.length === 0)
    return (
      <div className="notice good" role="status">
        <strong>{t('entry.soundTitle')}</strong>
        <p>{t('entry.soundText')}</p>
      </div>
    )
  const go = (code: string) => {
    const target = document.getElementById(fieldId(prefix, code))
    target?.scrollIntoView({ block: 'center' })
    target?.focus()
  }
  const told = errors.length > 0 ? errors : notes
  const known = (problem: ProblemDocument) => entity.fields.find((one) => one.code === fieldOf(problem))
  const missing = told.filter((problem) => problem.code === 'field-missing' && known(problem) !== undefined)
  const others = told.filter((problem) => !missing.includes(problem))
  const link = (problem: ProblemDocument, words: string) => {
    const field = known(problem)
    return field === undefined ? (
      <span>
        {fieldOf(problem) ?? t('entry.wholeRecord')}
        {i18n.language === 'en' ? ': ' : '：'}
        {words} <span className="muted break">{i18n.language === 'en' ? problem.en.detail : problem.detail}</span>
      </span>
    ) : (
      <button type="button" className="link-button" onClick={() => go(field.code)}>
        {nameIn(i18n.language, field)}
        {words === '' ? '' : `${i18n.language === 'en' ? ': ' : '：'}${words}`}
      </button>
    )
  }
  return (
    <div className={`notice ${errors.length > 0 ? 'bad' : 'warn'}`} role="alert">
      <strong>
        {errors.length > 0 ? t('entry.errorsTitle', { count: errors.length }) : t('entry.warningsTitle', { count: notes.length })}
      </strong>
      <ul className="plain-list">
        {others.map((problem) => (
          <li key={`${problem.code} ${problem.pointer}`}>{link(problem, i18n.language === 'en' ? problem.en.title : problem.title)}</li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p className="row missing">
          <span>{t('entry.missing', { count: missing.length })}</span>
          {missing.map((problem) => (
            <span key={problem.pointer}>{link(problem, '')}</span>
          ))}
        </p>
      )}
    </div>
  )
}

export type { Section }
