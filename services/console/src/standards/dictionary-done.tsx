import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Dictionary } from '@huijiao/standard/browser'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { instantText } from '../parts/format.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { StartRun } from './acts.tsx'
import type { Replaced } from './dictionary-types.ts'
import { type RevisionRow, stateMeaning } from './types.ts'

/** What came of the replacement: the revision, and, as soon as it counts, that it does. */
export function InForce({ done, dictionary }: { done: Replaced; dictionary: Dictionary }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const heading = useRef<HTMLDivElement>(null)
  const query = useApi('/admin/v1/standards', {}, { everyMs: 2_000 })
  const rows = ((query.data as { items?: readonly unknown[] } | undefined)?.items ?? []) as readonly RevisionRow[]
  const row = rows.find((one) => one.release === done.release && one.revision === done.revision && one.issuer === done.issuer)
  const counts = row?.state === 'in-force'
  useEffect(() => heading.current?.focus(), [])
  // From now on the pages read the release anew.
  useEffect(() => {
    if (counts) void client.invalidateQueries({ predicate: ({ queryKey }) => ['release', '/v1/standards'].includes(String(queryKey[0])) })
  }, [counts, client])
  const name = `${done.release} r${done.revision}`
  return (
    <div ref={heading} tabIndex={-1} className="result">
      <Panel
        title={t('dictionary.doneTitle', { name })}
        extra={row === undefined ? null : <StateTag meaning={stateMeaning[row.state]}>{t(`standards.states.${row.state}`)}</StateTag>}
      >
        <output className={`notice block ${counts ? 'good' : ''}`}>
          {done.effectiveFrom === null
            ? t('dictionary.keptOnly')
            : counts
              ? t('dictionary.counts', { name })
              : t('dictionary.willCount', { name, at: instantText(done.effectiveFrom, true) })}
        </output>
        <div className="panel-foot">
          <Facts
            rows={[
              [t('dictionary.which'), `${dictionary.nameZh} ${dictionary.code}`],
              done.shadowRun === null
                ? null
                : [
                    t('standards.run'),
                    <Link key="run" to={`/standards/runs/${done.shadowRun}`}>
                      #{done.shadowRun} {t('dictionary.liveRun')}
                    </Link>,
                  ],
            ]}
          />
        </div>
        <p className="muted panel-foot">{t('dictionary.affectedText')}</p>
        <div className="row panel-foot">
          {row !== undefined && may('POST', '/standards/:release/shadow') && (
            <Button onClick={() => setAsking(true)}>{t('dictionary.affected')}</Button>
          )}
          <Link
            to={`/standard?release=${encodeURIComponent(done.release)}&tab=dictionaries&dictionary=${encodeURIComponent(dictionary.code)}`}
          >
            {t('dictionary.look')}
          </Link>
          <Link to="/standards">{t('standards.back')}</Link>
        </div>
      </Panel>
      {asking && row !== undefined && <StartRun row={row} onEnd={() => setAsking(false)} />}
    </div>
  )
}
