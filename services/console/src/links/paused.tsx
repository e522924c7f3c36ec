import { useTranslation } from 'react-i18next'
import { Actor, useActorText } from '../parts/actor.tsx'
import { Facts } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'

/** Of a link that is paused, as the admin API has it. */
interface Pause {
  readonly by: string | null
  readonly at: string
  readonly reason: string | null
}

/** The node itself gives a code, people give words. */
function useReason(): (pause: Pause) => string | null {
  const { t } = useTranslation()
  return ({ by, reason }) => ((by === 'node' || by === null) && reason === 'mostly-refused' ? t('links.mostlyRefused') : reason)
}

/** Who paused a link, when and why, in two lines for lists. */
export function PausedLines({ pause }: { pause: Pause }) {
  const { t } = useTranslation()
  const who = useActorText(pause.by)
  const reason = useReason()(pause)
  return (
    <div className="muted break">
      <p>
        {who === null ? t('links.pausedSinceIs') : t('links.pauserIs', { who })}{' '}
        <span className="nowrap">
          <Time at={pause.at} seconds={false} />
        </span>
      </p>
      {reason !== null && <p>{t('links.pauseReasonIs', { reason })}</p>}
    </div>
  )
}

/** The same above a link's own page. */
export function PausedNotice({ pause }: { pause: Pause }) {
  const { t } = useTranslation()
  const reason = useReason()(pause)
  return (
    <section className="notice warn page" aria-label={t('links.paused')}>
      <strong>{t('links.paused')}</strong>
      <Facts
        rows={[
          [t('links.pausedBy'), pause.by === null ? t('links.pauserUnknown') : <Actor key="by" actor={pause.by} />],
          [t('links.pausedSince'), <Time key="at" at={pause.at} />],
          [t('common.reason'), reason ?? '—'],
        ]}
      />
    </section>
  )
}
