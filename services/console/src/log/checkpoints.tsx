import { useTranslation } from 'react-i18next'
import { type Answer, useApi } from '../api/hooks.ts'
import { DataTable } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { numberText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { Time } from '../parts/time.tsx'

type Row = Answer<'/v1/log/checkpoints'>['items'][number]

/** What this node has signed about its log. */
export function Checkpoints() {
  const { t } = useTranslation()
  const list = useListState([])
  const page = useApi('/v1/log/checkpoints', { query: list.query as never }, { keep: true })
  return (
    <div className="page">
      <p className="muted">{t('log.checkpointsText')}</p>
      <DataTable<Row>
        label={t('log.checkpoints')}
        page={page}
        list={list}
        rowKey={({ size }) => String(size)}
        columns={[
          { key: 'size', title: t('log.size'), head: true, render: ({ size }) => numberText(size) },
          { key: 'at', title: t('log.signedAt'), render: ({ signedAt }) => <Time at={signedAt} /> },
          { key: 'root', title: t('log.root'), render: ({ root }) => <Digest value={root} /> },
        ]}
        expand={({ note }) => <pre className="body-text">{note}</pre>}
      />
    </div>
  )
}
