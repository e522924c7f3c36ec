import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Emblem } from '../layout/icons.tsx'
import { LanguageButton, ThemeButton } from '../layout/frame.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { ChangePassword } from '../account/change-password.tsx'
import { SecondFactor } from '../account/second-factor.tsx'
import { SignInForm } from './form.tsx'

/** The door: who one is, then what the account still has to do (change a password that others know, enrol a second factor). */
export function SignIn({ ended }: { ended: boolean }) {
  const { t } = useTranslation()
  const { current, refresh, signOut } = useSession()
  const node = useApi('/v1/node', {}, { staleMs: 600_000 })
  const duties = current.state === 'in' ? (current.who.duties ?? []) : []
  const duty = duties.includes('change-password') ? 'password' : duties.includes('enrol-second-factor') ? 'factor' : null
  const title = duty === 'password' ? t('signIn.mustChange') : duty === 'factor' ? t('signIn.mustEnrol') : t('signIn.title')
  useEffect(() => {
    document.title = `${title} · ${t('common.product')}`
  }, [title, t])
  return (
    <div className="door">
      <header className="door-side on-navy">
        <div className="door-brand">
          <Emblem />
          <div>
            <p className="door-product">{t('common.product')}</p>
            <p>{t('common.productLong')}</p>
          </div>
        </div>
        <p className="door-text">{t('signIn.purpose')}</p>
        {node.data !== undefined && (
          <p className="door-node">
            {t(`common.tiers.${node.data.tier}`)} · <RegionName code={node.data.region} codeToo={false} />
            <br />
            <span className="number">
              {t('signIn.node')} {node.data.name}
            </span>
            {node.data.synthetic === true && (
              <>
                <br />
                <span className="synthetic">{t('common.synthetic')}</span>
              </>
            )}
          </p>
        )}
      </header>
      <main className="door-main" id="main">
        <div className="door-tools on-paper">
          <ThemeButton />
          <LanguageButton />
        </div>
        <div className="door-box">
          <h1>{title}</h1>
          {ended && <output className="notice warn">{t('signIn.ended')}</output>}
          {duty === null && <SignInForm />}
          {duty === 'password' && (
            <>
              <p className="muted">{t('signIn.mustChangeText')}</p>
              <ChangePassword />
            </>
          )}
          {duty === 'factor' && (
            <>
              <p className="muted">{t('signIn.mustEnrolText')}</p>
              <SecondFactor onDone={() => void refresh()} />
            </>
          )}
          {duty !== null && (
            <button type="button" className="link-button" onClick={() => void signOut()}>
              {t('common.signOut')}
            </button>
          )}
        </div>
        <p className="door-foot muted">{t('signIn.notice')}</p>
      </main>
    </div>
  )
}
