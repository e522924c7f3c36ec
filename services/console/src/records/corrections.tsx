import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Digest } from '../parts/digest.tsx'
import { instantText } from '../parts/format.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { useFieldNames } from '../policy/named.tsx'
import { NewCorrection, staleAfterCorrection } from './new-correction.tsx'
import type { CorrectionRow, FieldShown, RecordShown, VersionShown } from './types.ts'
import { said, Value } from './values.tsx'
import '../submissions/submissions.css'

/** Corrections of this record, made at this node; made and ended here. */
export function CorrectionsPart({ record }: { record: RecordShown }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const [asked, setAsked] = useState<'correct' | 'end' | null>(null)
  const rows = record.correctionsHere
  const standing = rows.find((row) => row.ended === null)
  const mayCorrect = may('POST', '/records/:recordId/corrections') && record.inForce !== null
  const mayEnd = may('POST', '/records/:recordId/corrections/end') && standing !== undefined
  if (rows.length === 0 && !mayCorrect) return null
  return (
    <Panel
      title={t('records.corrections.title')}
      extra={
        <span className="row no-print">
          {mayEnd && <Button onClick={() => setAsked('end')}>{t('records.corrections.end')}</Button>}
          {mayCorrect && <Button onClick={() => setAsked('correct')}>{t('records.corrections.correct')}</Button>}
        </span>
      }
    >
      {rows.length === 0 ? (
        <p className="muted">{t('records.corrections.none')}</p>
      ) : (
        <div className="page">
          {standing !== undefined && <CorrectionFacts row={standing} />}
          {rows
            .filter((row) => row.ended !== null)
            .map((row) => (
              <details key={row.madeAt}>
                <summary>
                  {t('records.corrections.endedOf', { at: instantText(row.madeAt, false) })} {row.reason}
                </summary>
                <CorrectionFacts row={row} />
              </details>
            ))}
        </div>
      )}
      {asked === 'correct' && <NewCorrection record={record} onEnd={() => setAsked(null)} />}
      <EndCorrection recordId={asked === 'end' ? record.recordId : null} onEnd={() => setAsked(null)} />
    </Panel>
  )
}

/** One correction: what each of its fields said before and says by it, who made it and why, and how it ended. */
export function CorrectionFacts({ row }: { row: CorrectionRow }) {
  const { t } = useTranslation()
  const { may } = useSession()
  return (
    <div className="page">
      <Sides row={row} />
      <Facts
        rows={[
          [
            t('checks.state'),
            <StateTag key="state" meaning={row.ended === null ? 'good' : 'quiet'}>
              {t(`records.corrections.states.${row.ended === null ? 'standing' : 'ended'}`)}
            </StateTag>,
          ],
          [t('common.reason'), row.reason],
          [t('records.corrections.madeAt'), <Time key="at" at={row.madeAt} />],
          [t('records.corrections.actor'), <Actor key="by" actor={row.actor} />],
          [t('records.corrections.corrects'), <Digest key="digest" value={row.corrects} />],
          row.ended === null ? null : [t('records.corrections.endedAt'), <Time key="ended" at={row.ended.at} />],
          row.ended?.actor == null ? null : [t('records.corrections.endedBy'), <Actor key="ender" actor={row.ended.actor} />],
          row.ended?.reason == null
            ? null
            : [t('records.corrections.endReason'), row.ended.reason === 'replaced' ? t('records.corrections.replaced') : row.ended.reason],
        ]}
      />
      {may('GET', '/conflicts') && (
        <p>
          <Link to={`/checks?tab=conflicts&record=${row.recordId}`}>{t('records.corrections.conflicts')}</Link>
        </p>
      )}
    </div>
  )
}

/** Field by field: what the source says, and what counts by the correction. */
function Sides({ row }: { row: CorrectionRow }) {
  const { t } = useTranslation()
  const nameOf = useFieldNames()
  const query = useApi('/admin/v1/records/{recordId}/versions', { path: { recordId: row.recordId } })
  return (
    <Fetched query={query}>
      {(data) => {
        const { versions } = data as unknown as { versions: readonly VersionShown[] }
        const before = versions.find((one) => one.commitment === row.corrects)
        // A correction and its version are stored at one instant.
        const after = versions.find((one) => one.storedAt === row.madeAt && one !== before)
        const valueIn = (version: VersionShown | undefined, code: string): FieldShown | undefined =>
          version?.fields.find((field) => field.code === code)
        return (
          <Scroll label={`${t('records.corrections.title')} ${instantText(row.madeAt)}`}>
            <table className="table stacked">
              <thead>
                <tr>
                  <th scope="col">{t('records.field')}</th>
                  <th scope="col">{t('records.corrections.before')}</th>
                  <th scope="col">{t('records.corrections.after')}</th>
                </tr>
              </thead>
              <tbody>
                {row.fields.map((code) => {
                  const field = valueIn(after, code) ?? valueIn(before, code)
                  return (
                    <tr key={code}>
                      <th scope="row">
                        {field === undefined ? nameOf(code, [row.entity]) : said(field)} <code className="muted">{code}</code>
                      </th>
                      <td data-label={t('records.corrections.before')}>
                        <Side field={valueIn(before, code)} />
                      </td>
                      <td data-label={t('records.corrections.after')}>
                        <Side field={valueIn(after, code)} />
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </Scroll>
        )
      }}
    </Fetched>
  )
}

function Side({ field }: { field: FieldShown | undefined }) {
  const { t } = useTranslation()
  return field === undefined || (field.hidden !== true && (field.value === undefined || field.value === null)) ? (
    <span className="muted">{t('checks.conflicts.absent')}</span>
  ) : (
    <Value field={field} />
  )
}

/** Ends the correction that stands on a record; open while a record is given. */
export function EndCorrection({ recordId, onEnd }: { recordId: string | null; onEnd: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const send = useSend('post', '/admin/v1/records/{recordId}/corrections/end', staleAfterCorrection)
  const close = () => {
    send.reset()
    onEnd()
  }
  return (
    <Confirm
      open={recordId !== null}
      reason
      danger
      title={t('records.corrections.end')}
      busy={send.isPending}
      error={send.error}
      onOk={(reason) =>
        send.mutate(
          { path: { recordId: recordId ?? '' }, body: { reason } },
          {
            onSuccess: () => {
              close()
              void message.success(t('records.corrections.endDone'))
            },
          },
        )
      }
      onCancel={close}
    >
      <p>{t('records.corrections.endText')}</p>
    </Confirm>
  )
}
