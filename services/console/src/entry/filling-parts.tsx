import type { Release } from '@huijiao/standard/browser'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { ResponsibleFields } from '../submissions/responsible.tsx'
import type { Filling } from './filling.ts'
import { ResultPanel } from './result.tsx'

/** The page of a form: its head, what is wrong or came of it, the form itself, who answers for it, and what can be done. */
export function FillingPage<Content>({
  filling,
  release,
  title,
  text,
  before,
  summary,
  partly = false,
  onNext,
  onSimilar,
  children,
}: {
  filling: Filling<Content>
  release: Release
  title: string
  text: ReactNode
  /** Above the results: tools, a warning. */
  before?: ReactNode
  /** What must be mended; shown when it was asked for. */
  summary: ReactNode
  /** Whether what was taken of several records is listed beside what was refused. */
  partly?: boolean
  /** An empty form again. */
  onNext: () => void
  /** Another one like it. */
  onSimilar: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { top, receipt, refused, asked, error, saved, busy, responsible } = filling
  const again = (fill: () => void) => () => {
    filling.begin()
    fill()
  }
  if (receipt !== null)
    return (
      <div className="page" ref={top} tabIndex={-1}>
        <PageHeader title={title} />
        <ResultPanel receipt={receipt} release={release} onNext={again(onNext)} onSimilar={again(onSimilar)} />
      </div>
    )
  return (
    <div className="page">
      <PageHeader title={title} text={text} actions={<Button onClick={() => void navigate('/entry')}>{t('common.back')}</Button>} />
      {filling.anew !== null && (
        <output className="notice row">
          <span>{t('entry.unsent')}</span>
          <Button size="small" onClick={filling.anew}>
            {t('entry.beginAnew')}
          </Button>
        </output>
      )}
      {before}
      <div ref={top} tabIndex={-1} className="result stack">
        {asked && summary}
        {partly && refused !== null && <ResultPanel receipt={refused.receipt} release={release} />}
        {error !== null && <ProblemView problem={error.problem} />}
      </div>
      {children}
      <Panel>
        <ResponsibleFields value={responsible} onChange={filling.setResponsible} missing={asked} />
      </Panel>
      <div className="send-bar no-print">
        <output>{busy ? t('entry.working') : saved === null ? '' : t('entry.draftSaved', { at: saved })}</output>
        <span className="row">
          <Button onClick={filling.keepDraft} disabled={busy}>
            {t('entry.saveDraft')}
          </Button>
          <Button onClick={() => void filling.check()} disabled={busy}>
            {t('entry.checkNow')}
          </Button>
          <Button type="primary" onClick={filling.submit} disabled={busy}>
            {t('entry.submit')}
          </Button>
        </span>
      </div>
    </div>
  )
}
