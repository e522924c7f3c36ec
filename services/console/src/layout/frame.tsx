import { Drawer } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useLocation } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession, useWho } from '../api/session.tsx'
import { setLanguage } from '../i18n/index.ts'
import { instantText } from '../parts/format.ts'
import { RegionName } from '../parts/region-name.tsx'
import { type Group, type PageRow, pages } from '../routes.tsx'
import { type Choice, useMode, useNarrow } from '../theme/mode.tsx'
import { IdleWarning } from './idle-warning.tsx'
import { Emblem, NavIcon } from './icons.tsx'

const groups: readonly Group[] = ['watch', 'data', 'manage']

/** Whether a page is for this account: by role, and by the route it stands on where regions bound that. */
export function useMaySee(): (page: PageRow) => boolean {
  const session = useSession()
  const { role } = useWho()
  return ({ roles, needs }) => role !== undefined && roles.includes(role) && (needs === undefined || session.may(...needs))
}

/** The whole window of somebody who is signed in: top bar, navigation, page. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const { pathname } = useLocation()
  /** The page over which the menu was opened: it closes when another one is shown. */
  const [openOver, setOpenOver] = useState<string | null>(null)
  if (openOver !== null && openOver !== pathname) setOpenOver(null)
  const main = useRef<HTMLElement>(null)
  const shown = useRef(pathname)
  useEffect(() => {
    // A new page: the reader begins at its top. Not at the first one, where the browser has put the focus already.
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus()
  }, [pathname])
  return (
    <>
      <a className="skip" href="#main">
        {t('common.skip')}
      </a>
      <div className="frame">
        <TopBar onMenu={narrow ? () => setOpenOver(pathname) : null} />
        <aside className="side">
          <Navigation />
        </aside>
        <main className="main" id="main" ref={main} tabIndex={-1}>
          <PrintHead />
          {children}
        </main>
      </div>
      {narrow && (
        <Drawer
          open={openOver !== null}
          onClose={() => setOpenOver(null)}
          placement="left"
          size={280}
          title={t('common.menu')}
          aria-label={t('common.menu')}
        >
          <Navigation />
        </Drawer>
      )}
      <IdleWarning />
    </>
  )
}

/** What stands at the head of a printed page: whose it is, where it was, when. */
function PrintHead() {
  const { t } = useTranslation()
  const node = useApi('/v1/node', {}, { staleMs: 600_000 })
  const { pathname, search } = useLocation()
  const [at, setAt] = useState(() => new Date())
  useEffect(() => {
    const printed = () => setAt(new Date())
    window.addEventListener('beforeprint', printed)
    return () => window.removeEventListener('beforeprint', printed)
  }, [])
  return (
    <div className="print-head">
      <span>
        <strong>{t('common.productLong')}</strong>
        {node.data !== undefined && (
          <>
            {' · '}
            <RegionName code={node.data.region} codeToo={false} /> {t(`common.tiers.${node.data.tier}`)}
          </>
        )}
        {node.data?.synthetic === true && ` · ${t('common.synthetic')}`}
      </span>
      <span>
        {t('common.printedAt', { at: instantText(at, false) })}
        <span className="print-address">{`${window.location.host}/console${pathname}${search}`}</span>
      </span>
    </div>
  )
}

function Navigation() {
  const { t } = useTranslation()
  const maySee = useMaySee()
  return (
    <nav aria-label={t('common.menu')}>
      {groups.map((group) => {
        const shown = pages.filter((page) => page.group === group && maySee(page))
        if (shown.length === 0) return null
        return (
          <div key={group}>
            <h2 className="nav-group" id={`nav-${group}`}>
              {t(`common.groups.${group}`)}
            </h2>
            <ul className="nav-list" aria-labelledby={`nav-${group}`}>
              {shown.map(({ path, titleKey, icon }) => (
                <li key={path}>
                  <NavLink className="nav-link" to={path} end={path === '/'}>
                    {icon !== undefined && <NavIcon name={icon} />}
                    {t(titleKey)}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

function TopBar({ onMenu }: { onMenu: (() => void) | null }) {
  const { t } = useTranslation()
  const session = useSession()
  const who = useWho()
  const node = useApi('/v1/node', {}, { staleMs: 600_000 })
  return (
    <header className="top on-navy">
      {onMenu !== null && (
        <button type="button" className="plain" onClick={onMenu} aria-label={t('common.menu')}>
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
            <path d="M3 5h14M3 10h14M3 15h14" />
          </svg>
        </button>
      )}
      <Link className="brand" to="/">
        <Emblem />
        {t('common.product')}
        <small>{t('common.productLong')}</small>
      </Link>
      {node.data !== undefined && (
        <span className="node-name wide-only">
          <RegionName code={node.data.region} codeToo={false} /> · {t(`common.tiers.${node.data.tier}`)}
        </span>
      )}
      {node.data?.synthetic === true && <span className="synthetic wide-only">{t('common.synthetic')}</span>}
      <span className="space" />
      <ThemeButton />
      <LanguageButton />
      <Link className="plain" to="/account" title={t('common.account')}>
        <NavIcon name="user" />
        <span className="wide-only">{who.operator?.displayName ?? who.operator?.userName ?? t('common.account')}</span>
        <span className="visually-hidden">{t('common.account')}</span>
      </Link>
      <button
        type="button"
        className="plain"
        onClick={() => void session.signOut()}
        aria-label={t('common.signOut')}
        title={t('common.signOut')}
      >
        <svg
          viewBox="0 0 20 20"
          width="18"
          height="18"
          aria-hidden="true"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        >
          <path d="M8 4H4v12h4M9 10h8M14 7l3 3-3 3" />
        </svg>
        <span className="wide-only">{t('common.signOut')}</span>
      </button>
    </header>
  )
}

export function LanguageButton() {
  const { t, i18n } = useTranslation()
  return (
    <button
      type="button"
      className="plain"
      lang={i18n.language === 'en' ? 'zh-CN' : 'en'}
      onClick={() => void setLanguage(i18n.language === 'en' ? 'zh' : 'en')}
    >
      {t('common.switchLanguage')}
    </button>
  )
}

const order: readonly Choice[] = ['system', 'light', 'dark']

export function ThemeButton() {
  const { t } = useTranslation()
  const { choice, choose } = useMode()
  const label = `${t('common.theme')}${t('common.colon')}${t(`common.themes.${choice}`)}`
  return (
    <button
      type="button"
      className="plain"
      onClick={() => choose(order[(order.indexOf(choice) + 1) % order.length] as Choice)}
      aria-label={label}
      title={label}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
        <circle cx="10" cy="10" r="6.5" />
        <path
          d={choice === 'dark' ? 'M10 3.5a6.5 6.5 0 0 0 0 13z' : choice === 'light' ? 'M10 3.5a6.5 6.5 0 0 1 0 13z' : 'M4 10h12'}
          fill="currentColor"
        />
      </svg>
    </button>
  )
}
