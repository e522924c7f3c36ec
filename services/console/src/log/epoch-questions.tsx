import { App, Button, InputNumber } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { numberText } from '../parts/format.ts'
import { Time } from '../parts/time.tsx'

const shown = ['/admin/v1/epochs', '/admin/v1/node']

/** The node was put back and waits for what those above hold; whoever decides otherwise is told first what follows from it. */
export function Waiting() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const send = useSend('post', '/admin/v1/epochs/go-on', shown)
  const [asked, setAsked] = useState(false)
  const mayGoOn = may('POST', '/epochs/go-on')
  return (
    <div className="notice warn page">
      <strong>{t('epochs.waiting')}</strong>
      <p>{t('epochs.waitingText')}</p>
      {mayGoOn ? (
        <p>
          <Button danger onClick={() => setAsked(true)}>
            {t('epochs.goOn')}
          </Button>
        </p>
      ) : (
        <p>{t('epochs.askAdministrator')}</p>
      )}
      <Confirm
        open={asked}
        danger
        title={t('epochs.goOnTitle')}
        okText={t('epochs.goOnOk')}
        busy={send.isPending}
        error={send.error}
        onOk={() =>
          send.mutate(
            {},
            {
              onSuccess: (answer) => {
                setAsked(false)
                void message.success(t(answer.wentOn === true ? 'epochs.wentOn' : 'epochs.notWaiting'))
              },
            },
          )
        }
        onCancel={() => setAsked(false)}
      >
        <p>{t('epochs.goOnText')}</p>
        <ul className="consequences">
          {(['systems', 'records', 'numbers', 'final'] as const).map((one) => (
            <li key={one}>{t(`epochs.consequences.${one}`)}</li>
          ))}
        </ul>
      </Confirm>
    </div>
  )
}

/** Somebody else holds this node's name: it takes and signs nothing. The other one stops, or somebody decides for this one. */
export function Refused({ words }: { words: string }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const send = useSend('post', '/admin/v1/epochs/take-over', shown)
  const [asked, setAsked] = useState(false)
  return (
    <div className="notice bad page" role="alert">
      <strong>{words}</strong>
      <p>{t('epochs.refusedText')}</p>
      {may('POST', '/epochs/take-over') ? (
        <p>
          <Button danger onClick={() => setAsked(true)}>
            {t('epochs.takeOver')}
          </Button>
        </p>
      ) : (
        <p>{t('epochs.askAdministratorWhich')}</p>
      )}
      <Confirm
        open={asked}
        danger
        title={t('epochs.takeOverTitle')}
        okText={t('epochs.takeOver')}
        busy={send.isPending}
        error={send.error}
        onOk={() =>
          send.mutate(
            {},
            {
              onSuccess: (answer) => {
                setAsked(false)
                void message.success(t(answer.tookOver === true ? 'epochs.tookOver' : 'epochs.notRefused'))
              },
            },
          )
        }
        onCancel={() => setAsked(false)}
      >
        <ul className="consequences">
          {(['stop', 'epoch', 'rest', 'final'] as const).map((one) => (
            <li key={one}>{t(`epochs.takeOverConsequences.${one}`)}</li>
          ))}
        </ul>
      </Confirm>
    </div>
  )
}

/** As many as a counter of one day may have. */
const skipMax = 998

/** The node was put back without the data directory that it had: it gives no numbers until somebody says how many are left out. */
export function NumbersAsked({ askedAt }: { askedAt: string }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const send = useSend('post', '/admin/v1/epochs/numbers', shown)
  const [skip, setSkip] = useState<number | null>(null)
  const [asked, setAsked] = useState(false)
  const id = useId()
  return (
    <div className="notice warn page">
      <strong>{t('epochs.numbers.title')}</strong>
      <p>
        {t('epochs.numbers.text')} <Time at={askedAt} />
      </p>
      {may('POST', '/epochs/numbers') ? (
        <p className="row">
          <label htmlFor={id}>{t('epochs.numbers.skip')}</label>
          <InputNumber id={id} min={0} max={skipMax} precision={0} value={skip} onChange={setSkip} />
          <Button danger disabled={skip === null} onClick={() => setAsked(true)}>
            {t('epochs.numbers.ok')}
          </Button>
        </p>
      ) : (
        <p>{t('epochs.numbers.askAdministrator')}</p>
      )}
      <Confirm
        open={asked}
        danger
        title={t('epochs.numbers.confirm', { n: numberText(skip ?? 0) })}
        okText={t('epochs.numbers.ok')}
        busy={send.isPending}
        error={send.error}
        onOk={() =>
          send.mutate(
            { body: { skip: skip ?? 0 } },
            {
              onSuccess: () => {
                setAsked(false)
                void message.success(t('epochs.numbers.done'))
              },
            },
          )
        }
        onCancel={() => setAsked(false)}
      >
        <p>{t('epochs.numbers.follows')}</p>
        <p>{t('epochs.consequences.final')}</p>
      </Confirm>
    </div>
  )
}
