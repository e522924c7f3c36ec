import { Input } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

export type SetParams = (change: Record<string, string | null>) => void

/** A list to choose from beside what was chosen; on phones one above the other. */
export function Choose({
  label,
  words,
  set,
  items,
  chosen,
  onChoose,
  children,
}: {
  label: string
  words: string
  set: SetParams
  items: readonly { readonly code: string; readonly name: string; readonly note?: string; readonly mark?: ReactNode }[]
  chosen: string | null
  onChoose: (code: string) => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const id = useId()
  const found = items.filter((one) => `${one.name} ${one.code} ${one.note ?? ''}`.toLowerCase().includes(words.trim().toLowerCase()))
  return (
    <div className="choose">
      <div className="choose-list panel">
        <label htmlFor={id} className="muted small">
          {t('standard.search')}
        </label>
        <Input
          id={id}
          allowClear
          value={words}
          placeholder={t('standard.searchHint')}
          onChange={({ target }) => set({ q: target.value === '' ? null : target.value })}
        />
        <output className="muted small">{t('standard.count', { count: found.length })}</output>
        <ul aria-label={label}>
          {found.map((one) => (
            <li key={one.code}>
              <button type="button" aria-current={one.code === chosen ? 'true' : undefined} onClick={() => onChoose(one.code)}>
                <span>{one.name}</span>
                <span className="muted small break">
                  {one.code} {one.mark}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className="choose-shown">{children}</div>
    </div>
  )
}
