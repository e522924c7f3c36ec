import { App, Button, Form, Input, Modal, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { type Role, useWho } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { useListState } from '../parts/list-state.ts'
import { PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionField, Regions } from '../parts/regions.tsx'
import { Time } from '../parts/time.tsx'
import { SecretOnce } from '../participants/secret-once.tsx'

type Row = Answer<'/admin/v1/operators'>['items'][number]
const roles: readonly Role[] = ['administrator', 'operator', 'clerk', 'viewer']
const stale = ['/admin/v1/operators']
type Act = 'disable' | 'enable' | 'password' | 'factor'

/** Accounts: made, changed, disabled by administrators within their regions. */
export default function OperatorsPage() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const who = useWho()
  const list = useListState([])
  const page = useApi('/admin/v1/operators', { query: list.query as never }, { keep: true })
  const [editing, setEditing] = useState<Row | 'new' | null>(null)
  const [doing, setDoing] = useState<{ readonly act: Act; readonly row: Row } | null>(null)
  const [secret, setSecret] = useState<{ readonly keyId: string; readonly secret: string } | null>(null)
  const change = useSend('patch', '/admin/v1/operators/{operatorId}', stale)
  const password = useSend('post', '/admin/v1/operators/{operatorId}/reset-password', stale)
  const factor = useSend('post', '/admin/v1/operators/{operatorId}/reset-second-factor', stale)
  const done = () => {
    setDoing(null)
    void message.success(t('operators.done'))
  }
  const act = () => {
    if (doing === null) return
    const path = { operatorId: doing.row.operatorId }
    if (doing.act === 'password')
      password.mutate(
        { path },
        {
          onSuccess: (made) => {
            setDoing(null)
            setSecret({ keyId: doing.row.userName, secret: made.password ?? '' })
          },
        },
      )
    else if (doing.act === 'factor') factor.mutate({ path }, { onSuccess: done })
    else change.mutate({ path, body: { disabled: doing.act === 'disable' } as never }, { onSuccess: done })
  }
  return (
    <div className="page">
      <PageHeader
        title={t('operators.title')}
        text={t('operators.text')}
        actions={
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('operators.create')}
          </Button>
        }
      />
      <Panel>
        <DataTable<Row>
          label={t('operators.title')}
          page={page}
          list={list}
          rowKey={(row) => row.operatorId}
          columns={[
            {
              key: 'name',
              title: t('signIn.userName'),
              head: true,
              render: (row) => (
                <>
                  {row.userName} {row.operatorId === who.operator?.operatorId && <StateTag meaning="info">{t('operators.you')}</StateTag>}
                </>
              ),
            },
            { key: 'display', title: t('account.displayName'), render: (row) => row.displayName ?? '—' },
            { key: 'role', title: t('account.role'), render: (row) => <span className="nowrap">{t(`common.roles.${row.role}`)}</span> },
            { key: 'regions', title: t('account.regions'), render: (row) => <Regions codes={row.regions} /> },
            {
              key: 'factor',
              title: t('account.factor'),
              render: (row) =>
                row.secondFactor ? (
                  <StateTag meaning="good">{t('account.factorOn')}</StateTag>
                ) : (
                  <StateTag meaning="quiet">{t('account.factorOff')}</StateTag>
                ),
            },
            {
              key: 'state',
              title: t('links.state'),
              render: (row) =>
                row.disabledAt !== null ? (
                  <StateTag meaning="quiet">{t('operators.disabled')}</StateTag>
                ) : row.mustChangePassword ? (
                  <StateTag meaning="info">{t('operators.mustChange')}</StateTag>
                ) : (
                  <StateTag meaning="good">{t('operators.active')}</StateTag>
                ),
            },
            { key: 'password', title: t('operators.passwordAt'), render: (row) => <Time at={row.passwordAt} seconds={false} /> },
            {
              key: 'do',
              title: t('parked.do'),
              render: (row) => (
                <Select<string>
                  size="small"
                  value={null}
                  placeholder={t('common.more')}
                  aria-label={`${t('parked.do')} ${row.userName}`}
                  style={{ minWidth: 120 }}
                  popupMatchSelectWidth={false}
                  onSelect={(value) => (value === 'edit' ? setEditing(row) : setDoing({ act: value as Act, row }))}
                  options={[
                    { value: 'edit', label: t('common.edit') },
                    { value: 'password', label: t('operators.resetPassword') },
                    ...(row.secondFactor ? [{ value: 'factor', label: t('operators.resetFactor') }] : []),
                    row.disabledAt === null
                      ? { value: 'disable', label: t('operators.disable') }
                      : { value: 'enable', label: t('operators.enable') },
                  ]}
                />
              ),
            },
          ]}
        />
      </Panel>
      {editing !== null && (
        <Editor
          row={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onPassword={(userName, made) => setSecret({ keyId: userName, secret: made })}
        />
      )}
      <Confirm
        open={doing !== null}
        danger={doing?.act === 'disable'}
        title={doing === null ? '' : `${t(`operators.acts.${doing.act}`)} ${doing.row.userName}`}
        busy={change.isPending || password.isPending || factor.isPending}
        error={change.error ?? password.error ?? factor.error}
        onCancel={() => setDoing(null)}
        onOk={act}
      >
        <p>{doing === null ? '' : t(`operators.actTexts.${doing.act}`)}</p>
      </Confirm>
      <SecretOnce made={secret} label={t('operators.passwordOnce', { name: secret?.keyId ?? '' })} onClose={() => setSecret(null)} />
    </div>
  )
}

interface Given {
  readonly userName: string
  readonly displayName?: string | null
  readonly role: Role
  readonly regions: string[]
  readonly mustChangePassword: boolean
}

function Editor({
  row,
  onClose,
  onPassword,
}: {
  row: Row | null
  onClose: () => void
  onPassword: (userName: string, password: string) => void
}) {
  const { t } = useTranslation()
  const who = useWho()
  const [form] = Form.useForm<Given>()
  const create = useSend('post', '/admin/v1/operators', stale)
  const change = useSend('patch', '/admin/v1/operators/{operatorId}', stale)
  const error = create.error ?? change.error
  const finish = ({ userName, displayName, role, regions, mustChangePassword }: Given) => {
    const name = displayName === undefined || displayName === null || displayName.trim() === '' ? null : displayName.trim()
    if (row !== null)
      return change.mutate(
        { path: { operatorId: row.operatorId }, body: { displayName: name, role, regions } as never },
        { onSuccess: onClose },
      )
    return create.mutate(
      { body: { userName: userName.trim(), displayName: name, role, regions, mustChangePassword } as never },
      {
        onSuccess: (made) => {
          onClose()
          if (made.password !== undefined) onPassword(made.userName, made.password)
        },
      },
    )
  }
  return (
    <Modal
      open
      title={row === null ? t('operators.create') : `${t('common.edit')} ${row.userName}`}
      okText={row === null ? t('common.create') : t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: create.isPending || change.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={
          row === null
            ? { role: 'viewer', regions: who.regions ?? [], mustChangePassword: true }
            : { displayName: row.displayName, role: row.role, regions: row.regions }
        }
        onFinish={finish}
      >
        {error !== null && <ProblemView problem={error.problem} />}
        {row === null && (
          <Form.Item
            name="userName"
            label={t('signIn.userName')}
            extra={t('operators.userNameText')}
            rules={[{ required: true, whitespace: true, message: t('signIn.userNameMissing') }]}
          >
            <Input maxLength={63} autoCapitalize="none" autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item name="displayName" label={t('account.displayName')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t('account.role')}>
          <Select
            options={roles.map((role) => ({
              value: role,
              label: `${t(`common.roles.${role}`)}${t('common.colon')}${t(`operators.roleTexts.${role}`)}`,
            }))}
          />
        </Form.Item>
        <RegionField name="regions" label={t('account.regions')} />
        {row === null && (
          <Form.Item name="mustChangePassword" label={t('operators.mustChangeLabel')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
