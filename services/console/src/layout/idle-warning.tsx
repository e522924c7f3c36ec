import { Button, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.tsx'

const warnMs = 2 * 60_000

/** Says two minutes before that an unused session is about to end, and lets the person go on; at the end the node is asked, and the sign-in page comes. */
export function IdleWarning() {
  const { t } = useTranslation()
  const session = useSession()
  const [left, setLeft] = useState<number | null>(null)
  useEffect(() => {
    const timer = setInterval(() => {
      const at = session.idleAt()
      if (at === null) return
      const ms = at - Date.now()
      setLeft(ms < warnMs ? Math.max(0, Math.ceil(ms / 1000)) : null)
      if (ms < -1000) void session.refreshQuietly()
    }, 1000)
    return () => clearInterval(timer)
  }, [session])
  return (
    <Modal
      open={left !== null}
      title={t('signIn.idleTitle')}
      closable={false}
      footer={[
        <Button key="out" onClick={() => void session.signOut()}>
          {t('common.signOut')}
        </Button>,
        <Button key="stay" type="primary" onClick={() => void session.refresh()}>
          {t('signIn.idleStay')}
        </Button>,
      ]}
    >
      <p role="timer">{t('signIn.idleText', { seconds: left ?? 0 })}</p>
    </Modal>
  )
}
