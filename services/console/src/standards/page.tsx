import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { Activate, Cancel, StartRun } from './acts.tsx'
import { Faults, LoadStandard } from './load.tsx'
import { ShadowRuns } from './runs.tsx'
import { keyOf, type RefusedRow, type RevisionRow, stateMeaning } from './types.ts'
import '../records/records.css'
import '../submissions/submissions.css'

type Act = 'activate' | 'cancel' | 'run'

/** Releases of the standard at this node: what counts and from when, what a revision would refuse, and what was not taken. */
export default function StandardsPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const navigate = useNavigate()
  const query = useApi('/admin/v1/standards', {}, { everyMs: 30_000 })
  const [asked, setAsked] = useState<{ readonly act: Act; readonly row: RevisionRow } | null>(null)
  const close = () => setAsked(null)
  return (
    <div className="page">
      <PageHeader
        title={t('standards.title')}
        text={t('standards.text')}
        actions={
          <>
            {may('POST', '/standards/:release/dictionaries/:code') && (
              <Button onClick={() => void navigate('/standards/dictionary')}>{t('dictionary.open')}</Button>
            )}
            {may('POST', '/standards') && <LoadStandard />}
          </>
        }
      />
      <Fetched query={query}>
        {(data) => {
          const { items, refused } = data as unknown as { items: readonly RevisionRow[]; refused: readonly RefusedRow[] }
          return (
            <NamesOf answer={data}>
              <Panel title={t('standards.revisions')}>
                <Revisions rows={items} onAsk={(act, row) => setAsked({ act, row })} />
              </Panel>
              {may('GET', '/shadow-runs') && <ShadowRuns />}
              {refused.length > 0 && <Refused rows={refused} />}
            </NamesOf>
          )
        }}
      </Fetched>
      {asked?.act === 'activate' && <Activate row={asked.row} onEnd={close} />}
      {asked?.act === 'cancel' && <Cancel row={asked.row} onEnd={close} />}
      {asked?.act === 'run' && <StartRun row={asked.row} onEnd={close} />}
    </div>
  )
}

function Revisions({ rows, onAsk }: { rows: readonly RevisionRow[]; onAsk: (act: Act, row: RevisionRow) => void }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const acts = (row: RevisionRow): readonly Act[] => [
    ...(may('POST', '/standards/:release/activate') && row.state !== 'in-force' && row.state !== 'not-served'
      ? (['activate'] as const)
      : []),
    ...(may('POST', '/standards/:release/cancel') && row.state === 'scheduled' ? (['cancel'] as const) : []),
    ...(may('POST', '/standards/:release/shadow') && row.state !== 'not-served' ? (['run'] as const) : []),
  ]
  const mayAct = (['activate', 'cancel', 'shadow'] as const).some((one) => may('POST', `/standards/:release/${one}`))
  return (
    <DataTable<RevisionRow>
      label={t('standards.revisions')}
      page={{ data: { items: rows, next: null }, error: null, isPending: false, refetch: () => {} }}
      rowKey={keyOf}
      expand={(row) => <Details row={row} />}
      columns={[
        { key: 'release', title: t('standards.release'), head: true, render: (row) => <Revision row={row} /> },
        { key: 'issuer', title: t('standards.issuer'), render: (row) => <RegionName code={row.issuer} /> },
        {
          key: 'state',
          title: t('checks.state'),
          render: (row) => <StateTag meaning={stateMeaning[row.state]}>{t(`standards.states.${row.state}`)}</StateTag>,
        },
        {
          key: 'from',
          title: t('standards.effectiveFrom'),
          render: (row) => (row.effectiveFrom === null ? '—' : <Since at={row.effectiveFrom} />),
        },
        {
          key: 'origin',
          title: t('standards.origin'),
          render: (row) => (
            <span className="row">
              {t(`standards.origins.${row.origin}`)}
              {row.source !== null && <RegionName code={row.source} />}
            </span>
          ),
        },
        ...(mayAct
          ? [
              {
                key: 'do',
                title: t('checks.do'),
                render: (row: RevisionRow) => (
                  <span className="row">
                    {acts(row).length === 0 && '—'}
                    {acts(row).map((act) => (
                      <Button key={act} size="small" danger={act === 'cancel'} onClick={() => onAsk(act, row)}>
                        {t(`standards.acts.${act}`)}
                        <span className="visually-hidden">
                          {' '}
                          {row.release} r{row.revision}
                        </span>
                      </Button>
                    ))}
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}

/** Release and revision as the protocol writes them: `2018 r2`. */
export function Revision({ row }: { row: Pick<RevisionRow, 'release' | 'revision'> }) {
  return (
    <strong className="nowrap">
      {row.release} r{row.revision}
    </strong>
  )
}

/** What came with the program counts since ever: its instant says nothing. */
function Since({ at }: { at: string }) {
  const { t } = useTranslation()
  return Date.parse(at) === 0 ? <>{t('standards.always')}</> : <Time at={at} seconds={false} />
}

function Details({ row }: { row: RevisionRow }) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <Facts
        rows={[
          [t('standard.digest'), <Digest key="digest" value={row.digest} full />],
          [t('standards.signedBy'), row.signedBy.length === 0 ? t('common.none') : row.signedBy.join(t('common.comma'))],
          row.origin === 'built-in' ? null : [t('standards.loadedAt'), <Time key="at" at={row.loadedAt} />],
          row.origin === 'built-in' ? null : [t('standards.loadedBy'), <Actor key="by" actor={row.loadedBy} />],
        ]}
      />
      <h3>{t('standards.history')}</h3>
      {row.activations.length === 0 ? (
        <p className="muted">{t('standards.noHistory')}</p>
      ) : (
        <ul className="bare-list page">
          {row.activations.map((one) => (
            <li key={`${one.decidedAt} ${one.effectiveFrom}`}>
              <Facts
                rows={[
                  [
                    t('standards.effectiveFrom'),
                    <span key="from" className="row">
                      <Since at={one.effectiveFrom} />
                      {one.cancelled && <StateTag meaning="quiet">{t('standards.cancelled')}</StateTag>}
                    </span>,
                  ],
                  [t('standards.decidedAt'), Date.parse(one.decidedAt) === 0 ? null : <Time key="at" at={one.decidedAt} />],
                  [t('standards.decidedBy'), <Actor key="by" actor={one.decidedBy} />],
                  one.reason === null ? null : [t('common.reason'), one.reason],
                ]}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The node above that gave a document, or who loaded it. */
function RefusedFrom({ source }: { source: string | null }) {
  const { t } = useTranslation()
  if (source === null) return <>{t('standards.origins.file')}</>
  return source.includes(':') ? <code className="break">{source}</code> : <RegionName code={source} />
}

/** Documents that were not taken, from a file or from above, each with everything that is wrong with it. */
function Refused({ rows }: { rows: readonly RefusedRow[] }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('standards.refused')}>
      <div className="page">
        <p className="muted">{t('standards.refusedText')}</p>
        <DataTable<RefusedRow>
          label={t('standards.refused')}
          page={{ data: { items: rows, next: null }, error: null, isPending: false, refetch: () => {} }}
          rowKey={(row) => `${row.digest} ${row.triedAt}`}
          expand={(row) => <Faults faults={row.faults} />}
          columns={[
            { key: 'release', title: t('standards.release'), head: true, render: (row) => <Revision row={row} /> },
            {
              key: 'source',
              title: t('standards.origin'),
              render: (row) => <RefusedFrom source={row.source} />,
            },
            { key: 'at', title: t('standards.triedAt'), render: (row) => <Time at={row.triedAt} /> },
            { key: 'faults', title: t('standards.faults'), align: 'right', render: (row) => row.faults.length },
          ]}
        />
      </div>
    </Panel>
  )
}
