import type { Release } from '@huijiao/standard/browser'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { nameIn } from '../standard/release.ts'
import { addressOfSubmission } from '../submissions/list.tsx'
import type { Receipt } from '../submissions/model.ts'
import { OutcomeTag } from '../submissions/parts.tsx'

/** What the node made of the records that were entered, with the way to the receipt and to each record; while something is to be mended, without what comes next. */
export function ResultPanel({
  receipt,
  release,
  onNext,
  onSimilar,
}: {
  receipt: Receipt
  release: Release
  onNext?: () => void
  onSimilar?: () => void
}) {
  const { t, i18n } = useTranslation()
  const { id, participant } = receipt.submission
  return (
    <Panel title={t('entry.resultTitle')}>
      <ul className="cards">
        {(receipt.records ?? []).map((record) => {
          const entity = release.entities.get(record.entity ?? '')
          return (
            <li key={record.index} className="card-row stack">
              <div className="row">
                <OutcomeTag outcome={record.outcome} />
                <strong>{entity === undefined ? record.entity : nameIn(i18n.language, entity)}</strong>
                <span className="muted break">{record.sourceId}</span>
                {record.recordId !== undefined && <Link to={`/records/${record.recordId}`}>{t('entry.seeRecord')}</Link>}
              </div>
              {(record.problems ?? []).map((problem) => (
                <ProblemView key={`${problem.code} ${problem.pointer}`} problem={problem as never} quiet />
              ))}
            </li>
          )
        })}
      </ul>
      <div className="row panel-foot">
        {onNext !== undefined && (
          <Button type="primary" onClick={onNext}>
            {t('entry.next')}
          </Button>
        )}
        {onSimilar !== undefined && <Button onClick={onSimilar}>{t('entry.similar')}</Button>}
        <Link to={addressOfSubmission({ id, participant })}>{t('entry.seeSubmission')}</Link>
      </div>
    </Panel>
  )
}
