import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { useSession, type Who } from '../api/session.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Wait } from '../sign-in/wait.tsx'

interface Given {
  readonly current: string
  readonly next: string
  readonly again: string
}

/** One's own password; afterwards this session goes on under another number, and the others are over. */
export function ChangePassword({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation()
  const { take } = useSession()
  const [form] = Form.useForm<Given>()
  const change = useSend('post', '/admin/v1/password')
  return (
    <Form<Given>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={({ current, next }) =>
        change.mutate(
          { body: { current, next } },
          {
            onSuccess: (who) => {
              form.resetFields()
              onDone?.()
              take(who as Who)
            },
          },
        )
      }
    >
      {change.error !== null && <ProblemView problem={change.error.problem} />}
      {change.error?.retryAfter != null && <Wait seconds={change.error.retryAfter} />}
      <Form.Item name="current" label={t('account.currentPassword')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t('account.newPassword')}
        extra={t('account.passwordRule')}
        rules={[{ required: true, min: 12, message: t('account.passwordRule') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('account.newPasswordAgain')}
        dependencies={['next']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, value) =>
              value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('account.passwordsDiffer'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('account.changePassword')}
      </Button>
    </Form>
  )
}
