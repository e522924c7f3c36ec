import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { NewKey } from './new-key.tsx'
import { SecretOnce } from './secret-once.tsx'
import { type Key, type MadeKey, type Participant, stale } from './types.ts'

const soonMs = 14 * 24 * 3_600_000

/** The keys of a participant; make, rotate, revoke. A new secret is shown once. */
export function Keys({ participant, mayChange }: { participant: Participant; mayChange: boolean }) {
  const { t } = useTranslation()
  const [adding, setAdding] = useState(false)
  const [doing, setDoing] = useState<{ readonly act: 'rotate' | 'revoke'; readonly key: Key } | null>(null)
  const [secret, setSecret] = useState<{ readonly keyId: string; readonly secret: string } | null>(null)
  const rotateKey = useSend('post', '/admin/v1/participants/{participantId}/keys/{keyId}/rotate', stale)
  const revokeKey = useSend('delete', '/admin/v1/participants/{participantId}/keys/{keyId}', stale)
  const path = { participantId: participant.participantId }
  const show = (made: MadeKey) => made.secret !== undefined && setSecret({ keyId: made.keyId, secret: made.secret })
  return (
    <>
      <Panel
        title={t('participants.keys')}
        extra={
          mayChange && (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('participants.addKey')}
            </Button>
          )
        }
      >
        <DataTable<Key>
          label={t('participants.keys')}
          page={{ data: { items: participant.keys, next: null }, error: null, isPending: false, refetch: () => {} }}
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
                mayChange && key.revokedAt === null ? (
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
      <NewKey path={path} open={adding} onClose={() => setAdding(false)} onMade={show} />
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
