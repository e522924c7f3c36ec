import type { FixOperation, ProblemDocument } from '@huijiao/problem/browser'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '../api/problem.ts'
import { isError } from './judge.ts'

/** A fix in a few words: what pressing its button does. */
export function useFixWords(): (fix: readonly FixOperation[]) => string {
  const { t } = useTranslation()
  const nameOf = (path: string) => path.split('/').at(-1) ?? path
  return (fix) =>
    fix
      .map((one) =>
        one.op === 'remove'
          ? t('entry.fix.remove')
          : one.op === 'move'
            ? t('entry.fix.move', { name: nameOf(one.path) })
            : t('entry.fix.replace', { value: typeof one.value === 'string' ? one.value : JSON.stringify(one.value) }),
      )
      .join('；')
}

/** One problem under its field: what is wrong, what would be taken, and the offered fix as a button. */
export function ProblemLine({
  problem,
  onFix,
  offers = false,
  id,
}: {
  problem: ProblemDocument
  /** The input itself shows what is taken: then an empty one need not list it again. */
  offers?: boolean
  onFix?: (fix: readonly FixOperation[]) => void
  id?: string
}) {
  const { t, i18n } = useTranslation()
  const words = wordsOf(problem as never, i18n.language)
  const fixWords = useFixWords()
  // What is allowed is said in Chinese only; in English the hint says it.
  const inChinese = i18n.language !== 'en'
  const offered = problem.fix !== undefined && problem.fix.length > 0
  return (
    <div className={`problem-line ${isError(problem) ? 'bad' : 'warn'}`} {...(id === undefined ? {} : { id })}>
      <span>
        <span className="visually-hidden">
          {t(`submissions.severity.${problem.severity ?? 'error'}`)}
          {t('common.colon')}
        </span>
        <b>{words.title}</b>
        {/* What is missing is said by the field itself. */}
        {problem.code !== 'field-missing' && <span className="break"> {words.detail}</span>}
        {!offered && inChinese && problem.allowed !== undefined && !(offers && problem.code === 'field-missing') && (
          <span className="muted break">
            {' '}
            {t('common.problem.allowed')} {problem.allowed}
          </span>
        )}
        {!offered && (!inChinese || problem.allowed === undefined) && problem.code !== 'field-missing' && (
          <span className="muted break"> {words.hint}</span>
        )}{' '}
        <a href={problem.type} target="_blank" rel="noreferrer" className="quiet-link">
          {t('entry.why')}
          <span className="visually-hidden">
            {' '}
            {words.title}
            {t('common.opensNew')}
          </span>
        </a>
      </span>
      {offered && onFix !== undefined && (
        <Button size="small" onClick={() => onFix(problem.fix as readonly FixOperation[])}>
          {fixWords(problem.fix)}
        </Button>
      )}
    </div>
  )
}
