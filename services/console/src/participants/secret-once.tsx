import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../parts/digest.tsx'

/** A secret that nobody can look up again. */
export function SecretOnce({
  made,
  onClose,
  label,
}: {
  made: { readonly keyId: string; readonly secret: string } | null
  onClose: () => void
  label?: string
}) {
  const { t } = useTranslation()
  return (
    <Modal
      open={made !== null}
      title={label ?? t('participants.secretTitle')}
      closable={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('participants.secretKept')}
        </Button>
      }
    >
      <p className="notice warn">{t('participants.secretText')}</p>
      <p className="door-gap">
        <code className="break secret">{made?.secret}</code> <CopyButton text={made?.secret ?? ''} />
      </p>
    </Modal>
  )
}
