import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { agoText, instantText } from './format.ts'

/** An instant in Asia/Shanghai; with `ago` how long it is past, renewed each half minute, the instant itself on hovering and for screen readers. */
export function Time({ at, ago = false, seconds = true }: { at: string | null | undefined; ago?: boolean; seconds?: boolean }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!ago) return
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [ago])
  if (at === null || at === undefined) return <span className="muted">{t('common.never')}</span>
  const text = instantText(at, seconds)
  return (
    <time dateTime={at} title={`${text} ${t('common.time.zone')}`} className="number">
      {ago ? agoText(at, now) : text}
    </time>
  )
}
