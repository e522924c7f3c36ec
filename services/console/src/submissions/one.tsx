import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { bytesText } from '../parts/format.ts'
import { Facts, PageHeader, Panel } from '../parts/page-header.tsx'
import { NamesOf, ParticipantName } from '../parts/participant-name.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Downloads } from './downloads.tsx'
import type { SubmissionStatus } from './model.ts'
import { CountsFigures, SubmissionTag } from './parts.tsx'
import { PathPanel } from './path.tsx'
import { Problems } from './problems.tsx'
import { ReceiptPanel } from './receipt.tsx'
import { Records } from './records.tsx'
import { Storing } from './storing.tsx'
import './submissions.css'

/** One submission: how it stands here and above, what is wrong with it, its receipt. */
export default function OneSubmission() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const participant = params.get('participant')
  const whose = participant === null ? {} : { participant }
  const query = useApi('/admin/v1/submissions/{id}', { path: { id }, query: whose as object }, { everyMs: 5_000, keep: true })
  if (query.data === undefined)
    return (
      <div className="page">
        <PageHeader title={t('submissions.one')} />
        <Fetched query={query}>{() => null}</Fetched>
      </div>
    )
  return (
    <Fetched query={query}>
      {(data) => (
        <NamesOf answer={data}>
          <Shown status={data as unknown as SubmissionStatus} participant={participant} />
        </NamesOf>
      )}
    </Fetched>
  )
}

function Shown({ status, participant }: { status: SubmissionStatus; participant: string | null }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const { id } = status.submission
  const refused = status.counts?.refused ?? 0
  const tab = params.get('tab') ?? (refused > 0 ? 'problems' : 'path')
  const choose = (next: string) => {
    const more = new URLSearchParams(params)
    more.set('tab', next)
    for (const name of ['code', 'field', 'severity', 'cursor']) more.delete(name)
    setParams(more, { replace: true })
  }
  return (
    <div className="page">
      <PageHeader
        title={
          <>
            {t('submissions.one')} <span className="mono break">{id}</span>
          </>
        }
        text={
          <Link className="no-print" to="/submissions">
            {t('submissions.backToList')}
          </Link>
        }
        actions={<Downloads status={status} />}
      />
      <Panel>
        <div className="row">
          <SubmissionTag row={status} />
          {status.legacy && <span className="tag">{t('submissions.legacy')}</span>}
        </div>
        <CountsFigures counts={status.counts} />
        {status.state !== 'finished' && <Storing status={status} />}
        <Facts
          rows={[
            [t('submissions.participant'), <ParticipantName key="p" id={status.submission.participant} />],
            [t('submissions.standard'), status.standard],
            [t('submissions.receivedAt'), <Time key="r" at={status.receivedAt} />],
            [t('submissions.finishedAt'), status.finishedAt === null ? null : <Time key="f" at={status.finishedAt} />],
            [t('submissions.size'), bytesText(status.bodyBytes)],
          ]}
        />
      </Panel>
      <TabBar
        label={t('submissions.one')}
        active={tab}
        onChange={choose}
        tabs={[
          { key: 'problems', label: t('submissions.problems'), content: () => <Problems id={id} participant={participant} /> },
          { key: 'path', label: t('submissions.path'), content: () => <PathPanel status={status} /> },
          {
            key: 'records',
            label: t('submissions.recordsTab'),
            content: () => <Records id={id} participant={participant} finished={status.state === 'finished'} />,
          },
          {
            key: 'receipt',
            label: t('submissions.receipt'),
            content: () =>
              status.state === 'finished' ? (
                <ReceiptPanel id={id} participant={participant} />
              ) : (
                <Panel>
                  <Empty title={t('submissions.noReceiptYet')} />
                </Panel>
              ),
          },
        ]}
      />
    </div>
  )
}
