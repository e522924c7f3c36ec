import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

type Keys = Answer<'/admin/v1/node/keys'>
type Key = Keys['keys'][number]
type Upstream = Keys['upstreams'][number]
type Act = 'replace' | 'again' | 'force'

const pollMs = 5_000
const meanings = { taken: 'good', waiting: 'info', refused: 'bad', 'by-hand': 'warn' } as const

/** The keys that this node signs with: the one in force, the one that is to follow and who has it already, those before. An administrator replaces it. */
export function NodeKeys() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const query = useApi('/admin/v1/node/keys', {}, { everyMs: pollMs })
  const rotate = useSend('post', '/admin/v1/node/keys/rotate', ['/admin/v1/node/keys'])
  const [asked, setAsked] = useState<Act | null>(null)
  const mayRotate = may('POST', '/node/keys/rotate')
  const ask = (act: Act) => {
    rotate.reset()
    setAsked(act)
  }
  const waits = query.data !== undefined && query.data.next !== null
  return (
    <Panel
      title={t('participants.node.title')}
      extra={
        mayRotate &&
        query.data !== undefined && (
          <span className="row no-print">
            {waits && (
              <Button danger onClick={() => ask('force')}>
                {t('participants.node.force')}
              </Button>
            )}
            <Button onClick={() => ask(waits ? 'again' : 'replace')}>{t(`participants.node.${waits ? 'again' : 'replace'}`)}</Button>
          </span>
        )
      }
    >
      <div className="page">
        <p className="muted">{t('participants.node.text')}</p>
        <Fetched query={query}>{(keys) => <Shown keys={keys} />}</Fetched>
      </div>
      <Confirm
        open={asked !== null}
        danger={asked === 'force'}
        title={t(`participants.node.${asked ?? 'replace'}`)}
        busy={rotate.isPending}
        error={rotate.error}
        onCancel={() => setAsked(null)}
        onOk={() =>
          rotate.mutate(
            // The key that this page showed: who asks twice replaces it once.
            { body: { after: query.data?.inForce ?? '', ...(asked === 'force' ? { force: true } : {}) } },
            {
              onSuccess: (keys) => {
                setAsked(null)
                void message.success(t(keys.next === null ? 'participants.node.done' : 'participants.node.announced'))
              },
            },
          )
        }
      >
        <p>{t(`participants.node.${asked ?? 'replace'}Text`)}</p>
      </Confirm>
    </Panel>
  )
}

function Shown({ keys }: { keys: Keys }) {
  const { t } = useTranslation()
  const newestFirst = keys.keys.toReversed()
  return (
    <>
      <DataTable<Key>
        label={t('participants.node.title')}
        page={{ data: { items: newestFirst, next: null }, error: null, isPending: false, refetch: () => {} }}
        rowKey={(key) => key.keyId}
        columns={[
          { key: 'id', title: t('participants.keyId'), head: true, render: (key) => <code className="break">{key.keyId}</code> },
          { key: 'state', title: t('links.state'), render: (key) => <KeyState row={key} keys={keys} /> },
          { key: 'public', title: t('participants.node.verifier'), render: (key) => <Digest value={key.verifierKey} full /> },
          { key: 'made', title: t('participants.node.createdAt'), render: (key) => <Time at={key.createdAt} /> },
          {
            key: 'retired',
            title: t('participants.node.retiredAt'),
            render: (key) => (key.retiredAt === null ? '—' : <Time at={key.retiredAt} />),
          },
        ]}
      />
      {keys.next !== null && keys.upstreams.length > 0 && <Upstreams keys={keys} />}
    </>
  )
}

function KeyState({ row, keys }: { row: Key; keys: Keys }) {
  const { t } = useTranslation()
  if (row.keyId === keys.inForce) return <StateTag meaning="good">{t('participants.node.inForce')}</StateTag>
  if (row.keyId === keys.next) return <StateTag meaning="info">{t('participants.node.next')}</StateTag>
  return <StateTag meaning="quiet">{t('participants.node.retired')}</StateTag>
}

/** Who has to know the key that is to follow before it is used, and what to do about those who cannot be told. */
function Upstreams({ keys }: { keys: Keys }) {
  const { t } = useTranslation()
  const next = keys.keys.find(({ keyId }) => keyId === keys.next)
  const stuck = (one: Upstream) => one.state === 'refused' || one.state === 'by-hand'
  return (
    <>
      <h3>{t('participants.node.upstreams')}</h3>
      <ul className="bare-list">
        {keys.upstreams.map((one) => (
          <li key={one.name} className="row">
            <RegionName code={one.name} />
            <StateTag meaning={meanings[one.state as keyof typeof meanings]}>
              {t(`participants.node.states.${one.state as keyof typeof meanings}`)}
            </StateTag>
            {one.status !== null && one.state !== 'taken' && <span className="muted">HTTP {one.status}</span>}
          </li>
        ))}
      </ul>
      {next !== undefined && keys.upstreams.some(stuck) && (
        <div className="notice warn">
          <p>{t('participants.node.byHand', { id: next.keyId })}</p>
          <Digest value={next.publicKey} full />
        </div>
      )}
    </>
  )
}
