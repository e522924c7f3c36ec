import { App, Button, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession, useWho } from '../api/session.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Filters, TextFilter } from '../parts/filters.tsx'
import { useListState } from '../parts/list-state.ts'
import { PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionField, Regions } from '../parts/regions.tsx'
import { Time } from '../parts/time.tsx'
import { NodeKeys } from './node-keys.tsx'

type Row = Answer<'/admin/v1/participants'>['items'][number]

/** Whoever may submit to this node. */
export default function ParticipantsPage() {
  const { t } = useTranslation()
  const session = useSession()
  const list = useListState(['q'])
  const page = useApi('/admin/v1/participants', { query: list.query as never }, { keep: true })
  const [making, setMaking] = useState(false)
  return (
    <div className="page">
      <PageHeader
        title={t('participants.title')}
        text={t('participants.text')}
        actions={
          session.may('POST', '/participants') && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t('participants.create')}
            </Button>
          )
        }
      />
      <Panel>
        <div className="page">
          <Filters filtered={list.filtered} onClear={list.clear}>
            <TextFilter label={t('participants.find')} value={list.filters.q} onChange={(q) => list.set({ q })} />
          </Filters>
          <DataTable<Row>
            label={t('participants.title')}
            page={page}
            list={list}
            rowKey={(row) => row.participantId}
            columns={[
              {
                key: 'name',
                title: t('participants.name'),
                head: true,
                render: (row) => <Link to={`/participants/${row.participantId}`}>{row.name}</Link>,
              },
              { key: 'id', title: t('participants.id'), render: (row) => <code>{row.participantId}</code> },
              { key: 'kind', title: t('participants.kind'), render: (row) => t(`participants.kinds.${row.kind}`) },
              { key: 'regions', title: t('account.regions'), render: (row) => <Regions codes={row.regions} /> },
              {
                key: 'state',
                title: t('links.state'),
                render: (row) =>
                  row.revokedAt === null ? (
                    <StateTag meaning="good">{t('participants.inForce')}</StateTag>
                  ) : (
                    <StateTag meaning="quiet">{t('participants.revoked')}</StateTag>
                  ),
              },
              { key: 'at', title: t('participants.createdAt'), render: (row) => <Time at={row.createdAt} seconds={false} /> },
            ]}
          />
        </div>
      </Panel>
      {session.may('GET', '/node/keys') && <NodeKeys />}
      <NewParticipant open={making} onClose={() => setMaking(false)} />
    </div>
  )
}

interface Given {
  readonly kind: 'system' | 'node'
  readonly name: string
  readonly regions: string[]
  readonly nodeName?: string
}

function NewParticipant({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const { regions } = useWho()
  const [form] = Form.useForm<Given>()
  const kind = Form.useWatch('kind', form)
  const create = useSend('post', '/admin/v1/participants', ['/admin/v1/participants'])
  return (
    <Modal
      open={open}
      title={t('participants.create')}
      okText={t('common.create')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: create.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'system', regions: regions ?? [] }}
        onFinish={(body) =>
          create.mutate(
            { body: body as never },
            {
              onSuccess: (made) => {
                onClose()
                void message.success(t('participants.created'))
                void navigate(`/participants/${made.participantId}`)
              },
            },
          )
        }
      >
        {create.error !== null && <ProblemView problem={create.error.problem} />}
        <Form.Item
          name="name"
          label={t('participants.name')}
          rules={[{ required: true, whitespace: true, message: t('participants.nameMissing') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="kind" label={t('participants.kind')}>
          <Select options={['system', 'node'].map((value) => ({ value, label: t(`participants.kinds.${value}`) }))} />
        </Form.Item>
        {kind === 'node' && (
          <Form.Item
            name="nodeName"
            label={t('participants.nodeName')}
            extra={t('participants.nodeNameText')}
            rules={[{ required: true, message: t('participants.nodeNameMissing') }]}
          >
            <Input maxLength={63} />
          </Form.Item>
        )}
        <RegionField name="regions" label={t('account.regions')} />
      </Form>
    </Modal>
  )
}
