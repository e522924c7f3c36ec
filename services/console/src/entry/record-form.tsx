import type { FixOperation, ProblemDocument } from '@huijiao/problem/browser'
import type { Field, Release } from '@huijiao/standard/browser'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page-header.tsx'
import { isInferred, nameIn, notesText } from '../standard/release.ts'
import { unitIn } from '../standard/value-text.ts'
import { FieldInput } from './field-input.tsx'
import { type Data, fieldOf, isError, mended, type Section, withValue } from './judge.ts'
import { ProblemLine } from './problem-line.tsx'

export interface FormState {
  readonly data: Data
  /** Fields that were left once: only they tell what is wrong with them, until everything was asked for. */
  readonly touched: ReadonlySet<string>
}

export const emptyForm: FormState = { data: {}, touched: new Set() }

export const fieldId = (prefix: string, code: string): string => `${prefix}-${code}`

/** The sections of a form, every field with what the standard says of it and what is wrong with it. */
export function FormSections({
  prefix,
  release,
  sections,
  state,
  asked,
  problems,
  titles,
  onlyMandatory = false,
  marks = true,
  onChange,
}: {
  prefix: string
  release: Release
  sections: readonly { readonly name: string; readonly fields: readonly Field[] }[]
  state: FormState
  /** Whether everything was asked for: then every field tells what is wrong with it. */
  asked: boolean
  problems: readonly ProblemDocument[]
  /** Heading of a section. */
  titles: (name: string) => string
  onlyMandatory?: boolean
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
            <Fields
              prefix={prefix}
              release={release}
              fields={shown}
              state={state}
              asked={asked}
              problems={problems}
              marks={marks}
              onChange={onChange}
            />
          </Panel>
        )
      })}
    </>
  )
}

/** Fields side by side, as a section has them. */
export function Fields({
  prefix,
  fields,
  hintOf = () => null,
  ...rest
}: Omit<FieldProps, 'id' | 'field' | 'hint'> & {
  prefix: string
  fields: readonly Field[]
  /** What is said of a field besides what the standard says. */
  hintOf?: (field: Field) => string | null
}) {
  return (
    <div className="fields">
      {fields.map((field) => (
        <OneField key={field.code} id={fieldId(prefix, field.code)} field={field} hint={hintOf(field)} {...rest} />
      ))}
    </div>
  )
}

interface FieldProps {
  readonly id: string
  readonly release: Release
  readonly field: Field
  readonly hint: string | null
  readonly state: FormState
  readonly asked: boolean
  readonly problems: readonly ProblemDocument[]
  readonly marks: boolean
  readonly onChange: (state: FormState) => void
}

function OneField({ id, release, field, hint, state, asked, problems, marks, onChange }: FieldProps) {
  const { t, i18n } = useTranslation()
  const own = problems.filter((problem) => fieldOf(problem) === field.code)
  // What is missing is told when it was asked for; what is wrong with a value, as soon as there is one and the field was left or a check digit can be told.
  const told = own.filter(
    (problem) =>
      asked ||
      state.touched.has(field.code) ||
      (state.data[field.code] !== undefined && problem.code !== 'field-missing' && isComplete(field, state.data[field.code])),
  )
  const hints = [
    hint,
    field.conditional && !field.mandatory ? t('entry.conditional') : null,
    field.privacy === 'sealed' ? t('entry.sealed') : null,
    field.kind === 'text' && field.length !== undefined && field.length > 60 ? t('entry.length', { count: field.length }) : null,
    field.unit === undefined ? null : unitIn(i18n.language, field.unit),
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
          <span className="tag small" title={t('entry.inferredHint', { text: notesText(i18n.language, field.provenance) })}>
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
            offers={isPicked(field)}
            onFix={(fix: readonly FixOperation[]) => onChange({ ...state, data: mended(state.data, fix) })}
          />
        ))}
        {told.length === 0 && hints.length > 0 && <div className="muted small">{hints.join(' · ')}</div>}
      </div>
    </div>
  )
}

/** Whether what is taken is chosen from a list or a calendar. */
const isPicked = (field: Field): boolean => field.kind === 'code' || field.kind === 'region' || field.kind === 'date'

/** A picker leaves nothing half-written: what it gave is judged at once. */
function touchedByPicking(field: Field, touched: ReadonlySet<string>): ReadonlySet<string> {
  return isPicked(field) ? new Set([...touched, field.code]) : touched
}

/** Whether a number is as long as it can be, so that its check character can be told while it is typed. */
function isComplete(field: Field, value: unknown): boolean {
  if (typeof value !== 'string') return false
  if (field.check === 'company-code' || field.check === 'company-code-or-other' || field.check === 'resident-id') return value.length >= 18
  if (field.check === 'project-number') return value.length >= 16
  return false
}

/** A part of a page as the summary tells of it. */
export interface Asked {
  readonly prefix: string
  readonly fields: readonly Field[]
  readonly problems: readonly ProblemDocument[]
  /** Whose fields they are, where a page has several of a name. */
  readonly whose?: string
}

/** What must be mended, as a list whose lines lead to the fields. */
export function ErrorSummary({ parts }: { parts: readonly Asked[] }) {
  const { t } = useTranslation()
  const all = parts.flatMap((part) => part.problems.map((problem) => ({ part, problem })))
  if (all.length === 0)
    return (
      <output className="notice good">
        <strong>{t('entry.soundTitle')}</strong>
        <span className="line">{t('entry.soundText')}</span>
      </output>
    )
  const errors = all.filter(({ problem }) => isError(problem))
  const told = errors.length > 0 ? errors : all
  const isMissing = ({ part, problem }: (typeof all)[number]) => problem.code === 'field-missing' && knownField(part, problem) !== undefined
  const missing = told.filter(isMissing)
  const others = told.filter((one) => !isMissing(one))
  return (
    <div className={`notice ${errors.length > 0 ? 'bad' : 'warn'}`} role="alert">
      <strong>
        {errors.length > 0 ? t('entry.errorsTitle', { count: errors.length }) : t('entry.warningsTitle', { count: all.length })}
      </strong>
      <ul className="plain-list">
        {others.map(({ part, problem }) => (
          <li key={`${part.prefix} ${problem.code} ${problem.pointer}`}>
            <ToField part={part} problem={problem} words />
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p className="row missing">
          <span>{t('entry.missing', { count: missing.length })}</span>
          {missing.map(({ part, problem }) => (
            <ToField key={`${part.prefix} ${problem.pointer}`} part={part} problem={problem} />
          ))}
        </p>
      )}
    </div>
  )
}

const knownField = (part: Asked, problem: ProblemDocument) => part.fields.find((one) => one.code === fieldOf(problem))

/** A line of the summary: leads to its field, or says what is wrong with the record as a whole. */
function ToField({ part, problem, words = false }: { part: Asked; problem: ProblemDocument; words?: boolean }) {
  const { t, i18n } = useTranslation()
  const english = i18n.language === 'en'
  const colon = english ? ': ' : '：'
  const title = english ? problem.en.title : problem.title
  const field = knownField(part, problem)
  const whose = part.whose === undefined ? '' : `${part.whose} · `
  if (field === undefined)
    return (
      <span>
        {whose}
        {fieldOf(problem) ?? t('entry.wholeRecord')}
        {colon}
        {title} <span className="muted break">{english ? problem.en.detail : problem.detail}</span>
      </span>
    )
  const go = () => {
    const target = document.getElementById(fieldId(part.prefix, field.code))
    target?.scrollIntoView({ block: 'center' })
    target?.focus()
  }
  return (
    <button type="button" className="link-button" onClick={go}>
      {whose}
      {nameIn(i18n.language, field)}
      {words ? `${colon}${title}` : ''}
    </button>
  )
}

export type { Section }
