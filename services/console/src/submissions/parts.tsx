import { useTranslation } from 'react-i18next'
import { type Meaning, StateTag } from '../parts/page-header.tsx'
import { numberText } from '../parts/format.ts'
import { type Counts, type Outcome, outcomes, type SubmissionRow } from './model.ts'

const meanings: Readonly<Record<Outcome, Meaning>> = {
  accepted: 'good',
  unchanged: 'quiet',
  superseded: 'quiet',
  pending_review: 'info',
  doubtful: 'warn',
  held: 'warn',
  refused: 'bad',
}

/** What became of one record, in the words of the field. */
export function OutcomeTag({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation()
  return <StateTag meaning={meanings[outcome]}>{t(`common.outcomes.${outcome}`)}</StateTag>
}

/** How a submission stands: being stored, or how it ended. */
export function SubmissionTag({ row }: { row: Pick<SubmissionRow, 'state' | 'outcome' | 'counts'> }) {
  const { t } = useTranslation()
  if (row.state !== 'finished')
    return <StateTag meaning={row.state === 'storing' ? 'info' : 'warn'}>{t(`submissions.states.${row.state}`)}</StateTag>
  const { outcome } = row
  if (outcome === 'cancelled') return <StateTag meaning="quiet">{t('submissions.ended.cancelled')}</StateTag>
  if (outcome === 'partial')
    return (
      <StateTag meaning="warn">{t((row.counts?.refused ?? 0) > 0 ? 'submissions.partlyRefused' : 'submissions.ended.partial')}</StateTag>
    )
  if (outcome === 'accepted' || outcome === 'refused')
    return <StateTag meaning={meanings[outcome]}>{t(`submissions.ended.${outcome}`)}</StateTag>
  return outcome === null ? <span className="muted">—</span> : <OutcomeTag outcome={outcome} />
}

/** Counts by outcome in words; what is nought is left out. */
export function CountsText({ counts }: { counts: Counts | null }) {
  const { t } = useTranslation()
  const told = outcomes.filter((outcome) => (counts?.[outcome] ?? 0) > 0)
  if (told.length === 0) return <span className="muted">{t('common.none')}</span>
  return (
    <span className="row counts">
      {told.map((outcome) => (
        <span key={outcome} className={`count ${meanings[outcome]}`}>
          {t(`common.outcomes.${outcome}`)} <b className="number">{numberText(counts?.[outcome] ?? 0)}</b>
        </span>
      ))}
    </span>
  )
}

/** Counts as figures, for the head of a page. */
export function CountsFigures({
  counts,
  judgedOnly = false,
}: {
  counts: Counts | null
  /** Nothing was stored: the words say what would be. */ judgedOnly?: boolean
}) {
  const { t } = useTranslation()
  const total = outcomes.reduce((sum, outcome) => sum + (counts?.[outcome] ?? 0), 0)
  const told = outcomes.filter((outcome) => (counts?.[outcome] ?? 0) > 0)
  return (
    <dl className="count-figures">
      <div className="figure">
        <dt>{t('submissions.total')}</dt>
        <dd className="value">{numberText(total)}</dd>
      </div>
      {told.map((outcome) => (
        <div key={outcome} className={`figure ${meanings[outcome]}`}>
          <dt>{judgedOnly && outcome === 'accepted' ? t('submissions.sound') : t(`common.outcomes.${outcome}`)}</dt>
          <dd className="value">{numberText(counts?.[outcome] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  )
}
