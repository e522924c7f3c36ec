import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { BrowserRouter, Outlet, Route, Routes, useLocation } from 'react-router'
import { newQueryClient } from './api/hooks.ts'
import { SessionProvider, useSession } from './api/session.tsx'
import { Frame, useMaySee } from './layout/frame.tsx'
import { Crashed, Failed, Loading, NoRight, NotFound, PageBoundary } from './parts/states.tsx'
import { type PageRow, pages } from './routes.tsx'
import { SignIn } from './sign-in/page.tsx'
import { ModeProvider, useMode } from './theme/mode.tsx'
import { nonce } from './theme/nonce.ts'
import { antThemeOf } from './theme/theme.ts'

const client = newQueryClient()

export function App() {
  return (
    <QueryClientProvider client={client}>
      <ModeProvider>
        <Look>
          <BrowserRouter basename="/console">
            <SessionProvider>
              <Gate />
            </SessionProvider>
          </BrowserRouter>
        </Look>
      </ModeProvider>
    </QueryClientProvider>
  )
}

function Look({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const { mode, still } = useMode()
  const theme = useMemo(() => antThemeOf(mode, still, i18n.language), [mode, still, i18n.language])
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === 'en' ? enUS : zhCN}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      // A click beside a dialog is easily made, and would drop what was typed into it.
      modal={{ mask: { closable: false } }}
    >
      <AntApp component={false}>{children}</AntApp>
    </ConfigProvider>
  )
}

/** The sign-in for everybody; the pages for whoever has nothing left to do about the account. */
function Gate() {
  const { current, refresh } = useSession()
  if (current.state === 'loading') return <Loading />
  if (current.state === 'out') {
    if (current.error !== null) return <Failed error={current.error} again={() => void refresh()} />
    return <SignIn ended={current.ended} />
  }
  if ((current.who.duties ?? []).length > 0) return <SignIn ended={false} />
  const routes = (bare: boolean) =>
    contents
      .filter(({ page }) => (page.bare === true) === bare)
      .map(({ page, Content }) => (
        <Route
          key={page.path}
          path={page.path}
          element={
            <Page page={page}>
              <Content />
            </Page>
          }
        />
      ))
  return (
    <Routes>
      {routes(true)}
      <Route element={<Framed />}>
        {routes(false)}
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  )
}

function Framed() {
  return (
    <Frame>
      <Outlet />
    </Frame>
  )
}

/** Each page with what is fetched when it is first shown. */
const contents = pages.map((page) => ({ page, Content: lazy(page.load) }))

function Page({ page, children }: { page: PageRow; children: ReactNode }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const maySee = useMaySee()
  const title = t(page.titleKey)
  useEffect(() => {
    document.title = `${title} · ${t('common.product')}`
  }, [title, t])
  if (!maySee(page)) return <NoRight whole />
  return (
    <PageBoundary key={pathname} crashed={<Crashed />}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </PageBoundary>
  )
}
