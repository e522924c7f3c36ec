import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { type Answer, useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { bytesText, numberText, spanText } from '../parts/format.ts'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Deliveries } from './deliveries.tsx'
import { PausedNotice } from './paused.tsx'
import { Reconciliation } from './reconciliation.tsx'
import { Skips } from './skips.tsx'
import { Throughput } from './throughput.tsx'
import { linkMeaning } from './words.ts'

type Facts_ = Answer<'/admin/v1/links/{name}'>
const stale = ['/admin/v1/links', '/admin/v1/parked']

/** One link: how it is, what went over it, what does not, and whether both sides hold the same. */
export default function LinkPage() {
  const { t } = useTranslation()
  const { name = '' } = useParams()
  const link = useApi('/admin/v1/links/{name}', { path: { name } }, { everyMs: 5000, keep: true })
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/links">{t('links.title')}</Link>
      </p>
      <Fetched query={link}>
        {(facts) => (
          <NamesOf answer={facts}>
            <OneLink facts={facts} />
          </NamesOf>
        )}
      </Fetched>
    </div>
  )
}

function OneLink({ facts }: { facts: Facts_ }) {
  const { t } = useTranslation()
  const session = useSession()
  const [params, setParams] = useSearchParams()
  const tabs = [
    { key: 'flow', label: t('links.throughput'), content: () => <Throughput name={facts.name} /> },
    ...(session.may('GET', '/links/:name/deliveries')
      ? [{ key: 'deliveries', label: t('links.deliveries'), content: () => <Deliveries name={facts.name} /> }]
      : []),
    { key: 'skips', label: `${t('links.skipped')} (${numberText(facts.skipped)})`, content: () => <Skips facts={facts} /> },
    ...(session.may('GET', '/links/:name/reconcile')
      ? [{ key: 'reconcile', label: t('links.reconcile'), content: () => <Reconciliation name={facts.name} /> }]
      : []),
  ]
  return (
    <>
      <PageHeader
        title={
          <>
            {t('links.one')} <RegionName code={facts.name} />{' '}
            <StateTag meaning={linkMeaning[facts.state] ?? 'info'}>{t(`links.states.${facts.state}`)}</StateTag>
          </>
        }
        text={
          <>
            <RegionName code={facts.upstream.name} /> · {t(`common.tiers.${facts.upstream.tier}`)} ·{' '}
            <span className="break">{facts.url}</span>
          </>
        }
        actions={<Actions facts={facts} />}
      />
      {facts.paused !== null && <PausedNotice pause={facts.paused} />}
      {facts.lastError !== null && facts.lastError !== undefined && facts.lastError.inARow > 0 && (
        <p className="notice bad break">
          {t('links.failedTimes', { count: facts.lastError.inARow })} <Time at={facts.lastError.at} />：{facts.lastError.text}
        </p>
      )}
      <div className="grid-2">
        <Panel title={t('links.progress')}>
          <Facts
            rows={[
              [t('links.cursor'), numberText(facts.cursor)],
              [
                t('links.lag'),
                facts.lag.entries === 0
                  ? t('links.noLag')
                  : t('links.lagText', { count: facts.lag.entries, span: spanText(facts.lag.seconds) }),
              ],
              [t('links.lastSuccess'), <Time key="s" at={facts.lastSuccessAt} ago />],
              [t('links.lastAttempt'), <Time key="a" at={facts.lastAttemptAt} ago />],
              [t('links.feedRead'), <Time key="f" at={facts.feedReadAt} ago />],
            ]}
          />
        </Panel>
        <Panel title={t('links.amounts')}>
          <Facts
            rows={[
              [
                t('links.delivered'),
                t('links.deliveredText', {
                  records: numberText(facts.delivered.records),
                  deliveries: numberText(facts.delivered.deliveries),
                }),
              ],
              [
                t('links.recent'),
                t('links.recentText', { records: numberText(facts.throughput.records), bytes: bytesText(facts.throughput.bytes) }),
              ],
              [
                t('links.parked'),
                facts.parked === 0 ? (
                  '0'
                ) : (
                  <Link key="p" to={`/parked?link=${facts.name}`}>
                    {t('links.parkedText', { count: facts.parked })}
                  </Link>
                ),
              ],
              [t('links.skipped'), numberText(facts.skipped)],
              facts.openDelivery === null || facts.openDelivery === undefined
                ? null
                : [
                    t('links.open'),
                    t('links.openText', { records: numberText(facts.openDelivery.records), attempts: facts.openDelivery.attempts }),
                  ],
            ]}
          />
        </Panel>
      </div>
      <Panel>
        <TabBar
          label={facts.name}
          tabs={tabs}
          active={params.get('tab') ?? 'flow'}
          onChange={(tab) => setParams(tab === 'flow' ? {} : { tab }, { replace: true })}
        />
      </Panel>
    </>
  )
}

/** Pause, resume, test the connection, compare both sides. */
function Actions({ facts }: { facts: Facts_ }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const session = useSession()
  const [pausing, setPausing] = useState(false)
  const pause = useSend('post', '/admin/v1/links/{name}/pause', stale)
  const resume = useSend('post', '/admin/v1/links/{name}/resume', stale)
  const test = useSend('post', '/admin/v1/links/{name}/test')
  const path = { name: facts.name }
  if (!session.may('POST', '/links/:name/pause')) return null
  const tell = (error: { problem: Parameters<typeof ProblemView>[0]['problem'] }) =>
    void modal.error({ title: t('common.states.errorTitle'), content: <ProblemView problem={error.problem} quiet /> })
  return (
    <>
      <Button
        loading={test.isPending}
        onClick={() =>
          test.mutate(
            { path },
            {
              onError: tell,
              onSuccess: (found) => {
                const content = (
                  <Facts
                    rows={[
                      [t('links.testStatus'), found.status ?? '—'],
                      [t('links.testTook'), t('links.milliseconds', { count: Math.round(found.tookMs ?? 0) })],
                      [t('links.testDetail'), found.detail === '' ? null : found.detail],
                    ]}
                  />
                )
                if (found.alive === true) void modal.success({ title: t('links.testGood'), content })
                else void modal.warning({ title: t('links.testBad'), content })
              },
            },
          )
        }
      >
        {t('links.test')}
      </Button>
      {facts.paused === null ? (
        <Button onClick={() => setPausing(true)}>{t('links.pause')}</Button>
      ) : (
        <Button
          type="primary"
          loading={resume.isPending}
          onClick={() => resume.mutate({ path }, { onError: tell, onSuccess: () => void message.success(t('links.resumed')) })}
        >
          {t('links.resume')}
        </Button>
      )}
      <Confirm
        open={pausing}
        reason
        title={t('links.pauseTitle', { name: facts.name })}
        okText={t('links.pause')}
        busy={pause.isPending}
        error={pause.error}
        onCancel={() => setPausing(false)}
        onOk={(reason) => pause.mutate({ path, body: { reason } }, { onSuccess: () => setPausing(false) })}
      >
        <p className="door-gap">{t('links.pauseText')}</p>
      </Confirm>
    </>
  )
}
