import { useTranslation } from 'react-i18next'
import { type ProblemBody, wordsOf } from '../api/problem.ts'

const look = { error: 'bad', doubt: 'warn', warning: 'warn' } as const

/** One problem as the node said it: what, why, what to do; with the page that explains it. */
export function ProblemView({ problem, quiet = false }: { problem: ProblemBody; quiet?: boolean }) {
  const { t, i18n } = useTranslation()
  const words = wordsOf(problem, i18n.language)
  const value = problem.value === undefined ? null : typeof problem.value === 'string' ? problem.value : JSON.stringify(problem.value)
  return (
    <div className={`notice ${look[problem.severity ?? 'error']}`} role={quiet ? undefined : 'alert'}>
      <strong>{words.title}</strong>
      <p className="break">{words.detail}</p>
      {words.hint !== '' && (
        <p className="break">
          {t('common.problem.hint')}
          {t('common.colon')}
          {words.hint}
        </p>
      )}
      <p className="row muted break">
        {problem.field !== undefined && <span>{problem.field}</span>}
        {value !== null && (
          <span>
            {t('common.problem.value')} <code>{value}</code>
          </span>
        )}
        {/* What is allowed is said in Chinese only; in English the hint says it. */}
        {problem.allowed !== undefined && (i18n.language !== 'en' || !/[一-鿿]/.test(problem.allowed)) && (
          <span>
            {t('common.problem.allowed')} {problem.allowed}
          </span>
        )}
        {problem.basis !== undefined && (
          <span>
            {t('common.problem.basis')} {problem.basis}
          </span>
        )}
        {problem.range !== undefined && <code>{problem.range.digest}</code>}
        {problem.type.startsWith('/problems/') && (
          <a href={problem.type} target="_blank" rel="noreferrer">
            {t('common.problem.explained')}
            <span className="visually-hidden">{t('common.opensNew')}</span>
          </a>
        )}
        {problem.traceId !== undefined && (
          <span>
            {t('common.problem.trace')} <code>{problem.traceId}</code>
          </span>
        )}
      </p>
    </div>
  )
}
