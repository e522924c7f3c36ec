import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { Actor } from '../parts/actor.tsx'
import { Digest } from '../parts/digest.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { NamesOf } from '../parts/participant-name.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { EntryBody } from './entry-body.tsx'
import { Subject } from './told.tsx'
import type { Check, Entry } from './verify.ts'

/** One entry: what it says, and its proof, checked in this page. */
export default function LogEntryPage() {
  const { t } = useTranslation()
  const { index = '' } = useParams()
  const entry = useApi('/admin/v1/log/{index}', { path: { index } }, { staleMs: Number.POSITIVE_INFINITY })
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/log">{t('log.title')}</Link>
      </p>
      <PageHeader title={`${t('log.entry')} #${index}`} />
      <Fetched query={entry}>
        {(row) => (
          <NamesOf answer={row}>
            <Shown entry={row} />
          </NamesOf>
        )}
      </Fetched>
      <p className="row no-print">
        {Number(index) > 0 && <Link to={`/log/${Number(index) - 1}`}>{t('log.before')}</Link>}
        <Link to={`/log/${Number(index) + 1}`}>{t('log.after')}</Link>
      </p>
    </div>
  )
}

function Shown({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation()
  const digest = (JSON.parse(entry.leaf) as { body?: string }).body
  return (
    <>
      <div className="grid-2">
        <Panel title={t('log.facts')}>
          <Facts
            rows={[
              [t('log.kind'), i18n.exists(`log.kinds.${entry.kind}`) ? t(`log.kinds.${entry.kind}`) : entry.kind],
              [t('log.instant'), <Time key="i" at={entry.instant} />],
              [t('log.actor'), <Actor key="a" actor={entry.actor} />],
              [t('log.subject'), <Subject key="s" subject={entry.subject} />],
              [t('log.bodyDigest'), <Digest key="d" value={digest} />],
            ]}
          />
        </Panel>
        <Panel title={t('log.proof')}>
          <Proof key={entry.index} entry={entry} />
        </Panel>
      </div>
      <Panel title={t('log.body')}>
        <EntryBody kind={entry.kind} body={entry.body} text={entry.bodyText} />
      </Panel>
      <Panel title={t('log.leaf')}>
        <p>
          <code className="break">{entry.leaf}</code>
        </p>
      </Panel>
    </>
  )
}

function Proof({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const [checks, setChecks] = useState<readonly Check[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    void import('./verify.ts')
      .then(({ verifyEntry }) => verifyEntry(entry))
      .then(
        (found) => gone || setChecks(found),
        (caught: unknown) => gone || setError(String(caught)),
      )
    return () => {
      gone = true
    }
  }, [entry])
  if (error !== null) return <p className="notice bad break">{error}</p>
  if (checks === null) return <output>{t('log.verifying')}</output>
  const ok = checks.every((check) => check.ok)
  return (
    <>
      <output className={`notice ${ok ? 'good' : 'bad'}`} data-verified={ok}>
        {ok ? t('log.verified') : t('log.notVerified')}
      </output>
      <ul className="checks">
        {checks.map((check) => (
          <li key={check.name}>
            <StateTag meaning={check.ok ? 'good' : 'bad'}>{check.ok ? t('log.holds') : t('log.fails')}</StateTag>
            <div>
              {t(`log.checks.${check.name}`)}
              {check.name !== 'form' && (
                <p className="muted break">
                  {check.name === 'inclusion' && check.ok ? t('log.pathLength', { count: Number(check.detail) }) : check.detail}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
