import { useTranslation } from 'react-i18next'

/** What the node keeps elsewhere, and where: entries of the log, or the contents of old versions, by their parts. */
export function DetachedRanges({
  ranges,
  of = 'log',
}: {
  ranges: readonly { from?: number; to?: number; place?: string; digest?: string }[]
  of?: 'log' | 'versions'
}) {
  const { t } = useTranslation()
  if (ranges.length === 0) return null
  return (
    <div className="notice warn" data-detached={ranges.length} data-of={of}>
      <p>{t(of === 'log' ? 'log.detached' : 'log.detachedVersions')}</p>
      <ul>
        {ranges.map(({ from = 0, to = 0, place = '', digest = '' }) => (
          <li key={from}>
            {t(of === 'log' ? 'log.detachedRange' : 'log.detachedVersionsRange', { from, last: to - 1, place })}{' '}
            <code className="break">{digest}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}
