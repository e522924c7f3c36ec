import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { ApiError, wordsOf } from '../api/problem.ts'
import { useSession } from '../api/session.tsx'
import type { SubmissionStatus } from './model.ts'
import { download } from './send.ts'

/** The problems as files. Whoever handed it in through the console gets the own workbook back, with its faulty cells marked. */
export function Downloads({ status }: { status: SubmissionStatus }) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const [busy, setBusy] = useState(false)
  const { id, participant } = status.submission
  const own = participant.endsWith('-console') && may('GET', '/drafts')
  const base = own
    ? `/v1/submissions/${id}/problems?`
    : `/admin/v1/submissions/${id}/problems?participant=${encodeURIComponent(participant)}&`
  if ((status.counts?.refused ?? 0) === 0 && (status.counts?.doubtful ?? 0) === 0) return null
  /** Not every submission came as a file, and files are kept for a time only: the node says so. */
  const marked = async () => {
    setBusy(true)
    try {
      const path = `/admin/v1/submissions/${id}/marked-file?participant=${encodeURIComponent(participant)}`
      download(await (await send('GET', path)).blob(), `${id}-${t('submissions.markedName')}.xlsx`)
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      void message.warning(wordsOf(failure.problem, i18n.language).detail)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {!own && may('GET', '/submissions/:id/marked-file') && (
        <Button loading={busy} onClick={() => void marked()}>
          {t('submissions.sentMarked')}
        </Button>
      )}
      <Button href={`${base}format=xlsx`}>{t('submissions.downloadExcel')}</Button>
      <Button href={`${base}format=csv`}>{t('submissions.downloadCsv')}</Button>
    </>
  )
}
