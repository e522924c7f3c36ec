import type { Entity, Field, Release } from '@huijiao/standard/browser'
import { App, Button, Checkbox, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import type { ProblemBody } from '../api/problem.ts'
import { FieldInput } from '../entry/field-input.tsx'
import { judge, textOf, withValue } from '../entry/judge.ts'
import { Confirm } from '../parts/confirm.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Fetched } from '../parts/states.tsx'
import { nameIn, useRelease } from '../standard/release.ts'
import type { FieldShown, RecordShown } from './types.ts'
import { Value } from './values.tsx'
import '../checks/checks.css'
import '../entry/entry.css'

/** What is asked for again once a correction was made or ended. */
export const staleAfterCorrection = ['/admin/v1/corrections', '/admin/v1/records', '/admin/v1/conflicts']

/** The right value of a field while it is filled in; null takes the field away. */
type Right = string | null

/** What the node answers when it has judged the corrected record. */
interface Answered {
  readonly outcome: 'accepted' | 'unchanged' | 'held' | 'refused'
  readonly problems?: readonly ProblemBody[]
}

/** Corrects a record by hand: the fields that are wrong, each with its right value, judged here as the node judges them. */
export function NewCorrection({ record, onEnd }: { record: RecordShown; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const release = useRelease(record.inForce?.release)
  const send = useSend('post', '/admin/v1/records/{recordId}/corrections', staleAfterCorrection)
  const [rights, setRights] = useState<Readonly<Record<string, Right>>>({})
  const [checked, setChecked] = useState(false)
  const [refused, setRefused] = useState<readonly ProblemBody[]>([])
  const entity = release.data?.entities.get(record.entity)
  const fields = entity?.fields ?? []
  const chosen = Object.entries(rights)
  const submit = (reason: string) => {
    setChecked(true)
    if (entity === undefined || chosen.length === 0 || chosen.some(([, right]) => right === '')) return
    if (chosen.some(([code, right]) => problemOf(release.data as Release, entity, code, right) !== undefined)) return
    const typed = chosen.map(([code, right]) => {
      const field = fields.find((one) => one.code === code) as Field
      return [code, right === null ? null : withValue({}, field, right)[code]] as const
    })
    send.mutate(
      {
        path: { recordId: record.recordId },
        body: { corrects: record.inForce?.commitment ?? '', fields: Object.fromEntries(typed), reason },
      },
      {
        onSuccess: (data) => {
          const answer = data as unknown as Answered
          if (answer.outcome === 'refused') {
            setRefused(answer.problems ?? [])
            return
          }
          onEnd()
          void message.success(t(`records.corrections.outcomes.${answer.outcome}`))
        },
      },
    )
  }
  return (
    <Confirm open reason title={t('records.corrections.correct')} busy={send.isPending} error={send.error} onOk={submit} onCancel={onEnd}>
      <div className="page door-gap">
        <p className="muted">{t('records.corrections.text')}</p>
        {refused.map((problem) => (
          <ProblemView key={`${problem.code} ${problem.pointer}`} problem={problem} />
        ))}
        <Fetched query={release}>
          {(known) => {
            const table = known.entities.get(record.entity)
            if (table === undefined) return null
            return (
              <Fields
                release={known}
                entity={table}
                shown={record.fields}
                rights={rights}
                checked={checked}
                onChange={(next) => {
                  setRefused([])
                  setRights(next)
                }}
              />
            )
          }}
        </Fetched>
      </div>
    </Confirm>
  )
}

/** What the node would say of this value alone; undefined where it is right, or only the whole record tells. */
function problemOf(release: Release, entity: Entity, code: string, right: Right): ProblemBody | undefined {
  const field = entity.fields.find((one) => one.code === code)
  if (field === undefined || right === null || right === '') return undefined
  return judge(release, entity, withValue({}, field, right)).find(
    (one) => one.code !== 'field-missing' && one.severity === 'error' && one.pointer === `/data/${code}`,
  ) as ProblemBody | undefined
}

function Fields({
  release,
  entity,
  shown,
  rights,
  checked,
  onChange,
}: {
  release: Release
  entity: Entity
  shown: readonly FieldShown[]
  rights: Readonly<Record<string, Right>>
  checked: boolean
  onChange: (rights: Readonly<Record<string, Right>>) => void
}) {
  const { t, i18n } = useTranslation()
  const id = useId()
  // The business key names the record: a number that changed is noted elsewhere.
  const open = entity.fields.filter((field) => !entity.key.includes(field.code) && !(field.code in rights) && field.kind !== 'attachment')
  const chosen = Object.keys(rights).flatMap((code) => entity.fields.find((one) => one.code === code) ?? [])
  const options = open.map((field) => ({
    value: field.code,
    label: `${nameIn(i18n.language, field)} ${field.code}`,
    words: `${field.nameZh} ${field.nameEn} ${field.code}`.toLowerCase(),
  }))
  return (
    <div className="page">
      {chosen.map((field) => (
        <OneField
          key={field.code}
          release={release}
          entity={entity}
          field={field}
          before={shown.find((one) => one.code === field.code)}
          right={rights[field.code] ?? null}
          checked={checked}
          onChange={(right) => onChange({ ...rights, [field.code]: right })}
          onRemove={() => {
            const { [field.code]: _gone, ...rest } = rights
            onChange(rest)
          }}
        />
      ))}
      <div className="field">
        <label htmlFor={`${id}-add`}>{t(chosen.length === 0 ? 'records.corrections.which' : 'records.corrections.another')}</label>
        <Select
          id={`${id}-add`}
          value={null}
          placeholder={t('records.corrections.choose')}
          options={options}
          showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
          onChange={(code: string | null) => {
            if (code === null) return
            const now = shown.find((one) => one.code === code)
            onChange({ ...rights, [code]: now?.hidden === true ? '' : textOf(now?.value) })
          }}
        />
        {checked && chosen.length === 0 && (
          <div className="problem-line bad" role="alert">
            {t('records.corrections.noField')}
          </div>
        )}
      </div>
    </div>
  )
}

/** One field: what counts now, and the right value or that there is none. */
function OneField({
  release,
  entity,
  field,
  before,
  right,
  checked,
  onChange,
  onRemove,
}: {
  release: Release
  entity: Entity
  field: Field
  before: FieldShown | undefined
  right: Right
  checked: boolean
  onChange: (right: Right) => void
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const name = nameIn(i18n.language, field)
  const problem = problemOf(release, entity, field.code, right)
  const empty = checked && right === ''
  const words = empty
    ? t('records.corrections.empty')
    : problem === undefined
      ? null
      : i18n.language === 'en'
        ? (problem.en?.detail ?? problem.detail)
        : problem.detail
  return (
    <fieldset className="person">
      <legend>{name}</legend>
      <div className="field">
        <p className="muted">
          {t('records.corrections.now')}{' '}
          {before === undefined || (before.hidden !== true && before.value === undefined) ? (
            t('checks.conflicts.absent')
          ) : (
            <Value field={before} />
          )}
        </p>
        <label htmlFor={id}>{t('records.corrections.right')}</label>
        <FieldInput
          id={id}
          release={release}
          field={field}
          value={right ?? undefined}
          label={`${name} ${t('records.corrections.right')}`}
          disabled={right === null}
          invalid={words !== null}
          {...(words === null ? {} : { describedBy: `${id}-problem` })}
          onChange={(text) => onChange(text ?? '')}
        />
        {words !== null && (
          <div id={`${id}-problem`} className="problem-line bad" role="alert">
            {words}
          </div>
        )}
        <p className="row">
          <Checkbox checked={right === null} onChange={({ target }) => onChange(target.checked ? null : '')}>
            {t('records.corrections.takeAway')}
          </Checkbox>
          <Button size="small" onClick={onRemove}>
            {t('records.corrections.leave')}
            <span className="visually-hidden"> {name}</span>
          </Button>
        </p>
      </div>
    </fieldset>
  )
}
