import type { Teaching } from '@huijiao/problem/browser'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { StateTag } from '../parts/page-header.tsx'
import { numberText } from '../parts/format.ts'
import type { ProblemGroup } from './model.ts'

/** What is taught about problems: fetched when the first problem is looked at. */
function useTeachings(): Partial<Record<string, Teaching>> {
  const { data } = useQuery({
    queryKey: ['teachings'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('@huijiao/problem/browser')).teachings as Partial<Record<string, Teaching>>,
  })
  return data ?? {}
}

const look = { error: 'bad', doubt: 'warn', warning: 'info' } as const

/** Problems that are one mistake made many times, the worst first; each opens to what it means, why it matters and where it stands. */
export function ProblemGroups({ groups, onChoose }: { groups: readonly ProblemGroup[]; onChoose?: (group: ProblemGroup) => void }) {
  const { t, i18n } = useTranslation()
  const teachings = useTeachings()
  const language = i18n.language === 'en' ? 'en' : 'zh'
  return (
    <ul className="groups" aria-label={t('submissions.groups')}>
      {groups.map((group) => {
        const teaching = teachings[group.code]
        return (
          <li key={`${group.severity} ${group.code} ${group.pointer} ${group.rule}`}>
            <details className="group">
              <summary>
                <StateTag meaning={look[group.severity]}>{t(`submissions.severity.${group.severity}`)}</StateTag>
                <strong>{language === 'en' ? group.en.title : group.title}</strong>
                {group.field !== null && <span>{group.field}</span>}
                <span className="muted number">{t('submissions.times', { count: group.count, text: numberText(group.count) })}</span>
                {group.fixes > 0 && <span className="tag good">{t('submissions.fixesOffered', { count: group.fixes })}</span>}
              </summary>
              <div className="group-body">
                {teaching !== undefined && (
                  <>
                    <p>{teaching.what[language]}</p>
                    <p className="muted">{teaching.why[language]}</p>
                  </>
                )}
                <p className="row">
                  <a href={group.type} target="_blank" rel="noreferrer">
                    {t('common.problem.explained')}
                    <span className="visually-hidden">{t('common.opensNew')}</span>
                  </a>
                  {onChoose !== undefined && (
                    <button type="button" className="link-button" onClick={() => onChoose(group)}>
                      {t('submissions.showThese')}
                    </button>
                  )}
                </p>
                {group.examples.length > 0 && (
                  <ul className="plain-list">
                    {group.examples.map((example, at) => (
                      <li key={at} className="break">
                        <PlaceText record={example.record} place={example.place} />
                        {example.value !== undefined && (
                          <>
                            {' '}
                            <code>{typeof example.value === 'string' ? example.value : JSON.stringify(example.value)}</code>
                          </>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
              </div>
            </details>
          </li>
        )
      })}
    </ul>
  )
}

/** Where a record or a cell stands: in the sender's file as a spreadsheet shows it, else by its place in the submission. */
export function PlaceText({
  record,
  place,
}: {
  record: number | null | undefined
  place: ProblemGroup['examples'][number]['place'] | undefined
}) {
  const { t } = useTranslation()
  if (place !== undefined)
    return (
      <span>
        {place.sheet === undefined ? '' : `${place.sheet} `}
        {place.cell === undefined ? t('submissions.row', { row: place.row }) : place.cell}
      </span>
    )
  return <span>{record === null || record === undefined ? t('submissions.whole') : t('submissions.recordAt', { at: record + 1 })}</span>
}
