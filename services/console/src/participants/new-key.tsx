import { App, Form, Input, Modal, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { DatePicker } from '../parts/date-picker.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { type MadeKey, stale } from './types.ts'

interface GivenKey {
  readonly kind: 'api-key' | 'ed25519' | 'ecdsa-p256-sha256'
  readonly keyId?: string
  readonly publicKey?: string
  readonly expires?: Dayjs | null
}

/** Makes a key for a participant: an API key, whose secret is made here, or a public key of its own. */
export function NewKey({
  path,
  open,
  onClose,
  onMade,
}: {
  path: { readonly participantId: string }
  open: boolean
  onClose: () => void
  onMade: (made: MadeKey) => void
}) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<GivenKey>()
  const kind = Form.useWatch('kind', form)
  const add = useSend('post', '/admin/v1/participants/{participantId}/keys', stale)
  return (
    <Modal
      open={open}
      title={t('participants.addKey')}
      okText={t('common.create')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<GivenKey>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'api-key' }}
        onFinish={({ kind: chosen, keyId, publicKey, expires }) => {
          const expiresAt = expires == null ? {} : { expiresAt: new Date(`${expires.format('YYYY-MM-DD')}T23:59:59+08:00`).toISOString() }
          const body = chosen === 'api-key' ? { kind: chosen, ...expiresAt } : { kind: chosen, keyId, publicKey, ...expiresAt }
          add.mutate(
            { path, body: body as never },
            {
              onSuccess: (made) => {
                onClose()
                onMade(made)
                void message.success(t('participants.keyAdded'))
              },
            },
          )
        }}
      >
        {add.error !== null && <ProblemView problem={add.error.problem} />}
        <Form.Item name="kind" label={t('participants.keyKind')}>
          <Select
            options={(['api-key', 'ed25519', 'ecdsa-p256-sha256'] as const).map((value) => ({
              value,
              label: t(`participants.keyKinds.${value}`),
            }))}
          />
        </Form.Item>
        {kind !== undefined && kind !== 'api-key' && (
          <>
            <Form.Item name="keyId" label={t('participants.keyId')} rules={[{ required: true, message: t('participants.keyIdMissing') }]}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item
              name="publicKey"
              label={t('participants.publicKey')}
              extra={t('participants.publicKeyText')}
              rules={[{ required: true, message: t('participants.publicKeyMissing') }]}
            >
              <Input.TextArea maxLength={2000} rows={3} className="mono" />
            </Form.Item>
          </>
        )}
        <Form.Item name="expires" label={t('participants.expiresAt')} extra={t('participants.expiresText')}>
          <DatePicker />
        </Form.Item>
      </Form>
    </Modal>
  )
}
