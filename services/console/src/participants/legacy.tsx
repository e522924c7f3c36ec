import { App, Button } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { Confirm } from '../parts/confirm.tsx'
import { InstantInput } from '../parts/instant-input.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import '../submissions/submissions.css'

/** Whether a participant may send existing stock, and until when: granted, prolonged and ended here. */
export function Legacy({ participantId, until, mayGrant }: { participantId: string; until: string | null; mayGrant: boolean }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const id = useId()
  const send = useSend('put', '/admin/v1/participants/{participantId}/legacy', ['/admin/v1/participants'])
  const [asked, setAsked] = useState<'grant' | 'end' | null>(null)
  const [given, setGiven] = useState<string | undefined>(undefined)
  const [checked, setChecked] = useState(false)
  const [now, setNow] = useState(() => Date.now())
  const stands = until !== null && Date.parse(until) > now
  const wrong = given === undefined || Date.parse(given) <= now
  const ask = (act: 'grant' | 'end') => {
    send.reset()
    setNow(Date.now())
    setChecked(false)
    setGiven(stands ? until : undefined)
    setAsked(act)
  }
  return (
    <Panel
      title={t('participants.legacy.title')}
      extra={
        mayGrant && (
          <span className="row no-print">
            {stands && (
              <Button danger onClick={() => ask('end')}>
                {t('participants.legacy.end')}
              </Button>
            )}
            <Button onClick={() => ask('grant')}>{t(`participants.legacy.${stands ? 'prolong' : 'grant'}`)}</Button>
          </span>
        )
      }
    >
      <div className="page">
        <p className="muted">{t('participants.legacy.text')}</p>
        <p className="row">
          <StateTag meaning={stands ? 'info' : 'quiet'}>
            {t(`participants.legacy.${stands ? 'stands' : until === null ? 'none' : 'over'}`)}
          </StateTag>
          {until !== null && <Time at={until} seconds={false} />}
        </p>
      </div>
      <Confirm
        open={asked !== null}
        danger={asked === 'end'}
        title={t(`participants.legacy.${asked === 'end' ? 'end' : stands ? 'prolong' : 'grant'}`)}
        busy={send.isPending}
        error={send.error}
        onCancel={() => setAsked(null)}
        onOk={() => {
          setChecked(true)
          if (asked === 'grant' && wrong) return
          const ending = asked === 'end'
          send.mutate(
            { path: { participantId }, body: { until: ending ? null : (given ?? null) } as never },
            {
              onSuccess: () => {
                setAsked(null)
                void message.success(t(ending ? 'participants.legacy.ended' : 'participants.legacy.granted'))
              },
            },
          )
        }}
      >
        {asked === 'end' ? (
          <p>{t('participants.legacy.endText')}</p>
        ) : (
          <>
            <p className="muted door-gap">{t('participants.legacy.grantText')}</p>
            <div className="field">
              <label htmlFor={id}>{t('participants.legacy.until')}</label>
              <InstantInput id={id} value={given} describedBy={`${id}-problem`} onChange={setGiven} />
              <div id={`${id}-problem`}>
                {checked && wrong && (
                  <div className="problem-line bad" role="alert">
                    {t('participants.legacy.untilWrong')}
                  </div>
                )}
              </div>
            </div>
          </>
        )}
      </Confirm>
    </Panel>
  )
}
