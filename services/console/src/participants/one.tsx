import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { Regions } from '../parts/regions.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { Keys } from './keys.tsx'
import { Legacy } from './legacy.tsx'
import { type Participant, stale } from './types.ts'

/** One participant: who it is, its keys, and its end. */
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
  const [revoking, setRevoking] = useState(false)
  const revoke = useSend('delete', '/admin/v1/participants/{participantId}', stale)
  const mayRule = session.may('POST', '/participants/:participantId/keys') && row.revokedAt === null && row.kind !== 'operators'
  const path = { participantId: row.participantId }
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
            <Button danger onClick={() => setRevoking(true)}>
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
      <Keys participant={row} mayChange={mayRule} />
      <Confirm
        open={revoking}
        danger
        title={t('participants.revokeTitle', { name: row.name })}
        okText={t('participants.revokeAll')}
        busy={revoke.isPending}
        error={revoke.error}
        onCancel={() => setRevoking(false)}
        onOk={() => revoke.mutate({ path }, { onSuccess: () => setRevoking(false) })}
      >
        <p>{t('participants.revokeText')}</p>
      </Confirm>
    </>
  )
}
