import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError, type ProblemBody, wordsOf } from '../api/problem.ts'
import { ProblemView } from './problem-view.tsx'

type Sign = 'empty' | 'error' | 'lock' | 'wait'

/** Line drawings, so that no state needs a picture from elsewhere. */
function Drawing({ sign }: { sign: Sign }) {
  const lines: Record<Sign, ReactNode> = {
    empty: <path d="M10 22h10l3 6h10l3-6h10v22H10zM18 14h20M22 8h12" />,
    error: <path d="M28 8 50 46H6zM28 22v12M28 39v1" />,
    lock: <path d="M14 26h28v22H14zM20 26v-6a8 8 0 0 1 16 0v6M28 35v5" />,
    wait: <path d="M18 8h20M18 48h20M20 8c0 14 16 12 16 20s-16 6-16 20M36 8c0 14-16 12-16 20s16 6 16 20" />,
  }
  return (
    <svg
      viewBox="0 0 56 56"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {lines[sign]}
    </svg>
  )
}

function State({
  sign,
  title,
  whole = false,
  children,
}: {
  sign: Sign
  title: string
  /** It stands for a page: its title is the page's. */ whole?: boolean
  children?: ReactNode
}) {
  const Heading = whole ? 'h1' : 'h2'
  return (
    <div className="state">
      <Drawing sign={sign} />
      <Heading>{title}</Heading>
      {children}
    </div>
  )
}

/** While something is fetched. Said once to screen readers. */
export function Loading({ what }: { what?: string }) {
  const { t } = useTranslation()
  return (
    <output className="state">
      <Drawing sign="wait" />
      <span>{what ?? t('common.states.loading')}</span>
    </output>
  )
}

/** Nothing to show: says what would be here, and what to do, when the page knows. */
export function Empty({ title, children }: { title?: string; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <State sign="empty" title={title ?? t('common.states.emptyTitle')}>
      {children ?? (title === undefined && <p>{t('common.states.emptyText')}</p>)}
    </State>
  )
}

export function NoRight({ whole = false }: { whole?: boolean }) {
  const { t } = useTranslation()
  return (
    <State sign="lock" whole={whole} title={t('common.states.noRightTitle')}>
      <p>{t('common.states.noRightText')}</p>
    </State>
  )
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <State sign="empty" whole title={t('common.states.notFoundTitle')}>
      <p>{t('common.states.notFoundText')}</p>
      <Link to="/">{t('common.states.toOverview')}</Link>
    </State>
  )
}

/** What a fetch failed with: the node's problem in full, and a way to try again. What is not for the account, or not there, is said as such. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation()
  if (error instanceof ApiError && error.problem.code === 'not-allowed') return <NoRight />
  if (error instanceof ApiError && error.problem.code === 'not-found') return <Missing problem={error.problem} again={again} />
  return (
    <State sign="error" title={t('common.states.errorTitle')}>
      {error instanceof ApiError ? <ProblemView problem={error.problem} /> : <p>{String(error)}</p>}
      {again !== undefined && <Button onClick={again}>{t('common.retry')}</Button>}
    </State>
  )
}

/** Nothing broke: an address or a number is mistaken, or what was looked for has not come yet. */
function Missing({ problem, again }: { problem: ProblemBody; again: (() => void) | undefined }) {
  const { t, i18n } = useTranslation()
  const words = wordsOf(problem, i18n.language)
  return (
    <State sign="empty" title={words.title}>
      <p className="break">{words.detail}</p>
      {words.hint !== '' && <p className="muted break">{words.hint}</p>}
      <p className="row">
        {again !== undefined && <Button onClick={again}>{t('common.retry')}</Button>}
        <Link to="/">{t('common.states.toOverview')}</Link>
      </p>
    </State>
  )
}

/** One of loading, failed, or the content, for what `useApi` gives. */
export function Fetched<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown }
  children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error !== null) return <Failed error={query.error} again={() => void query.refetch()} />
  return <Loading />
}

/** Keeps one page's failure from taking the frame with it. */
export class PageBoundary extends Component<{ readonly children: ReactNode; readonly crashed: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }
  override render(): ReactNode {
    return this.state.failed ? this.props.crashed : this.props.children
  }
}

export function Crashed() {
  const { t } = useTranslation()
  return (
    <State sign="error" whole title={t('common.states.crashedTitle')}>
      <p>{t('common.states.crashedText')}</p>
      <Button onClick={() => window.location.reload()}>{t('common.states.reload')}</Button>
    </State>
  )
}
