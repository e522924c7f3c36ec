import { Button, Form, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { useSession, type Who } from '../api/session.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { type CaptchaAnswer, CaptchaField } from './captcha.tsx'
import { Wait } from './wait.tsx'

interface Credentials {
  readonly userName: string
  readonly password: string
}

/** User name and password; a captcha once an attempt has failed; then the code of the second factor where the account has one. */
export function SignInForm() {
  const { t } = useTranslation()
  const { take } = useSession()
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const [captcha, setCaptcha] = useState<CaptchaAnswer | null>(null)
  /** A captcha is good once: another number asks for another. */
  const [captchaRound, setCaptchaRound] = useState(0)
  const [challenge, setChallenge] = useState<string | null>(null)

  const attempt = async (body: object): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const who = (await call('post', '/admin/v1/session', { body: body as never })) as Who
      if (who.next === 'second-factor') setChallenge(who.challenge ?? null)
      else take(who)
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught
      setError(caught)
      setCaptcha(null)
      // After any failure of the first step the node wants a captcha.
      if (challenge === null && caught.status !== 0) setCaptchaRound((round) => round + 1)
      if (challenge !== null && ['credentials-invalid', 'session-ended', 'sign-in-failed'].includes(caught.problem.code)) setChallenge(null)
    } finally {
      setBusy(false)
    }
  }

  if (challenge !== null)
    return (
      <CodeForm
        busy={busy}
        error={error}
        onCode={(code) => void attempt({ challenge, code })}
        onBack={() => {
          setChallenge(null)
          setError(null)
        }}
      />
    )
  const needsCaptcha = captchaRound > 0
  return (
    <Form<Credentials>
      layout="vertical"
      requiredMark={false}
      onFinish={({ userName, password }) => void attempt({ userName: userName.trim(), password, ...(captcha === null ? {} : { captcha }) })}
    >
      {error !== null && error.problem.code !== 'captcha-needed' && <ProblemView problem={error.problem} />}
      {error?.problem.code === 'captcha-needed' && (
        <p className="notice" role="alert">
          {t('signIn.captchaNeeded')}
        </p>
      )}
      {error?.retryAfter != null && <Wait key={captchaRound} seconds={error.retryAfter} />}
      <Form.Item name="userName" label={t('signIn.userName')} rules={[{ required: true, message: t('signIn.userNameMissing') }]}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} size="large" />
      </Form.Item>
      <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password autoComplete="current-password" size="large" />
      </Form.Item>
      {needsCaptcha && <CaptchaField key={captchaRound} onAnswer={setCaptcha} />}
      <Button type="primary" htmlType="submit" size="large" block loading={busy} disabled={needsCaptcha && captcha === null}>
        {t('signIn.submit')}
      </Button>
    </Form>
  )
}

/** Six digits of the authenticator, or a recovery code. */
function CodeForm({
  busy,
  error,
  onCode,
  onBack,
}: {
  busy: boolean
  error: ApiError | null
  onCode: (code: string) => void
  onBack: () => void
}) {
  const { t } = useTranslation()
  const field = useRef<InputRef>(null)
  // The form before it is gone with what had the focus: whoever signs in goes on here.
  useEffect(() => field.current?.focus(), [])
  return (
    <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => onCode(code.replaceAll(' ', ''))}>
      <p className="muted door-gap">{t('signIn.codeText')}</p>
      {error !== null && <ProblemView problem={error.problem} />}
      {error?.retryAfter != null && <Wait key={String(error.retryAfter)} seconds={error.retryAfter} />}
      <Form.Item name="code" label={t('signIn.code')} rules={[{ required: true, message: t('signIn.codeMissing') }]}>
        <Input ref={field} autoComplete="one-time-code" inputMode="text" size="large" maxLength={40} className="code-input" />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {t('signIn.submit')}
      </Button>
      <button type="button" className="link-button" onClick={onBack}>
        {t('signIn.otherAccount')}
      </button>
    </Form>
  )
}
