import { Select } from 'antd'
import { useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'

/** A table of the standard, found by its name or code; none is all. */
export function EntityFilter({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const { i18n } = useTranslation()
  const id = useId()
  const { data, isPending } = useApi('/v1/entities', {}, { staleMs: Number.POSITIVE_INFINITY })
  const { t } = useTranslation()
  const options = useMemo(() => {
    const names = (data?.entities ?? {}) as Readonly<Record<string, { readonly zh: string; readonly en: string }>>
    return Object.entries(names).map(([code, { zh, en }]) => ({
      value: code,
      label: `${i18n.language === 'en' ? en : zh} ${code}`,
      words: `${zh} ${en} ${code}`.toLowerCase(),
    }))
  }, [data, i18n.language])
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        allowClear
        showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
        value={value ?? null}
        placeholder={t('common.all')}
        loading={isPending}
        popupMatchSelectWidth={false}
        style={{ minWidth: 220 }}
        options={options}
        onChange={(next: string | null | undefined) => onChange(next ?? undefined)}
      />
    </div>
  )
}
