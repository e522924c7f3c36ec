import { App, Button, InputNumber } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import type { ApiError } from '../api/problem.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { numberText } from '../parts/format.ts'
import { Time } from '../parts/time.tsx'

const shown = ['/admin/v1/epochs', '/admin/v1/node']

/** What is open and what follows from deciding it; whoever may not decide is told who does. */
function Decision({
  tone,
  head,
  children,
  mayDecide,
  others,
  control,
  button,
  ready = true,
  title,
  okText,
  consequences,
  busy,
  error,
  decide,
}: {
  tone: 'warn' | 'bad'
  head: string
  children: ReactNode
  mayDecide: boolean
  /** For those who may not. */
  others: string
  /** What is to be filled in first. */
  control?: ReactNode
  button: string
  ready?: boolean
  title: string
  okText: string
  consequences: ReactNode
  busy: boolean
  error: ApiError | null
  decide: (close: () => void) => void
}) {
  const [asked, setAsked] = useState(false)
  return (
    <div className={`notice ${tone} page`} {...(tone === 'bad' ? { role: 'alert' } : {})}>
      <strong>{head}</strong>
      <p>{children}</p>
      {mayDecide ? (
        <p className="row">
          {control}
          <Button danger disabled={!ready} onClick={() => setAsked(true)}>
            {button}
          </Button>
        </p>
      ) : (
        <p>{others}</p>
      )}
      <Confirm
        open={asked}
        danger
        title={title}
        okText={okText}
        busy={busy}
        error={error}
        onOk={() => decide(() => setAsked(false))}
        onCancel={() => setAsked(false)}
      >
        {consequences}
      </Confirm>
    </div>
  )
}

/** The node was put back and waits for what those above hold; whoever decides otherwise is told first what follows from it. */
export function Waiting() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const send = useSend('post', '/admin/v1/epochs/go-on', shown)
  return (
    <Decision
      tone="warn"
      head={t('epochs.waiting')}
      mayDecide={may('POST', '/epochs/go-on')}
      others={t('epochs.askAdministrator')}
      button={t('epochs.goOn')}
      title={t('epochs.goOnTitle')}
      okText={t('epochs.goOnOk')}
      busy={send.isPending}
      error={send.error}
      consequences={
        <>
          <p>{t('epochs.goOnText')}</p>
          <ul className="consequences">
            {(['systems', 'records', 'numbers', 'final'] as const).map((one) => (
              <li key={one}>{t(`epochs.consequences.${one}`)}</li>
            ))}
          </ul>
        </>
      }
      decide={(close) =>
        send.mutate(
          {},
          {
            onSuccess: (answer) => {
              close()
              void message.success(t(answer.wentOn === true ? 'epochs.wentOn' : 'epochs.notWaiting'))
            },
          },
        )
      }
    >
      {t('epochs.waitingText')}
    </Decision>
  )
}

/** Somebody else holds this node's name: it takes and signs nothing. The other one stops, or somebody decides for this one. */
export function Refused({ words }: { words: string }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const send = useSend('post', '/admin/v1/epochs/take-over', shown)
  return (
    <Decision
      tone="bad"
      head={words}
      mayDecide={may('POST', '/epochs/take-over')}
      others={t('epochs.askAdministratorWhich')}
      button={t('epochs.takeOver')}
      title={t('epochs.takeOverTitle')}
      okText={t('epochs.takeOver')}
      busy={send.isPending}
      error={send.error}
      consequences={
        <ul className="consequences">
          {(['stop', 'epoch', 'rest', 'final'] as const).map((one) => (
            <li key={one}>{t(`epochs.takeOverConsequences.${one}`)}</li>
          ))}
        </ul>
      }
      decide={(close) =>
        send.mutate(
          {},
          {
            onSuccess: (answer) => {
              close()
              void message.success(t(answer.tookOver === true ? 'epochs.tookOver' : 'epochs.notRefused'))
            },
          },
        )
      }
    >
      {t('epochs.refusedText')}
    </Decision>
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
  const id = useId()
  return (
    <Decision
      tone="warn"
      head={t('epochs.numbers.title')}
      mayDecide={may('POST', '/epochs/numbers')}
      others={t('epochs.numbers.askAdministrator')}
      control={
        <>
          <label htmlFor={id}>{t('epochs.numbers.skip')}</label>
          <InputNumber id={id} min={0} max={skipMax} precision={0} value={skip} onChange={setSkip} />
        </>
      }
      ready={skip !== null}
      button={t('epochs.numbers.ok')}
      title={t('epochs.numbers.confirm', { n: numberText(skip ?? 0) })}
      okText={t('epochs.numbers.ok')}
      busy={send.isPending}
      error={send.error}
      consequences={
        <>
          <p>{t('epochs.numbers.follows')}</p>
          <p>{t('epochs.consequences.final')}</p>
        </>
      }
      decide={(close) =>
        send.mutate(
          { body: { skip: skip ?? 0 } },
          {
            onSuccess: () => {
              close()
              void message.success(t('epochs.numbers.done'))
            },
          },
        )
      }
    >
      {t('epochs.numbers.text')} <Time at={askedAt} />
    </Decision>
  )
}
