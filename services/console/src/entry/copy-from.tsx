import type { Entity } from '@huijiao/standard/browser'
import { Button, Input } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import type { Data } from './judge.ts'

const masked = '***'

/** What can be taken over of a record: what is masked is left for the person to write. */
export interface Copied {
  readonly recordId: string
  readonly entity: string
  readonly values: Data
}

/** @throws ApiError */
export async function copyOf(recordId: string): Promise<Copied> {
  const { entity, inForce, head } = (await call('get', '/admin/v1/records/{recordId}', { path: { recordId } })) as unknown as {
    entity: string
    inForce: { data?: Data } | null
    head: { data?: Data } | null
  }
  const values = Object.fromEntries(Object.entries((inForce ?? head)?.data ?? {}).filter(([, value]) => value !== masked))
  return { recordId, entity, values }
}

/** Takes over the fields of a record of the same table. */
export function CopyFrom({ entity, first, onCopy }: { entity: Entity; first: Copied | null; onCopy: (data: Data) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const taken = (copied: Copied) =>
    copied.entity === entity.code ? t('entry.copied', { count: Object.keys(copied.values).length }) : t('entry.copyOtherTable')
  const [recordId, setRecordId] = useState(first?.recordId ?? '')
  const [said, setSaid] = useState<string | null>(() => (first === null ? null : taken(first)))
  const [error, setError] = useState<ApiError | null>(null)
  const copy = async (wanted: string) => {
    setSaid(null)
    setError(null)
    try {
      const copied = await copyOf(wanted.trim())
      if (copied.entity === entity.code) onCopy(copied.values)
      setSaid(taken(copied))
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setError(failure)
    }
  }
  return (
    <div className="field">
      <label htmlFor={`${id}-copy`}>{t('entry.copyFrom')}</label>
      <span className="row nowrap">
        <Input
          id={`${id}-copy`}
          value={recordId}
          placeholder={t('entry.copyHint')}
          onChange={({ target }) => setRecordId(target.value)}
          onPressEnter={() => void copy(recordId)}
        />
        <Button onClick={() => void copy(recordId)} disabled={recordId.trim() === ''}>
          {t('entry.copy')}
        </Button>
      </span>
      <output className="muted small">{said}</output>
      {error !== null && <ProblemView problem={error.problem} />}
    </div>
  )
}
