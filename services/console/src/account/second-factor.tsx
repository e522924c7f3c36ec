import { Button, Form, Input, QRCode } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { CopyButton } from '../parts/digest.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Wait } from '../sign-in/wait.tsx'

/** Enrols a second factor in three steps: the password again, the secret as a QR code drawn in this page, the first code; then the recovery codes, shown once. */
export function SecondFactor({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const begin = useSend('post', '/admin/v1/second-factor')
  const confirm = useSend('post', '/admin/v1/second-factor/confirm')
  const [kept, setKept] = useState(false)
  const error = confirm.error ?? begin.error
  const trouble = error !== null && (
    <>
      <ProblemView problem={error.problem} />
      {error.retryAfter !== null && <Wait seconds={error.retryAfter} />}
    </>
  )
  const codes = confirm.data?.recoveryCodes
  if (codes !== undefined)
    return (
      <div className="page">
        <p className="notice warn">{t('account.recoveryText')}</p>
        <ul className="codes mono" aria-label={t('account.recoveryCodes')}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <p>
          <CopyButton text={codes.join('\n')} label={t('account.copyCodes')} /> {t('account.copyCodes')}
        </p>
        <label className="row">
          <input type="checkbox" checked={kept} onChange={({ target }) => setKept(target.checked)} />
          {t('account.codesKept')}
        </label>
        <Button type="primary" disabled={!kept} onClick={onDone}>
          {t('account.finish')}
        </Button>
      </div>
    )
  if (begin.data !== undefined) {
    const { uri = '', secret = '' } = begin.data
    return (
      <div className="page">
        <ol className="steps">
          <li>
            <p>{t('account.scan')}</p>
            <figure className="qr" aria-label={t('account.qr')}>
              <QRCode value={uri} type="svg" size={192} color="#000000" bgColor="#ffffff" bordered={false} />
            </figure>
            <p>
              {t('account.orType')} <code className="break">{secret.match(/.{1,4}/g)?.join(' ')}</code> <CopyButton text={secret} />
            </p>
          </li>
          <li>
            <Form<{ code: string }>
              layout="vertical"
              requiredMark={false}
              onFinish={({ code }) => confirm.mutate({ body: { code: code.replaceAll(' ', '') } })}
            >
              {trouble}
              <Form.Item name="code" label={t('account.firstCode')} rules={[{ required: true, message: t('signIn.codeMissing') }]}>
                <Input inputMode="numeric" autoComplete="one-time-code" maxLength={10} className="code-input" />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={confirm.isPending}>
                {t('account.enable')}
              </Button>
            </Form>
          </li>
        </ol>
      </div>
    )
  }
  return (
    <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={({ password }) => begin.mutate({ body: { password } })}>
      {trouble}
      <Form.Item name="password" label={t('account.passwordAgain')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={begin.isPending}>
        {t('account.beginFactor')}
      </Button>
    </Form>
  )
}
