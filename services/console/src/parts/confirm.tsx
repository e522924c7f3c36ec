import { Form, Input, Modal } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../api/problem.ts'
import { ProblemView } from './problem-view.tsx'

/** Asks before something is done; with `reason` it asks why, which goes into the log. */
export function Confirm({
  open,
  title,
  children,
  reason = false,
  danger = false,
  busy,
  error,
  okText,
  onOk,
  onCancel,
}: {
  open: boolean
  title: string
  children?: ReactNode
  reason?: boolean
  danger?: boolean
  busy: boolean
  error: ApiError | null
  okText?: string
  onOk: (reason: string) => void
  onCancel: () => void
}) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ reason: string }>()
  useEffect(() => {
    if (open) form.resetFields()
  }, [open, form])
  return (
    <Modal
      open={open}
      title={title}
      okText={okText ?? t('common.confirm')}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger, loading: busy }}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(given) => onOk(given.reason ?? '')}>
        {error !== null && <ProblemView problem={error.problem} />}
        {children}
        {reason && (
          <Form.Item
            name="reason"
            label={t('common.reason')}
            rules={[{ required: true, whitespace: true, message: t('common.reasonMissing') }]}
          >
            <Input.TextArea maxLength={500} rows={2} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
