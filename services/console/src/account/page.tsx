import { App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession, useWho } from '../api/session.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Time } from '../parts/time.tsx'
import { ChangePassword } from './change-password.tsx'
import { SecondFactor } from './second-factor.tsx'

interface OwnSession {
  readonly session: string
  readonly current: boolean
  readonly source: string
  readonly agent: string | null
  readonly secondFactor: string | null
  readonly signedInAt: string
  readonly seenAt: string
}

/** One's own account: who one is here, password, second factor, where one is signed in. */
export default function AccountPage() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const who = useWho()
  const [asking, setAsking] = useState<'password' | 'factor' | 'disable' | null>(null)
  const { refresh } = useSession()
  const close = () => setAsking(null)
  return (
    <div className="page">
      <PageHeader title={t('account.title')} />
      <div className="grid-2">
        <Panel title={t('account.who')}>
          <Facts
            rows={[
              [t('signIn.userName'), who.operator?.userName],
              [t('account.displayName'), who.operator?.displayName ?? '—'],
              [t('account.role'), t(`common.roles.${who.role ?? 'viewer'}`)],
              [
                t('account.regions'),
                <span key="regions" className="row">
                  {(who.regions ?? []).map((code) => (
                    <RegionName key={code} code={code} />
                  ))}
                </span>,
              ],
              [t('account.expires'), <Time key="expires" at={who.expiresAt} />],
            ]}
          />
        </Panel>
        <Panel title={t('account.security')}>
          <Facts
            rows={[
              [
                t('account.factor'),
                who.operator?.secondFactor === true ? (
                  <StateTag key="factor" meaning="good">
                    {t('account.factorOn')}
                  </StateTag>
                ) : (
                  <StateTag key="factor" meaning="warn">
                    {t('account.factorOff')}
                  </StateTag>
                ),
              ],
            ]}
          />
          <div className="row panel-foot">
            <Button onClick={() => setAsking('password')}>{t('account.changePassword')}</Button>
            {who.operator?.secondFactor === true ? (
              <Button onClick={() => setAsking('disable')}>{t('account.disableFactor')}</Button>
            ) : (
              <Button type="primary" onClick={() => setAsking('factor')}>
                {t('account.setUpFactor')}
              </Button>
            )}
          </div>
        </Panel>
      </div>
      <Sessions />
      <Modal open={asking === 'password'} title={t('account.changePassword')} footer={null} onCancel={close} destroyOnHidden>
        <ChangePassword
          onDone={() => {
            close()
            void message.success(t('account.passwordChanged'))
          }}
        />
      </Modal>
      <Modal
        open={asking === 'factor'}
        title={t('account.setUpFactor')}
        footer={null}
        onCancel={close}
        mask={{ closable: false }}
        destroyOnHidden
      >
        <SecondFactor
          onDone={() => {
            close()
            void refresh()
          }}
        />
      </Modal>
      <Modal open={asking === 'disable'} title={t('account.disableFactor')} footer={null} onCancel={close} destroyOnHidden>
        <DisableFactor
          onDone={() => {
            close()
            void refresh()
          }}
        />
      </Modal>
    </div>
  )
}

function DisableFactor({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const disable = useSend('post', '/admin/v1/second-factor/disable')
  return (
    <Form<{ password: string; code: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={(body) => disable.mutate({ body }, { onSuccess: onDone })}
    >
      {disable.error !== null && <ProblemView problem={disable.error.problem} />}
      <Form.Item name="password" label={t('account.passwordAgain')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="code" label={t('signIn.code')} rules={[{ required: true, message: t('signIn.codeMissing') }]}>
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={40} className="code-input" />
      </Form.Item>
      <Button danger type="primary" htmlType="submit" loading={disable.isPending}>
        {t('account.disableFactor')}
      </Button>
    </Form>
  )
}

function Sessions() {
  const { t } = useTranslation()
  const sessions = useApi('/admin/v1/sessions')
  const end = useSend('delete', '/admin/v1/sessions/{sessionId}', ['/admin/v1/sessions'])
  return (
    <Panel title={t('account.sessions')}>
      <DataTable<OwnSession>
        label={t('account.sessions')}
        page={sessions as never}
        rowKey={({ session }) => session}
        columns={[
          { key: 'at', title: t('account.signedInAt'), render: ({ signedInAt }) => <Time at={signedInAt} /> },
          { key: 'seen', title: t('account.seenAt'), render: ({ seenAt }) => <Time at={seenAt} ago /> },
          { key: 'source', title: t('account.source'), render: ({ source }) => <span className="number">{source}</span> },
          { key: 'agent', title: t('account.agent'), render: ({ agent }) => <span className="break">{agent ?? '—'}</span> },
          {
            key: 'end',
            title: t('account.end'),
            render: ({ session, current }) =>
              current ? (
                <StateTag meaning="info">{t('account.thisOne')}</StateTag>
              ) : (
                <Button size="small" onClick={() => end.mutate({ path: { sessionId: session } })}>
                  {t('account.end')}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  )
}
