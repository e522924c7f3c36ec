import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { Actor } from '../parts/actor.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { numberText } from '../parts/format.ts'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf, ParticipantName, ParticipantText } from '../parts/participant-name.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { useFieldNames } from '../policy/named.tsx'
import { useProblemTitles } from './problem-titles.ts'
import { RunProgress } from './runs.tsx'
import { runMeaning, type RunReport, severityMeaning, type ShadowFinding } from './types.ts'
import '../records/records.css'
import '../submissions/submissions.css'

/** What one run in the shadow has found so far: by problem, by sender, and with examples to open. */
export default function RunPage() {
  const { t } = useTranslation()
  const { run = '' } = useParams()
  const query = useApi('/admin/v1/shadow-runs/{run}', { path: { run } }, { everyMs: 3_000 })
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/standards">{t('standards.back')}</Link>
      </p>
      <Fetched query={query}>
        {(data) => (
          <NamesOf answer={data}>
            <Report report={data as unknown as RunReport} />
          </NamesOf>
        )}
      </Fetched>
    </div>
  )
}

function Report({ report }: { report: RunReport }) {
  const { t } = useTranslation()
  const figures = [
    ['judged', report.judged, ''],
    ['wouldRefuse', report.wouldRefuse, report.wouldRefuse > 0 ? 'bad' : 'good'],
    ['wouldDoubt', report.wouldDoubt, report.wouldDoubt > 0 ? 'warn' : 'good'],
    ['passedOver', report.passedOver, ''],
    // Most nodes never take contents out of the database.
    ...(report.elsewhere > 0 ? ([['elsewhere', report.elsewhere, 'warn']] as const) : []),
  ] as const
  return (
    <>
      <PageHeader
        title={t('standards.runOf', { run: report.run, name: `${report.release} r${report.revision}` })}
        text={t(`standards.kindText.${report.kind}`)}
      />
      <Panel
        title={t('standards.result')}
        extra={<StateTag meaning={runMeaning[report.state]}>{t(`standards.runStates.${report.state}`)}</StateTag>}
      >
        <RunProgress row={report} />
        <dl className="count-figures">
          {figures.map(([name, value, look]) => (
            <div key={name} className={`figure ${look}`}>
              <dt>{t(`standards.${name}`)}</dt>
              <dd className="value">{numberText(value)}</dd>
            </div>
          ))}
        </dl>
        <Facts
          rows={[
            [t('standards.startedAt'), <Time key="at" at={report.startedAt} />],
            [t('standards.startedBy'), <Actor key="by" actor={report.startedBy} />],
            report.finishedAt === null ? null : [t('standards.finishedAt'), <Time key="end" at={report.finishedAt} />],
          ]}
        />
        <p className="muted panel-foot">
          {t('standards.passedOverText')}
          {report.elsewhere > 0 && ` ${t('standards.elsewhereText')}`}
        </p>
      </Panel>
      {report.findings.length === 0 ? (
        <Panel>
          <Empty title={t(report.state === 'running' ? 'standards.nothingYet' : 'standards.nothing')}>
            <p>{t('standards.nothingText')}</p>
          </Empty>
        </Panel>
      ) : (
        <>
          <div className="grid-2">
            <Panel title={t('standards.byCode')}>
              <Counted
                label={t('standards.byCode')}
                name={t('standards.problem')}
                rows={report.byCode.map(({ severity, code, count }) => ({
                  key: `${severity} ${code}`,
                  name: <Code severity={severity} code={code} />,
                  count,
                }))}
              />
            </Panel>
            <Panel title={t('standards.byParticipant')}>
              <Counted
                label={t('standards.byParticipant')}
                name={t('participants.title')}
                rows={report.byParticipant.map(({ participant, count }) => ({
                  key: participant,
                  name: <ParticipantName id={participant} />,
                  count,
                }))}
              />
            </Panel>
          </div>
          <Findings report={report} />
        </>
      )}
    </>
  )
}

/** A problem by its title, with the page that explains it. */
function Code({ severity, code }: { severity: ShadowFinding['severity']; code: string }) {
  const { t } = useTranslation()
  const title = useProblemTitles()(code)
  return (
    <span className="row">
      <StateTag meaning={severityMeaning[severity] ?? 'info'}>{t(`standards.severities.${severity}`)}</StateTag>
      <a href={`/problems/${code}`} target="_blank" rel="noreferrer">
        {title}
        <span className="visually-hidden">{t('common.opensNew')}</span>
      </a>
      {title !== code && <code className="muted">{code}</code>}
    </span>
  )
}

function Counted({
  label,
  name,
  rows,
}: {
  label: string
  name: string
  rows: readonly { readonly key: string; readonly name: ReactNode; readonly count: number }[]
}) {
  const { t } = useTranslation()
  return (
    <Scroll label={label}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col" className="right">
              {t('standards.count')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>{row.name}</td>
              <td className="right number">{numberText(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Findings({ report }: { report: RunReport }) {
  const { t } = useTranslation()
  const fieldName = useFieldNames()
  return (
    <Panel title={t('standards.findings')}>
      <div className="page">
        {report.more && <p className="muted">{t('standards.moreFindings', { count: report.findings.length })}</p>}
        <DataTable<ShadowFinding>
          label={t('standards.findings')}
          page={{ data: { items: report.findings, next: null }, error: null, isPending: false, refetch: () => {} }}
          rowKey={(row) => `${row.severity} ${row.code} ${row.rule} ${row.entity} ${row.field} ${row.participant}`}
          expand={(row) => <Examples row={row} />}
          columns={[
            { key: 'code', title: t('standards.problem'), head: true, render: (row) => <Code severity={row.severity} code={row.code} /> },
            { key: 'entity', title: t('checks.entity'), render: (row) => <EntityName code={row.entity} /> },
            {
              key: 'field',
              title: t('records.field'),
              render: (row) => (row.field === '' ? '—' : <span title={row.field}>{fieldName(row.field, [row.entity])}</span>),
            },
            { key: 'participant', title: t('participants.title'), render: (row) => <ParticipantText id={row.participant} /> },
            { key: 'count', title: t('standards.count'), align: 'right', render: (row) => numberText(row.count) },
          ]}
        />
      </div>
    </Panel>
  )
}

function Examples({ row }: { row: ShadowFinding }) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <Facts rows={[[t('checks.findings.rule'), <code key="rule">{row.rule}</code>]]} />
      <h3>{t('standards.examples')}</h3>
      <ul className="finding-list">
        {row.examples.map((one) => (
          <li key={`${one.recordId} ${one.version} ${one.pointer}`} className="row">
            <Link to={`/records/${one.recordId}?part=versions`} className="mono break">
              {one.recordId}
            </Link>
            <code className="muted break">{one.pointer}</code>
            {one.value !== undefined && (
              <code className="break">{typeof one.value === 'string' ? one.value : JSON.stringify(one.value)}</code>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
