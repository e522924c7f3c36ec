import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Counts down the seconds that the node asks to wait. */
export function Wait({ seconds }: { seconds: number }) {
  const { t } = useTranslation()
  const [until] = useState(() => Date.now() + seconds * 1000)
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 500)
    return () => clearInterval(timer)
  }, [until])
  return <p className="notice warn door-gap">{left > 0 ? t('signIn.wait', { seconds: left }) : t('signIn.waitOver')}</p>
}
