import { type Entity, keyProblems, type Release } from '@huijiao/standard/browser'
import { Button, Input } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldInput } from '../entry/field-input.tsx'
import { nameIn } from '../standard/release.ts'

/** One number of a succession while it is filled in: by the fields of the business key, or by a record. */
export interface EndGiven {
  readonly id: number
  readonly by: 'key' | 'record'
  readonly key: Readonly<Record<string, string>>
  readonly recordId: string
}

let last = 0
export const emptyEnd = (): EndGiven => ({ id: (last += 1), by: 'key', key: {}, recordId: '' })

export const recordIdForm = /^r_[0-9a-f]{32}$/

/** As the node takes it. */
export const endOf = (end: EndGiven): { recordId: string } | { key: Record<string, unknown> } =>
  end.by === 'record' ? { recordId: end.recordId } : { key: { ...end.key } }

/** The fields of a key with the node's own judgement of them, once somebody left one or wanted to send. */
export function EndInput({
  release,
  entity,
  end,
  checked,
  title,
  onChange,
  onRemove,
}: {
  release: Release
  entity: Entity
  end: EndGiven
  /** Somebody wanted to send it: what is empty is told as well. */
  checked: boolean
  title: string | null
  onChange: (end: EndGiven) => void
  onRemove: (() => void) | null
}) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [left, setLeft] = useState<readonly string[]>([])
  const problems = end.by === 'key' ? keyProblems(entity, end.key) : []
  const problemOf = (field: string) => {
    if (!checked && !(left.includes(field) && end.key[field] !== undefined)) return undefined
    return problems.find((one) => one.pointer?.startsWith(`/${field}`) === true || one.pointer?.endsWith(`/${field}`) === true)
  }
  const wrongId = end.by === 'record' && (checked || end.recordId !== '') && !recordIdForm.test(end.recordId)
  return (
    <div className="succession-end">
      {title !== null && <h3>{title}</h3>}
      {end.by === 'key' ? (
        entity.key.map((code) => {
          const field = entity.fields.find((one) => one.code === code)
          if (field === undefined) return null
          const problem = problemOf(code)
          return (
            <div className="field" key={code}>
              <label htmlFor={`${id}-${code}`}>{nameIn(i18n.language, field)}</label>
              <FieldInput
                id={`${id}-${code}`}
                release={release}
                field={field}
                value={end.key[code]}
                invalid={problem !== undefined}
                {...(problem === undefined ? {} : { describedBy: `${id}-${code}-problem` })}
                onLeave={() => setLeft((before) => (before.includes(code) ? before : [...before, code]))}
                onChange={(text) => {
                  const { [code]: _before, ...rest } = end.key
                  onChange({ ...end, key: text === undefined || text === '' ? rest : { ...rest, [code]: text } })
                }}
              />
              {problem !== undefined && (
                <div id={`${id}-${code}-problem`} className="problem-line bad" role="alert">
                  {i18n.language === 'en' ? problem.en.detail : problem.detail}
                </div>
              )}
            </div>
          )
        })
      ) : (
        <div className="field">
          <label htmlFor={`${id}-record`}>{t('checks.successions.recordId')}</label>
          <Input
            id={`${id}-record`}
            className="mono"
            value={end.recordId}
            maxLength={34}
            placeholder="r_01a2…"
            aria-invalid={wrongId}
            {...(wrongId ? { status: 'error' as const, 'aria-describedby': `${id}-record-problem` } : {})}
            onChange={({ target }) => onChange({ ...end, recordId: target.value.trim() })}
          />
          {wrongId && (
            <div id={`${id}-record-problem`} className="problem-line bad" role="alert">
              {t('checks.successions.recordIdWrong')}
            </div>
          )}
        </div>
      )}
      <p className="row">
        {entity.key.length > 0 && (
          <button type="button" className="link-button" onClick={() => onChange({ ...end, by: end.by === 'key' ? 'record' : 'key' })}>
            {t(end.by === 'key' ? 'checks.successions.byRecord' : 'checks.successions.byKey')}
          </button>
        )}
        {onRemove !== null && (
          <Button size="small" onClick={onRemove}>
            {t('checks.successions.less')}
          </Button>
        )}
      </p>
    </div>
  )
}
