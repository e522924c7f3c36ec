import { useTranslation } from 'react-i18next'
import { type Meaning, StateTag } from '../parts/page-header.tsx'

const meanings: Readonly<Record<string, Meaning>> = {
  'in-force': 'good',
  accepted: 'good',
  pending_review: 'info',
  doubtful: 'warn',
  held: 'info',
  superseded: 'quiet',
  refused: 'bad',
  withdrawn: 'quiet',
}

/** Where a record or a version stands, in a word. */
export function RecordState({ state }: { state: string }) {
  const { t } = useTranslation()
  return <StateTag meaning={meanings[state] ?? 'quiet'}>{t(`records.states.${state}`, { defaultValue: state })}</StateTag>
}
