import { App, Button, Form, Input, Modal, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DatePicker } from '../parts/date-picker.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { CopyButton, Digest } from '../parts/digest.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Regions } from '../parts/regions.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { Legacy } from './legacy.tsx'

type Participant = Answer<'/admin/v1/participants/{participantId}'>
type Key = Participant['keys'][number]
const stale = ['/admin/v1/participants']
const soonMs = 14 * 24 * 3_600_000

/** One participant: who it is, its keys; make, rotate, revoke. A new secret is shown once. */
export default function ParticipantPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const participant = useApi('/admin/v1/participants/{participantId}', { path: { participantId: id } })
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/participants">{t('participants.title')}</Link>
      </p>
      <Fetched query={participant}>{(row) => <One row={row} />}</Fetched>
    </div>
  )
}

function One({ row }: { row: Participant }) {
  const { t } = useTranslation()
  const session = useSession()
  const [asking, setAsking] = useState<'revoke' | 'key' | null>(null)
  const [doing, setDoing] = useState<{ readonly act: 'rotate' | 'revoke'; readonly key: Key } | null>(null)
  const [secret, setSecret] = useState<{ readonly keyId: string; readonly secret: string } | null>(null)
  const revoke = useSend('delete', '/admin/v1/participants/{participantId}', stale)
  const rotateKey = useSend('post', '/admin/v1/participants/{participantId}/keys/{keyId}/rotate', stale)
  const revokeKey = useSend('delete', '/admin/v1/participants/{participantId}/keys/{keyId}', stale)
  const mayRule = session.may('POST', '/participants/:participantId/keys') && row.revokedAt === null && row.kind !== 'operators'
  const path = { participantId: row.participantId }
  const show = (made: { keyId: string; secret?: string | undefined }) =>
    made.secret !== undefined && setSecret({ keyId: made.keyId, secret: made.secret })
  return (
    <>
      <PageHeader
        title={row.name}
        text={
          <>
            <code>{row.participantId}</code> · {t(`participants.kinds.${row.kind}`)}
          </>
        }
        actions={
          mayRule && (
            <Button danger onClick={() => setAsking('revoke')}>
              {t('participants.revokeAll')}
            </Button>
          )
        }
      />
      <Panel title={t('participants.facts')}>
        <Facts
          rows={[
            [
              t('links.state'),
              row.revokedAt === null ? (
                <StateTag key="state" meaning="good">
                  {t('participants.inForce')}
                </StateTag>
              ) : (
                <span key="state" className="row">
                  <StateTag meaning="quiet">{t('participants.revoked')}</StateTag> <Time at={row.revokedAt} />
                </span>
              ),
            ],
            [t('account.regions'), <Regions key="r" codes={row.regions} most={50} />],
            row.nodeName === null ? null : [t('participants.nodeName'), row.nodeName],
            [t('participants.createdAt'), <Time key="c" at={row.createdAt} />],
          ]}
        />
      </Panel>
      {row.kind === 'system' && (
        <Legacy
          participantId={row.participantId}
          until={row.legacyUntil}
          mayGrant={mayRule && session.may('PUT', '/participants/:participantId/legacy')}
        />
      )}
      <Panel
        title={t('participants.keys')}
        extra={
          mayRule && (
            <Button type="primary" onClick={() => setAsking('key')}>
              {t('participants.addKey')}
            </Button>
          )
        }
      >
        <DataTable<Key>
          label={t('participants.keys')}
          page={{ data: { items: row.keys, next: null }, error: null, isPending: false, refetch: () => {} }}
          rowKey={(key) => key.keyId}
          empty={<Empty title={t('participants.noKeys')}>{t('participants.noKeysText')}</Empty>}
          columns={[
            { key: 'id', title: t('participants.keyId'), head: true, render: (key) => <code className="break">{key.keyId}</code> },
            { key: 'kind', title: t('participants.keyKind'), render: (key) => t(`participants.keyKinds.${key.kind}`) },
            {
              key: 'public',
              title: t('participants.publicKey'),
              render: (key) => (key.publicKey === null ? '—' : <Digest value={key.publicKey} />),
            },
            { key: 'made', title: t('participants.createdAt'), render: (key) => <Time at={key.createdAt} seconds={false} /> },
            {
              key: 'ends',
              title: t('participants.expiresAt'),
              render: (key) => (key.expiresAt === null ? t('participants.noEnd') : <Time at={key.expiresAt} seconds={false} />),
            },
            { key: 'state', title: t('links.state'), render: (key) => <KeyState row={key} /> },
            {
              key: 'do',
              title: t('parked.do'),
              render: (key) =>
                mayRule && key.revokedAt === null ? (
                  <span className="row">
                    {key.kind === 'api-key' && (
                      <Button size="small" onClick={() => setDoing({ act: 'rotate', key })}>
                        {t('participants.rotate')}
                      </Button>
                    )}
                    <Button size="small" danger onClick={() => setDoing({ act: 'revoke', key })}>
                      {t('participants.revokeKey')}
                    </Button>
                  </span>
                ) : (
                  '—'
                ),
            },
          ]}
        />
      </Panel>
      <Confirm
        open={asking === 'revoke'}
        danger
        title={t('participants.revokeTitle', { name: row.name })}
        okText={t('participants.revokeAll')}
        busy={revoke.isPending}
        error={revoke.error}
        onCancel={() => setAsking(null)}
        onOk={() => revoke.mutate({ path }, { onSuccess: () => setAsking(null) })}
      >
        <p>{t('participants.revokeText')}</p>
      </Confirm>
      <Confirm
        open={doing !== null}
        danger={doing?.act === 'revoke'}
        title={doing?.act === 'rotate' ? t('participants.rotateKey') : t('participants.revokeKey')}
        busy={rotateKey.isPending || revokeKey.isPending}
        error={doing?.act === 'rotate' ? rotateKey.error : revokeKey.error}
        onCancel={() => setDoing(null)}
        onOk={() => {
          if (doing === null) return
          const given = { path: { ...path, keyId: doing.key.keyId } }
          if (doing.act === 'revoke') revokeKey.mutate(given, { onSuccess: () => setDoing(null) })
          else
            rotateKey.mutate(given, {
              onSuccess: (made) => {
                setDoing(null)
                show(made)
              },
            })
        }}
      >
        <p className="break">
          <code>{doing?.key.keyId}</code>
        </p>
        <p>{doing === null ? '' : doing.act === 'rotate' ? t('participants.rotateText') : t('participants.revokeKeyText')}</p>
      </Confirm>
      <NewKey path={path} open={asking === 'key'} onClose={() => setAsking(null)} onMade={show} />
      <SecretOnce made={secret} onClose={() => setSecret(null)} />
    </>
  )
}

function KeyState({ row }: { row: Key }) {
  const { t } = useTranslation()
  const [now] = useState(() => Date.now())
  if (row.revokedAt !== null) return <StateTag meaning="quiet">{t('participants.keyRevoked')}</StateTag>
  const left = row.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.expiresAt) - now
  if (left < 0) return <StateTag meaning="bad">{t('participants.keyExpired')}</StateTag>
  return left < soonMs ? (
    <StateTag meaning="warn">{t('participants.keyEnding')}</StateTag>
  ) : (
    <StateTag meaning="good">{t('participants.keyInForce')}</StateTag>
  )
}

interface GivenKey {
  readonly kind: 'api-key' | 'ed25519' | 'ecdsa-p256-sha256'
  readonly keyId?: string
  readonly publicKey?: string
  readonly expires?: Dayjs | null
}

function NewKey({
  path,
  open,
  onClose,
  onMade,
}: {
  path: { participantId: string }
  open: boolean
  onClose: () => void
  onMade: (made: { keyId: string; secret?: string | undefined }) => void
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
