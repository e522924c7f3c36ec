import { useTranslation } from 'react-i18next'

/** Entries of the log that the node keeps elsewhere, and where. */
export function DetachedRanges({ ranges }: { ranges: readonly { from?: number; to?: number; place?: string; digest?: string }[] }) {
  const { t } = useTranslation()
  if (ranges.length === 0) return null
  return (
    <div className="notice warn" data-detached={ranges.length}>
      <p>{t('log.detached')}</p>
      <ul>
        {ranges.map(({ from = 0, to = 0, place = '', digest = '' }) => (
          <li key={from}>
            {t('log.detachedRange', { from, last: to - 1, place })} <code className="break">{digest}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}
