import { Button, Input } from 'antd'
import { useCallback, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/client.ts'
import { solveWork } from './work.ts'

export interface CaptchaAnswer {
  readonly id: string
  readonly answer: string
}

type Shown = { readonly id: string; readonly svg: string }

const askPicture = async (): Promise<Shown> => {
  const { id, svg } = await call('get', '/admin/v1/captcha', { query: { form: 'image' } })
  return { id, svg: svg ?? '' }
}

/** A picture to read, or, for whoever cannot, work that this page does by itself. */
export function CaptchaField({ onAnswer }: { onAnswer: (answer: CaptchaAnswer | null) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [picture, setPicture] = useState<Shown | null>(null)
  const [working, setWorking] = useState<'no' | 'running' | 'done'>('no')
  const [failed, setFailed] = useState(false)
  const fetchPicture = useCallback(
    () =>
      askPicture().then(
        (made) => {
          setFailed(false)
          setPicture(made)
          onAnswer(null)
        },
        () => setFailed(true),
      ),
    [onAnswer],
  )
  useEffect(() => {
    void fetchPicture()
  }, [fetchPicture])
  const work = async () => {
    setWorking('running')
    try {
      const made = await call('get', '/admin/v1/captcha', { query: { form: 'work' } })
      onAnswer({ id: made.id, answer: await solveWork(made.id, made.bits ?? 0) })
      setWorking('done')
    } catch {
      setWorking('no')
      setFailed(true)
    }
  }
  if (working !== 'no')
    return (
      <output className={`notice door-gap ${working === 'done' ? 'good' : ''}`}>
        {working === 'done' ? t('signIn.workDone') : t('signIn.working')}
      </output>
    )
  return (
    <div className="captcha">
      <label htmlFor={id}>{t('signIn.captcha')}</label>
      <div className="row">
        <Input
          id={id}
          autoComplete="off"
          autoCapitalize="characters"
          size="large"
          maxLength={10}
          className="captcha-input"
          onChange={({ target }) =>
            onAnswer(picture === null || target.value.trim().length < 4 ? null : { id: picture.id, answer: target.value.trim() })
          }
        />
        {picture !== null && <img src={`data:image/svg+xml,${encodeURIComponent(picture.svg)}`} alt={t('signIn.captchaAlt')} height={40} />}
        <Button onClick={() => void fetchPicture()}>{t('signIn.captchaOther')}</Button>
      </div>
      {failed && <p role="alert">{t('signIn.captchaFailed')}</p>}
      <button type="button" className="link-button" onClick={() => void work()}>
        {t('signIn.captchaWork')}
      </button>
    </div>
  )
}
