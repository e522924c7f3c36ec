import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { CopyButton, Digest } from '../parts/digest.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf, ParticipantName } from '../parts/participant-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { CorrectionsPart } from './corrections.tsx'
import { Custody } from './custody.tsx'
import { Linked } from './linked.tsx'
import { SendUpPart } from './send-up.tsx'
import { RecordState } from './state.tsx'
import type { AttachmentShown, RecordShown } from './types.ts'
import { said, Value } from './values.tsx'
import { Versions } from './versions.tsx'
import './records.css'

const parts = ['fields', 'versions', 'linked', 'custody'] as const
type Part = (typeof parts)[number]

/** One record: its fields by name, its versions and what each changed, what hangs together with it, and how it came here. */
export default function RecordPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const { recordId = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const part = parts.find((one) => one === params.get('part')) ?? 'fields'
  const query = useApi('/admin/v1/records/{recordId}', { path: { recordId } })
  const show = (next: Part) => setParams(next === 'fields' ? {} : { part: next }, { replace: true })
  // Where no record has a name to stand there, the page has its own.
  if (query.data === undefined && query.error !== null)
    return (
      <div className="page">
        <PageHeader title={t('records.record')} />
        <Fetched query={query}>{() => null}</Fetched>
      </div>
    )
  return (
    <Fetched query={query}>
      {(data) => {
        const record = data as unknown as RecordShown
        return (
          <NamesOf answer={data}>
            <div className="page">
              <p className="no-print">
                <Link to="/records">{t('records.back')}</Link>
              </p>
              <PageHeader
                title={record.name || said(record.entityName)}
                text={
                  <span className="record-meta">
                    <span>{said(record.entityName)}</span>
                    <RecordState state={record.inForce === null ? (record.head?.state ?? 'withdrawn') : 'in-force'} />
                    <span>{record.regionName}</span>
                    <span className="mono">
                      {record.recordId} <CopyButton text={record.recordId} />
                    </span>
                  </span>
                }
                actions={
                  may('POST', '/successions') && (
                    <Link to={`/checks?tab=successions&table=${record.entity}&of=${record.recordId}`}>{t('records.renumber')}</Link>
                  )
                }
              />
              <nav className="library-tabs" aria-label={t('records.parts.label')}>
                {parts.map((one) => (
                  <button key={one} type="button" aria-pressed={one === part} onClick={() => show(one)}>
                    {t(`records.parts.${one}`)}
                  </button>
                ))}
              </nav>
              {part === 'fields' && <FieldsPart record={record} />}
              {part === 'versions' && <Versions recordId={recordId} />}
              {part === 'linked' && <Linked recordId={recordId} />}
              {part === 'custody' && <Custody recordId={recordId} />}
            </div>
          </NamesOf>
        )
      }}
    </Fetched>
  )
}

function FieldsPart({ record }: { record: RecordShown }) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <Panel title={t('records.parts.fields')}>
        <dl className="record-fields">
          {record.fields.map((field) => (
            <div key={field.code}>
              <dt>
                {said(field)} <small className="mono muted">{field.code}</small>
              </dt>
              <dd>
                <Value field={field} />
              </dd>
            </div>
          ))}
        </dl>
        {record.fields.some((field) => field.hidden) && <p className="muted">{t('records.masked')}</p>}
      </Panel>
      {record.inForce?.attachments !== undefined && <AttachmentList attachments={record.inForce.attachments} />}
      {record.findings.length > 0 && (
        <Panel title={t('records.findings')}>
          <ul className="finding-list">
            {record.findings.map((finding) => (
              <li key={finding.number}>
                <RecordState state={finding.severity === 'doubt' ? 'doubtful' : finding.severity === 'error' ? 'refused' : 'held'} />{' '}
                {said({ zh: finding.problem.title ?? '', en: finding.problem.en?.title ?? '' })}
                {t('common.colon')}
                {said({ zh: finding.problem.detail ?? '', en: finding.problem.en?.detail ?? '' })}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <CorrectionsPart record={record} />
      <SendUpPart record={record} />
      {record.inForce !== null && (
        <Panel title={t('records.inForce')}>
          <Facts
            rows={[
              [t('records.version'), String(record.inForce.version)],
              [t('records.stream'), <ParticipantName key="stream" id={record.inForce.stream} />],
              [t('records.release'), record.inForce.release],
              [t('records.storedAt'), <Time key="at" at={record.inForce.storedAt} />],
              [t('records.commitment'), <Digest key="digest" value={record.inForce.commitment} />],
              record.streams.length > 1
                ? [
                    t('records.streams'),
                    <ul key="streams" className="bare-list">
                      {record.streams.map(({ stream }) => (
                        <li key={stream}>
                          <ParticipantName id={stream} />
                        </li>
                      ))}
                    </ul>,
                  ]
                : null,
            ]}
          />
        </Panel>
      )}
    </div>
  )
}

/** What the record names as its evidence. */
function AttachmentList({ attachments }: { attachments: readonly AttachmentShown[] }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('records.attachments')}>
      <ul className="finding-list">
        {attachments.map((one) => (
          <li key={`${one.kind} ${one.digest}`} className="row">
            <strong>{one.kind}</strong>
            <span className="break">{one.name}</span>
            <Digest value={one.digest} />
            <StateTag meaning={one.here ? 'good' : 'quiet'}>{t(one.here ? 'records.attachmentHere' : 'records.attachmentBelow')}</StateTag>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
