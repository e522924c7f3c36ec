import { useTranslation } from 'react-i18next'
import { Digest } from '../parts/digest.tsx'
import { type Meaning, Panel, StateTag } from '../parts/page-header.tsx'
import { numberText } from '../parts/format.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Time } from '../parts/time.tsx'
import type { Above, SubmissionStatus } from './model.ts'
import { CountsText } from './parts.tsx'

const meaning = { nothing: 'quiet', waiting: 'info', delivered: 'good' } as const satisfies Record<Above['state'], Meaning>

/** What became of a submission here and on every level above, as far as this node was told. */
export function PathPanel({ status }: { status: SubmissionStatus }) {
  const { t } = useTranslation()
  const logged = status.parts.filter((part) => part.log !== null)
  return (
    <Panel title={t('submissions.path')}>
      <ol className="levels">
        <li>
          <div className="level-head">
            <strong>{t('submissions.here')}</strong>
            <StateTag meaning={logged.length > 0 && logged.length === status.parts.length ? 'good' : 'info'}>
              {logged.length === status.parts.length && logged.length > 0 ? t('submissions.inLog') : t('submissions.notInLog')}
            </StateTag>
          </div>
          <CountsText counts={status.counts} />
          {logged.length > 0 && (
            <p className="row muted">
              {t('submissions.entries')}
              {logged.slice(0, 6).map((part) => (
                <span key={part.part} className="number">
                  #{part.log?.index} <Digest value={part.log?.leafHash} />
                </span>
              ))}
              {logged.length > 6 && <span>…</span>}
            </p>
          )}
        </li>
        {status.above.map((level) => (
          <LevelAbove key={level.link} level={level} />
        ))}
      </ol>
      {status.above.length === 0 && <p className="muted">{t('submissions.noUpstream')}</p>}
    </Panel>
  )
}

function LevelAbove({ level }: { level: Above }) {
  const { t, i18n } = useTranslation()
  const wordsOfReason = (one: Above['skipped'][number]) => (i18n.language === 'en' ? one.en : one.zh) ?? one.reason
  const skipped = level.skipped.reduce((sum, one) => sum + one.count, 0)
  return (
    <>
      <li>
        <div className="level-head">
          <strong>
            <RegionName code={level.upstream.name ?? level.link} />
            {level.upstream.tier !== null && ` · ${t(`common.tiers.${level.upstream.tier}`)}`}
          </strong>
          <StateTag meaning={meaning[level.state]}>{t(`submissions.above.${level.state}`)}</StateTag>
        </div>
        {skipped > 0 && (
          <p>
            {t('submissions.skipped', { text: numberText(skipped) })}
            {t('common.colon')}
            {level.skipped.map((one) => `${wordsOfReason(one)} ${one.count}`).join(t('common.semicolon'))}
          </p>
        )}
        {level.parked.length > 0 && (
          <details>
            <summary>{t('submissions.parked', { text: numberText(level.parked.length) })}</summary>
            {level.parked.map((one) => (
              <div key={`${one.part}-${one.ordinal}`}>
                <p className="muted">
                  {/* What was wrong is told below; what was set aside with its parent has nothing of its own to tell. */}
                  {one.reason === 'parent-parked' && <>{t('parked.parentParked')} · </>}
                  <Time at={one.since} />
                </p>
                {(one.problems ?? []).map((problem, at) => (
                  <ProblemView key={at} problem={problem as never} quiet />
                ))}
              </div>
            ))}
          </details>
        )}
      </li>
      {level.further.map((one) => (
        <li key={`${one.upstream}-${one.entry}-${one.at}`}>
          <div className="level-head">
            <strong>
              <RegionName code={one.upstream} />
              {one.upstream === '000000' && ` · ${t('common.tiers.national')}`}
            </strong>
            <StateTag meaning="good">{t('submissions.above.delivered')}</StateTag>
            <Time at={one.at} />
          </div>
          <CountsText counts={one.counts} />
        </li>
      ))}
    </>
  )
}
