import type { Release } from '@huijiao/standard/browser'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Panel } from '../parts/page-header.tsx'
import { nameIn } from '../standard/release.ts'
import { addressOfSubmission } from './list.tsx'
import type { Receipt } from './model.ts'
import { CountsFigures } from './parts.tsx'
import { type Accepted, isReceipt } from './send.ts'

/** What was handed in, and what the node answered. */
export interface Sent {
  readonly what: 'file' | 'mended'
  readonly answer: Receipt | Accepted
}

/** A table of a release, found by its name or code. */
export function EntitySelect({
  id,
  release,
  value,
  disabled = false,
  onChange,
}: {
  id: string
  release: Release | undefined
  value: string | undefined
  disabled?: boolean
  onChange: (value: string | undefined) => void
}) {
  const { t, i18n } = useTranslation()
  const options = [...(release?.entities.values() ?? [])].map((entity) => ({
    value: entity.code,
    label: `${nameIn(i18n.language, entity)} ${entity.code}`,
    words: `${entity.nameZh} ${entity.nameEn} ${entity.code}`.toLowerCase(),
  }))
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
      placeholder={t('submissions.entityFromFile')}
      value={value ?? null}
      options={options}
      disabled={disabled}
      popupMatchSelectWidth={false}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}

/** What the node answered, with the way to each receipt. */
export function SentPanel({ sent, again, left }: { sent: readonly Sent[]; again: () => void; left: number }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('submissions.sentTitle')}>
      {sent.map(({ what, answer }) => {
        const [id, participant] = isReceipt(answer) ? [answer.submission.id, answer.submission.participant] : [answer.id, '']
        return (
          <div key={id} className={`notice sent ${isReceipt(answer) && (answer.counts.refused ?? 0) > 0 ? 'warn' : 'good'}`}>
            <p>
              <strong>{t(`submissions.sent.${what}`)}</strong>{' '}
              <Link to={participant === '' ? `/submissions/${id}` : addressOfSubmission({ id, participant })} className="mono">
                {id.slice(0, 8)}
                <span className="visually-hidden">{id.slice(8)}</span>
              </Link>
            </p>
            {isReceipt(answer) ? <CountsFigures counts={answer.counts} /> : <p>{t('submissions.beingStored')}</p>}
          </div>
        )
      })}
      {left > 0 && <p>{t('submissions.leftOver', { count: left })}</p>}
      <div className="row panel-foot">
        <Button onClick={again}>{t('submissions.another')}</Button>
        <Link to="/submissions">{t('submissions.backToList')}</Link>
      </div>
    </Panel>
  )
}
