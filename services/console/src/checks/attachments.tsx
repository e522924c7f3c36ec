import { App, Button, Input } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf } from '../api/client.ts'
import { useApi, useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type PageOf } from '../parts/data-table.tsx'
import { Digest } from '../parts/digest.tsx'
import { ChoiceFilter, Filters } from '../parts/filters.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { useListState } from '../parts/list-state.ts'
import { Facts, type Meaning, Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { AttachmentRow } from './types.ts'

const meanings: Readonly<Record<AttachmentRow['scan']['state'], Meaning>> = { none: 'good', found: 'bad', unscanned: 'warn' }

/** Attachments in which identity numbers were found, or that could not be read: a person looks, and says so. */
export function AttachmentChecks() {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const list = useListState(['scan', 'checked'])
  const checked = list.filters.checked ?? 'false'
  const page = useApi('/admin/v1/attachments', { query: { ...list.query, checked } as never }, { keep: true })
  const check = useSend('post', '/admin/v1/attachments/{digest}/check', ['/admin/v1/attachments'])
  const [asked, setAsked] = useState<AttachmentRow | null>(null)
  const mayCheck = may('POST', '/attachments/:digest/check')
  return (
    <Panel>
      <div className="page">
        <p className="muted">{t('checks.attachments.text')}</p>
        <Filters filtered={list.filtered} onClear={list.clear}>
          <ChoiceFilter
            label={t('checks.state')}
            value={checked}
            withoutAll
            onChange={(value) => list.set({ checked: value === 'false' ? undefined : value })}
            options={['false', 'true'].map((value) => ({ value, label: t(`checks.attachments.checked.${value}`) }))}
          />
          <ChoiceFilter
            label={t('checks.attachments.found')}
            value={list.filters.scan}
            onChange={(scan) => list.set({ scan })}
            options={(['found', 'unscanned', 'none'] as const).map((value) => ({ value, label: t(`checks.attachments.scan.${value}`) }))}
          />
        </Filters>
        <DataTable<AttachmentRow>
          label={t('checks.tabs.attachments')}
          page={page as unknown as PageOf<AttachmentRow>}
          list={list}
          rowKey={(row) => row.digest}
          empty={
            <Empty title={t('checks.attachments.none')}>
              <p>{t('checks.attachments.noneText')}</p>
            </Empty>
          }
          expand={(row) => <Detail row={row} />}
          columns={[
            { key: 'digest', title: t('checks.attachments.digest'), head: true, render: (row) => <Digest value={row.digest} /> },
            {
              key: 'found',
              title: t('checks.attachments.found'),
              render: (row) => (
                <span className="tagged">
                  <StateTag meaning={meanings[row.scan.state]}>{t(`checks.attachments.scan.${row.scan.state}`)}</StateTag>
                  <span>{i18n.language === 'en' ? row.scan.en?.detail : row.scan.detail}</span>
                </span>
              ),
            },
            { key: 'type', title: t('checks.attachments.type'), render: (row) => <span className="break">{row.mediaType}</span> },
            { key: 'bytes', title: t('checks.attachments.bytes'), align: 'right', render: (row) => bytesText(row.bytes) },
            { key: 'uses', title: t('checks.attachments.uses'), align: 'right', render: (row) => numberText(row.uses) },
            { key: 'at', title: t('checks.attachments.at'), render: (row) => <Time at={row.scannedAt} ago /> },
            {
              key: 'do',
              title: t('checks.do'),
              render: (row) =>
                mayCheck && row.scan.checked === null && row.scan.state !== 'none' ? (
                  <Button size="small" onClick={() => setAsked(row)}>
                    {t('checks.attachments.check')}
                  </Button>
                ) : null,
            },
          ]}
        />
      </div>
      <Confirm
        open={asked !== null}
        reason
        title={t('checks.attachments.check')}
        busy={check.isPending}
        error={check.error}
        onOk={(reason) =>
          check.mutate(
            { path: { digest: asked?.digest ?? '' }, body: { reason } as never },
            {
              onSuccess: () => {
                setAsked(null)
                void message.success(t('checks.attachments.done'))
              },
            },
          )
        }
        onCancel={() => setAsked(null)}
      >
        <p>{t('checks.attachments.checkText')}</p>
      </Confirm>
    </Panel>
  )
}

/** The file itself, for a purpose that is written down; what a person said of it. */
function Detail({ row }: { row: AttachmentRow }) {
  const { t } = useTranslation()
  const id = useId()
  const [purpose, setPurpose] = useState('')
  const { checked } = row.scan
  const isGiven = purpose.trim().length >= 2
  return (
    <div className="page">
      <div className="field">
        <label htmlFor={id}>{t('checks.attachments.purpose')}</label>
        <span className="row">
          <Input id={id} value={purpose} maxLength={200} style={{ maxWidth: 420 }} onChange={({ target }) => setPurpose(target.value)} />
          <Button
            disabled={!isGiven}
            {...(isGiven
              ? {
                  href: addressOf('/admin/v1/attachments/{digest}', {
                    path: { digest: row.digest.replace('sha-256:', '') },
                    query: { purpose: purpose.trim() },
                  }),
                }
              : {})}
          >
            {t('common.download')}
          </Button>
        </span>
        <p className="muted small">{t('checks.attachments.purposeText')}</p>
      </div>
      {checked !== null && (
        <Facts
          rows={[
            [t('checks.settledAt'), <Time key="at" at={checked.at} />],
            [t('checks.settledBy'), <Actor key="by" actor={checked.by} />],
            [t('common.reason'), checked.reason],
          ]}
        />
      )}
    </div>
  )
}
