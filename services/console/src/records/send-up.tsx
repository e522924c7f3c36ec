import { App, Button, Input } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { rulesOfDecision } from '../policy/conditions.ts'
import type { PolicyShown } from '../policy/types.ts'
import type { RecordShown, SentUpRow } from './types.ts'
import '../submissions/submissions.css'

const stale = ['/admin/v1/sent-up', '/admin/v1/links', '/admin/v1/records']

/** Decisions that this record goes up although a rule keeps it here; nothing where no such rule speaks of its table and nobody ever decided. */
export function SendUpPart({ record }: { record: RecordShown }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const [asked, setAsked] = useState<'decide' | 'end' | null>(null)
  const mayDecide = may('POST', '/records/:recordId/send-up')
  const decisions = useApi('/admin/v1/sent-up', { query: { record: record.recordId } }, { enabled: may('GET', '/sent-up') })
  const possible = useDecisionPossible(record.entity, mayDecide && record.inForce !== null)
  const rows = (decisions.data?.items ?? []) as unknown as readonly SentUpRow[]
  const standing = rows.find((row) => row.ended === null)
  if (rows.length === 0 && !possible) return null
  return (
    <Panel
      title={t('records.sendUp.title')}
      extra={
        mayDecide &&
        (standing === undefined ? (
          possible && <Button onClick={() => setAsked('decide')}>{t('records.sendUp.decide')}</Button>
        ) : (
          <Button onClick={() => setAsked('end')}>{t('records.sendUp.end')}</Button>
        ))
      }
    >
      <Fetched query={decisions}>
        {(answer) =>
          rows.length === 0 ? (
            <p className="muted">{t('records.sendUp.none')}</p>
          ) : (
            <NamesOf answer={answer}>
              <div className="page">
                {rows.map((row) => (
                  <DecisionFacts key={row.number} row={row} />
                ))}
              </div>
            </NamesOf>
          )
        }
      </Fetched>
      <Decide recordId={record.recordId} open={asked === 'decide'} onEnd={() => setAsked(null)} />
      <EndSendUp recordId={asked === 'end' ? record.recordId : null} onEnd={() => setAsked(null)} />
    </Panel>
  )
}

/** Whether a rule that a decision may overcome speaks of this table on some link of this node. */
function useDecisionPossible(entity: string, asked: boolean): boolean {
  const links = useApi('/admin/v1/links', {}, { enabled: asked })
  const policy = useApi('/admin/v1/policy', {}, { enabled: asked, staleMs: 60_000 })
  if (!asked || links.data === undefined || policy.data === undefined) return false
  const { document } = policy.data as unknown as PolicyShown
  const tiers = links.data.items.map(({ upstream }) => upstream.tier)
  return rulesOfDecision(document, tiers, entity).length > 0
}

export function DecisionFacts({ row }: { row: SentUpRow }) {
  const { t } = useTranslation()
  return (
    <Facts
      rows={[
        [
          t('checks.state'),
          <StateTag key="state" meaning={row.ended === null ? 'good' : 'quiet'}>
            {t(`records.sendUp.states.${row.ended === null ? 'standing' : 'ended'}`)}
          </StateTag>,
        ],
        row.document === null ? null : [t('records.sendUp.document'), row.document],
        [t('common.reason'), row.reason],
        [t('records.sendUp.madeAt'), <Time key="at" at={row.madeAt} />],
        [t('records.sendUp.actor'), <Actor key="by" actor={row.actor} />],
        row.ended === null ? null : [t('records.sendUp.endedAt'), <Time key="ended" at={row.ended.at} />],
        row.ended?.actor == null ? null : [t('records.sendUp.endedBy'), <Actor key="ender" actor={row.ended.actor} />],
        row.ended?.reason == null ? null : [t('records.sendUp.endReason'), row.ended.reason],
      ]}
    />
  )
}

function Decide({ recordId, open, onEnd }: { recordId: string; open: boolean; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const id = useId()
  const send = useSend('post', '/admin/v1/records/{recordId}/send-up', stale)
  const [document, setDocument] = useState('')
  const close = () => {
    send.reset()
    setDocument('')
    onEnd()
  }
  return (
    <Confirm
      open={open}
      reason
      title={t('records.sendUp.decide')}
      okText={t('records.sendUp.ok')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          { path: { recordId }, body: { reason, ...(document.trim() === '' ? {} : { document: document.trim() }) } },
          {
            onSuccess: () => {
              close()
              void message.success(t('records.sendUp.done'))
            },
          },
        )
      }
      onCancel={close}
    >
      <p>{t('records.sendUp.decideText')}</p>
      <div className="field door-gap">
        <label htmlFor={id}>{t('records.sendUp.documentAsked')}</label>
        <Input id={id} value={document} maxLength={200} onChange={({ target }) => setDocument(target.value)} />
      </div>
    </Confirm>
  )
}

/** Takes a standing decision back; open while a record is given. */
export function EndSendUp({ recordId, onEnd }: { recordId: string | null; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const send = useSend('post', '/admin/v1/records/{recordId}/send-up/end', stale)
  const close = () => {
    send.reset()
    onEnd()
  }
  return (
    <Confirm
      open={recordId !== null}
      reason
      danger
      title={t('records.sendUp.end')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          { path: { recordId: recordId ?? '' }, body: { reason } },
          {
            onSuccess: () => {
              close()
              void message.success(t('records.sendUp.endDone'))
            },
          },
        )
      }
      onCancel={close}
    >
      <p>{t('records.sendUp.endText')}</p>
    </Confirm>
  )
}
