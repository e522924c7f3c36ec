import { Input } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Responsible } from './send.ts'

/** Who answers for what is sent: asked once, kept on this computer. */
export function ResponsibleFields({
  value,
  onChange,
  missing,
}: {
  value: Responsible
  onChange: (value: Responsible) => void
  missing: boolean
}) {
  const { t } = useTranslation()
  const id = useId()
  const part = (name: keyof Responsible) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>
        {t(`submissions.responsible.${name}`)}
        <span className="must" aria-hidden="true">
          *
        </span>
      </label>
      <Input
        id={`${id}-${name}`}
        value={value[name]}
        maxLength={200}
        required
        aria-invalid={missing && value[name].trim() === ''}
        {...(missing && value[name].trim() === '' ? { status: 'error' as const } : {})}
        onChange={({ target }) => onChange({ ...value, [name]: target.value })}
      />
      {missing && value[name].trim() === '' && (
        <div className="problem-line bad" role="alert">
          {t('submissions.responsible.missing')}
        </div>
      )}
    </div>
  )
  return (
    <div className="fields">
      {part('unit')}
      {part('name')}
    </div>
  )
}
