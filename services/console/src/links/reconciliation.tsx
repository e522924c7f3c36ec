import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { Actor } from '../parts/actor.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { Facts, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { runMeaning } from './words.ts'

type Run = Answer<'/admin/v1/links/{name}/reconcile'>['items'][number]
type Certificate = Answer<'/admin/v1/links/{name}/certificates'>['items'][number]
const under = ['waiting', 'comparing', 'repairing']

/** Whether this node and its upstream hold the same, and the certificates that both signed when they did. */
export function Reconciliation({ name }: { name: string }) {
  const { t } = useTranslation()
  const runs = useApi('/admin/v1/links/{name}/reconcile', { path: { name } }, { everyMs: 4000, keep: true })
  const certificates = useApi('/admin/v1/links/{name}/certificates', { path: { name } }, { everyMs: 15_000, keep: true })
  const start = useSend('post', '/admin/v1/links/{name}/reconcile', ['/admin/v1/links/{name}/reconcile'])
  const link = useApi('/admin/v1/links/{name}', { path: { name } }, { keep: true })
  const comparable = link.data?.answersAtOnce !== false
  const running = runs.data?.items.some(({ state }) => under.includes(state ?? '')) === true
  return (
    <div className="page">
      <div className="row">
        <Button type="primary" loading={start.isPending} disabled={running || !comparable} onClick={() => start.mutate({ path: { name } })}>
          {t('links.reconcileNow')}
        </Button>
        <span className="muted">{running ? t('links.reconcileRunning') : t('links.reconcileText')}</span>
      </div>
      {!comparable && (
        <p className="notice">{t(link.data?.url.startsWith('postgres') ? 'links.incomparableTables' : 'links.incomparableFolder')}</p>
      )}
      {start.error !== null && <ProblemView problem={start.error.problem} />}
      <DataTable<Run>
        label={t('links.reconcile')}
        page={runs}
        rowKey={({ run }) => run ?? ''}
        empty={<Empty title={t('links.noRuns')}>{t('links.noRunsText')}</Empty>}
        expand={(run) => <RunDetails run={run} />}
        columns={[
          { key: 'at', title: t('links.startedAt'), head: true, render: ({ startedAt }) => <Time at={startedAt} /> },
          {
            key: 'state',
            title: t('links.state'),
            render: ({ state }) => <StateTag meaning={runMeaning[state ?? ''] ?? 'info'}>{t(`links.runStates.${state}`)}</StateTag>,
          },
          {
            key: 'records',
            title: t('links.compared'),
            align: 'right',
            render: ({ records }) => (records == null ? '—' : numberText(records)),
          },
          { key: 'again', title: t('links.sentAgain'), align: 'right', render: ({ sentAgain }) => numberText(sentAgain ?? 0) },
          { key: 'conflicts', title: t('links.conflicts'), align: 'right', render: ({ found }) => numberText(found?.conflicts ?? 0) },
          {
            key: 'certificate',
            title: t('links.certificate'),
            render: ({ certificate }) => (certificate == null ? '—' : `#${certificate}`),
          },
        ]}
      />
      <h3>{t('links.certificates')}</h3>
      <DataTable<Certificate>
        label={t('links.certificates')}
        page={certificates}
        rowKey={({ number }) => String(number)}
        empty={<p className="muted">{t('links.noCertificates')}</p>}
        columns={[
          { key: 'number', title: t('links.number'), head: true, render: ({ number }) => `#${number}` },
          { key: 'at', title: t('links.madeAt'), render: ({ madeAt }) => <Time at={madeAt} /> },
          { key: 'digest', title: t('links.digest'), render: ({ digest }) => <Digest value={digest} /> },
          {
            key: 'file',
            title: t('common.download'),
            render: ({ number, document }) => (
              <Button
                size="small"
                aria-label={`${t('common.download')} #${number}`}
                onClick={() => saveJson(`certificate-${name}-${number}.json`, document)}
              >
                JSON
              </Button>
            ),
          },
        ]}
      />
    </div>
  )
}

function RunDetails({ run }: { run: Run }) {
  const { t } = useTranslation()
  const { found } = run
  const elsewhere = found?.undelivered?.elsewhere
  return (
    <Facts
      rows={[
        [t('links.startedBy'), <Actor key="starter" actor={run.startedBy} />],
        [t('links.finishedAt'), <Time key="f" at={run.finishedAt as string | null} />],
        [t('links.missingAbove'), numberText(found?.lowerAhead ?? 0)],
        [t('links.missingHere'), numberText(found?.upperAhead ?? 0)],
        [t('links.lostHere'), numberText(run.lostHere ?? 0)],
        [t('links.leftOver'), numberText(found?.leftOver ?? 0)],
        found?.undelivered == null ? null : [t('links.undelivered'), numberText(found.undelivered.count ?? 0)],
        (elsewhere?.count ?? 0) === 0
          ? null
          : [
              t('links.undeliveredElsewhere'),
              <span key="e">
                {t('links.undeliveredElsewhereText', {
                  count: elsewhere?.count ?? 0,
                  places: elsewhere?.ranges?.map(({ place }) => place).join(t('common.semicolon')) ?? '',
                })}
              </span>,
            ],
        [
          t('links.exchanged'),
          t('links.exchangedText', {
            rounds: numberText(run.rounds ?? 0),
            sent: bytesText(run.bytes?.sent ?? 0),
            received: bytesText(run.bytes?.received ?? 0),
          }),
        ],
        run.error == null ? null : [t('links.error'), run.error],
      ]}
    />
  )
}

/** A document of an answer as a file. */
export function saveJson(name: string, document_: unknown): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
