import type { Entity, Release } from '@huijiao/standard/browser'
import { Checkbox, Input } from 'antd'
import { useDeferredValue, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { Panel } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { isInferred, nameIn, notesText } from '../standard/release.ts'
import type { SentRecord } from '../submissions/model.ts'
import { newId } from '../submissions/send.ts'
import { type Attached, named } from './attachment.ts'
import { Attachments } from './attachments.tsx'
import { Begun } from './begun.tsx'
import { type Copied, CopyFrom } from './copy-from.tsx'
import { FillingPage } from './filling-parts.tsx'
import { useFilling } from './filling.ts'
import { type Data, isError, judgeRecord, sectionsOf } from './judge.ts'
import { emptyForm, ErrorSummary, type FormState, FormSections } from './record-form.tsx'
import type { Begin } from './unsent.ts'
import '../submissions/submissions.css'
import './entry.css'

/** One record of one table. */
export default function EntryForm() {
  const { t } = useTranslation()
  const { entity: code = '' } = useParams()
  const [params] = useSearchParams()
  return (
    <Begun title={t('entry.title')}>
      {(release, begun, copied) => {
        const entity = release.entities.get(code)
        if (entity === undefined)
          return (
            <Empty title={t('entry.notFound')}>
              <Link to="/entry">{t('common.back')}</Link>
            </Empty>
          )
        return <Form key={`${code} ${params.get('draft')}`} release={release} entity={entity} begun={begun} copied={copied} />
      }}
    </Begun>
  )
}

/** Begins with the day in Beijing, whatever the computer's zone. */
const newSourceId = (): string =>
  `LR-${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')}-${newId().slice(0, 8)}`

/** What a draft is called: the first name in it. */
const titleOf = (entity: Entity, data: Data): string => {
  const name = entity.fields.find(
    (field) => field.code.endsWith('Name') && field.privacy === 'open' && typeof data[field.code] === 'string',
  )
  return String(data[name?.code ?? ''] ?? data[entity.key[0] ?? ''] ?? '')
}

/** The record that a filled form says. */
const recordOf = (entity: Entity, sourceId: string, data: Data, attachments: readonly Attached[]): SentRecord => ({
  entity: entity.code,
  sourceId,
  data,
  ...named(attachments),
})

function Form({ release, entity, begun, copied }: { release: Release; entity: Entity; begun: Begin | null; copied: Copied | null }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [state, setState] = useState<FormState>({
    ...emptyForm,
    data: { ...begun?.content.data, ...(copied?.entity === entity.code ? copied.values : {}) },
  })
  const [attachments, setAttachments] = useState<readonly Attached[]>(begun?.content.attachments ?? [])
  const [sourceId, setSourceId] = useState(begun?.content.sourceId ?? newSourceId())
  const [onlyMandatory, setOnlyMandatory] = useState(false)
  const sections = useMemo(() => sectionsOf(entity), [entity])
  const kinds = useMemo(() => entity.fields.filter(({ kind }) => kind === 'attachment').map((field) => field.nameZh), [entity])
  const record = useMemo(() => recordOf(entity, sourceId, state.data, attachments), [entity, sourceId, state.data, attachments])
  const filling = useFilling<SentRecord>({
    release,
    begun,
    content: record,
    draftOf: () => ({
      entity: entity.code,
      title: titleOf(entity, state.data),
      content: { data: { ...state.data }, sourceId, attachments },
    }),
    recordsOf: (content) => [content],
    isSound: (content) => !judgeRecord(release, content).some(isError),
  })
  const shown = useDeferredValue(record)
  const judged = useMemo(() => judgeRecord(release, shown), [release, shown])
  // What only the node can find stands until something is changed.
  const fromNode = filling.refused?.content === shown ? (filling.refused.receipt.records?.[0]?.problems ?? []) : []
  const problems = [...judged, ...fromNode.filter((one) => !judged.some((own) => own.code === one.code && own.pointer === one.pointer))]
  const mandatory = entity.fields.filter((field) => field.mandatory && field.kind !== 'attachment')
  const filled = mandatory.filter((field) => state.data[field.code] !== undefined).length
  const begin = (kept: Data) => {
    setSourceId(newSourceId())
    setAttachments([])
    setState({ ...emptyForm, data: kept })
  }
  return (
    <FillingPage
      filling={filling}
      release={release}
      title={nameIn(i18n.language, entity)}
      text={
        <>
          {entity.code} · {t('entry.release')} {release.id}
          {isInferred(entity) && (
            <>
              {' '}
              <span className="tag" title={t('entry.inferredHint', { text: notesText(i18n.language, entity.provenance) })}>
                {t('entry.inferred')}
              </span>
            </>
          )}
        </>
      }
      before={
        <Panel>
          <div className="form-tools">
            <div className="field">
              <label htmlFor={`${id}-source`}>{t('entry.sourceId')}</label>
              <Input
                id={`${id}-source`}
                value={sourceId}
                maxLength={100}
                onChange={({ target }) => setSourceId(target.value)}
                aria-describedby={`${id}-source-hint`}
              />
              <div id={`${id}-source-hint`} className="muted small">
                {t('entry.sourceIdHint')}
              </div>
            </div>
            <CopyFrom
              entity={entity}
              first={copied}
              onCopy={(values) => setState((before) => ({ ...before, data: { ...before.data, ...values } }))}
            />
            <Checkbox checked={onlyMandatory} onChange={({ target }) => setOnlyMandatory(target.checked)}>
              {t('entry.onlyMandatory')}
            </Checkbox>
            <span className="muted number">{t('entry.filled', { done: filled, all: mandatory.length })}</span>
          </div>
        </Panel>
      }
      summary={<ErrorSummary parts={[{ prefix: id, fields: entity.fields, problems }]} />}
      onNext={() => begin({})}
      onSimilar={() => begin(state.data)}
    >
      <FormSections
        prefix={id}
        release={release}
        sections={sections}
        state={state}
        asked={filling.asked}
        problems={problems}
        titles={(name) => t(`entry.sections.${name}`)}
        onlyMandatory={onlyMandatory}
        onChange={setState}
      />
      <Attachments kinds={kinds} value={attachments} problems={problems} onChange={setAttachments} />
    </FillingPage>
  )
}
