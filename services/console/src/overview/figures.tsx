import { useTranslation } from 'react-i18next'
import type { LiveFacts } from '../api/live.ts'
import { numberText, spanText } from '../parts/format.ts'
import { StateTag } from '../parts/page-header.tsx'

function Figure({ name, value, unit, note }: { name: string; value: string; unit?: string; note?: React.ReactNode }) {
  return (
    <div className="panel figure">
      <span className="name">{name}</span>
      <span className="value">
        {value}
        {unit !== undefined && <span className="unit">{unit}</span>}
      </span>
      {note !== undefined && <span className="note">{note}</span>}
    </div>
  )
}

/** Five figures of this minute. */
export function Figures({ facts }: { facts: LiveFacts }) {
  const { t } = useTranslation()
  const { minute, above, log, health } = facts
  const parked = above.reduce((sum, link) => sum + link.parked, 0)
  const lag = Math.max(0, ...above.map((link) => link.lagSeconds))
  const entries = above.reduce((sum, link) => sum + link.lagEntries, 0)
  const broken = health.filter((one) => !one.ready).length
  return (
    <div className="figures">
      <Figure
        name={t('overview.received')}
        value={numberText(minute.records)}
        unit={t('overview.perMinute')}
        note={t('overview.receivedNote', { submissions: numberText(minute.submissions), refused: numberText(minute.refused) })}
      />
      {above.length > 0 && (
        <Figure
          name={t('overview.delivered')}
          value={numberText(minute.delivered)}
          unit={t('overview.perMinute')}
          note={entries === 0 ? t('overview.upToDate') : t('overview.entriesWaiting', { count: entries })}
        />
      )}
      {above.length > 0 && (
        <Figure name={t('overview.lag')} value={spanText(lag)} note={lag === 0 ? t('overview.upToDate') : t('overview.lagNote')} />
      )}
      {above.length > 0 && (
        <Figure
          name={t('overview.parked')}
          value={numberText(parked)}
          unit={t('overview.unitRecords')}
          note={
            parked === 0 ? (
              <StateTag meaning="good">{t('overview.nothingParked')}</StateTag>
            ) : (
              <StateTag meaning="warn">{t('overview.needsWork')}</StateTag>
            )
          }
        />
      )}
      <Figure
        name={t('overview.log')}
        value={numberText(log.size)}
        unit={t('overview.unitEntries')}
        note={log.pending === 0 ? t('overview.allNumbered') : t('overview.pending', { count: log.pending })}
      />
      <Figure
        name={t('overview.health')}
        value={broken === 0 ? t('overview.healthy') : t('overview.unhealthy')}
        note={
          broken === 0 ? (
            <StateTag meaning="good">{t('overview.checks', { count: health.length })}</StateTag>
          ) : (
            <StateTag meaning="bad">{t('overview.broken', { count: broken })}</StateTag>
          )
        }
      />
    </div>
  )
}
