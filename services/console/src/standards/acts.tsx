import { App, InputNumber, Radio } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useSend } from '../api/hooks.ts'
import { Confirm } from '../parts/confirm.tsx'
import { instantText } from '../parts/format.ts'
import { InstantInput } from '../parts/instant-input.tsx'
import type { RevisionRow } from './types.ts'

const stale = ['/admin/v1/standards', '/admin/v1/shadow-runs', '/v1/standards', '/admin/v1/policy']
const nameOf = (row: RevisionRow) => `${row.release} r${row.revision}`
const pathOf = (row: RevisionRow) => ({ release: row.release })
const revisionOf = (row: RevisionRow) => ({ revision: row.revision, issuer: row.issuer })

/** Has a revision count, at once or from an instant. */
export function Activate({ row, onEnd }: { row: RevisionRow; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const id = useId()
  const send = useSend('post', '/admin/v1/standards/{release}/activate', stale)
  const [later, setLater] = useState(true)
  const [from, setFrom] = useState<string | undefined>(undefined)
  const [checked, setChecked] = useState(false)
  const [now] = useState(() => Date.now())
  const wrong = later && (from === undefined || Date.parse(from) <= now)
  return (
    <Confirm
      open
      reason
      title={t('standards.activateTitle', { name: nameOf(row) })}
      okText={t('standards.acts.activate')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) => {
        setChecked(true)
        if (wrong) return
        send.mutate(
          { path: pathOf(row), body: { ...revisionOf(row), reason, ...(later && from !== undefined ? { from } : {}) } },
          {
            onSuccess: (done) => {
              onEnd()
              void message.success(
                t(done.shadowRun == null ? 'standards.activated' : 'standards.activatedShadow', {
                  at: done.effectiveFrom === undefined ? '' : instantText(done.effectiveFrom, false),
                }),
              )
            },
          },
        )
      }}
      onCancel={onEnd}
    >
      <div className="page door-gap">
        <p className="muted">{t('standards.activateText')}</p>
        <Radio.Group
          aria-label={t('standards.when')}
          value={later}
          onChange={({ target }) => setLater(target.value as boolean)}
          options={[
            { value: true, label: t('standards.later') },
            { value: false, label: t('standards.atOnce') },
          ]}
        />
        {later && (
          <div className="field">
            <label htmlFor={id}>{t('standards.fromAsked')}</label>
            <InstantInput id={id} value={from} describedBy={`${id}-problem`} onChange={setFrom} />
            <div id={`${id}-problem`}>
              {checked && wrong && (
                <div className="problem-line bad" role="alert">
                  {t('standards.fromWrong')}
                </div>
              )}
            </div>
          </div>
        )}
      </div>
    </Confirm>
  )
}

/** Takes back what is to count later. */
export function Cancel({ row, onEnd }: { row: RevisionRow; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const send = useSend('post', '/admin/v1/standards/{release}/cancel', stale)
  return (
    <Confirm
      open
      reason
      danger
      title={t('standards.cancelTitle', { name: nameOf(row) })}
      okText={t('standards.acts.cancel')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          { path: pathOf(row), body: { ...revisionOf(row), reason } },
          {
            onSuccess: () => {
              onEnd()
              void message.success(t('standards.cancelDone'))
            },
          },
        )
      }
      onCancel={onEnd}
    >
      <p>
        {row.effectiveFrom === null
          ? t('standards.cancelText')
          : t('standards.cancelTextAt', { at: instantText(row.effectiveFrom, false) })}
      </p>
    </Confirm>
  )
}

/** Judges what was stored in the last days by a revision, and goes on to what it finds. */
export function StartRun({ row, onEnd }: { row: RevisionRow; onEnd: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const id = useId()
  const send = useSend('post', '/admin/v1/standards/{release}/shadow', ['/admin/v1/shadow-runs'])
  const [days, setDays] = useState(30)
  return (
    <Confirm
      open
      title={t('standards.runTitle', { name: nameOf(row) })}
      okText={t('standards.runOk')}
      busy={send.isPending}
      error={send.error}
      onOk={() =>
        send.mutate(
          { path: pathOf(row), body: { ...revisionOf(row), days } },
          { onSuccess: ({ run }) => void navigate(`/standards/runs/${run}`) },
        )
      }
      onCancel={onEnd}
    >
      <p className="muted door-gap">{t('standards.runText')}</p>
      <div className="field">
        <label htmlFor={id}>{t('standards.days')}</label>
        <InputNumber id={id} min={1} max={36_500} precision={0} value={days} onChange={(next) => setDays(next ?? 30)} />
      </div>
    </Confirm>
  )
}
