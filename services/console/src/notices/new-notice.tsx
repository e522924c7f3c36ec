import { App, Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { InstantInput } from '../parts/instant-input.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionField } from '../parts/regions.tsx'

interface Given {
  readonly title: string
  readonly text: string
  readonly to: 'everybody' | 'some'
  readonly regions?: string[]
}

const untilId = 'notice-until'

/** Writes a notice for those below. */
export function NewNotice({ onEnd }: { onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<Given>()
  const to = Form.useWatch('to', form)
  const [until, setUntil] = useState<string | undefined>(undefined)
  const publish = useSend('post', '/admin/v1/notices', ['/admin/v1/notices'])
  return (
    <Modal
      open
      width={640}
      title={t('notices.write')}
      okText={t('notices.publish')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: publish.isPending }}
      onOk={() => form.submit()}
      onCancel={onEnd}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ to: 'everybody' }}
        onFinish={({ title, text, to: whom, regions }) =>
          publish.mutate(
            {
              body: {
                title: title.trim(),
                text,
                ...(whom === 'some' && regions !== undefined ? { regions } : {}),
                ...(until === undefined ? {} : { until }),
              },
            },
            {
              onSuccess: () => {
                onEnd()
                void message.success(t('notices.published'))
              },
            },
          )
        }
      >
        {publish.error !== null && <ProblemView problem={publish.error.problem} />}
        <p className="muted door-gap">{t('notices.writeText')}</p>
        <Form.Item
          name="title"
          label={t('notices.heading')}
          rules={[{ required: true, whitespace: true, message: t('notices.headingMissing') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="text" label={t('notices.body')} rules={[{ required: true, whitespace: true, message: t('notices.bodyMissing') }]}>
          <Input.TextArea maxLength={20_000} rows={6} />
        </Form.Item>
        <Form.Item name="to" label={t('notices.to')}>
          <Radio.Group options={(['everybody', 'some'] as const).map((value) => ({ value, label: t(`notices.${value}`) }))} />
        </Form.Item>
        {to === 'some' && <RegionField name="regions" label={t('account.regions')} />}
        <Form.Item label={t('notices.untilAsked')} htmlFor={untilId}>
          <InstantInput id={untilId} value={until} onChange={setUntil} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
