import type { ProblemDocument } from '@huijiao/problem/browser'
import type { Entity, Release } from '@huijiao/standard/browser'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input } from 'antd'
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { call } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { useWho } from '../api/session.tsx'
import { clockText } from '../parts/format.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Fetched, Loading } from '../parts/states.tsx'
import { isInferred, nameIn, useRelease, useReleases } from '../standard/release.ts'
import type { Receipt } from '../submissions/model.ts'
import { ResponsibleFields } from '../submissions/responsible.tsx'
import { keepResponsible, keptResponsible, newId, sendRecords } from '../submissions/send.ts'
import { type Draft, useSaveDraft } from './drafts.ts'
import { type Data, isError, judge, sectionsOf } from './judge.ts'
import { emptyForm, ErrorSummary, type FormState, FormSections } from './record-form.tsx'
import { ResultPanel } from './result.tsx'
import '../submissions/submissions.css'
import './entry.css'

/** One record of one table. */
export default function EntryForm() {
  const { t } = useTranslation()
  const { entity: code = '' } = useParams()
  const [params] = useSearchParams()
  const { usual } = useReleases()
  const draftId = params.get('draft')
  const release = useRelease(params.get('release') ?? usual)
  const draft = useQuery<Draft | null, ApiError>({
    queryKey: ['draft', draftId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () =>
      draftId === null ? null : ((await call('get', '/admin/v1/drafts/{draftId}', { path: { draftId } })) as unknown as Draft),
  })
  if (release.data === undefined || draft.data === undefined)
    return (
      <div className="page">
        <PageHeader title={t('entry.title')} />
        {release.data === undefined ? <Fetched query={release}>{() => null}</Fetched> : <Fetched query={draft}>{() => null}</Fetched>}
      </div>
    )
  const entity = release.data.entities.get(code)
  if (entity === undefined) return <Empty title={t('entry.notFound')} />
  return <Form key={`${code} ${draftId}`} release={release.data} entity={entity} begun={draft.data} />
}

const newSourceId = (): string => `LR-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${newId().slice(0, 8)}`

/** What a draft is called: the first name in it. */
const titleOf = (entity: Entity, data: Data): string => {
  const name = entity.fields.find(
    (field) => field.code.endsWith('Name') && field.privacy === 'open' && typeof data[field.code] === 'string',
  )
  return String(data[name?.code ?? ''] ?? data[entity.key[0] ?? ''] ?? '')
}

function Form({ release, entity, begun }: { release: Release; entity: Entity; begun: Draft | null }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const who = useWho()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const account = who.operator?.operatorId ?? ''
  const [state, setState] = useState<FormState>({ ...emptyForm, data: begun?.content.data ?? {} })
  const [sourceId, setSourceId] = useState(begun?.content.sourceId ?? newSourceId())
  const [responsible, setResponsible] = useState(() => keptResponsible(account, who.operator?.displayName ?? ''))
  const [onlyMandatory, setOnlyMandatory] = useState(false)
  const [draft, setDraft] = useState<Draft | null>(begun)
  const [saved, setSaved] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [fromNode, setFromNode] = useState<{ readonly data: Data; readonly problems: readonly ProblemDocument[] } | null>(null)
  const [busy, setBusy] = useState(false)
  const top = useRef<HTMLDivElement>(null)
  const save = useSaveDraft()
  const sections = useMemo(() => sectionsOf(entity), [entity])
  const data = useDeferredValue(state.data)
  const judged = useMemo(() => judge(release, entity, data), [release, entity, data])
  // What only the node can find stands until something is changed.
  const problems =
    fromNode !== null && fromNode.data === data
      ? [...judged, ...fromNode.problems.filter((one) => !judged.some((own) => own.code === one.code && own.pointer === one.pointer))]
      : judged
  const mandatory = entity.fields.filter((field) => field.mandatory && field.kind !== 'attachment')
  const filled = mandatory.filter((field) => state.data[field.code] !== undefined).length

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const check = (): boolean => {
    setState((before) => ({ ...before, all: true }))
    setTimeout(() => top.current?.focus(), 0)
    return !judge(release, entity, state.data).some(isError) && responsible.unit.trim() !== '' && responsible.name.trim() !== ''
  }
  const submit = () => {
    if (!check()) return
    void attempt(async () => {
      keepResponsible(account, responsible)
      const answer = (await sendRecords(release.id, responsible, [{ entity: entity.code, sourceId, data: state.data }])) as Receipt
      const outcome = answer.records?.[0]
      if (outcome?.outcome === 'refused') setFromNode({ data: state.data, problems: outcome.problems ?? [] })
      else {
        if (draft !== null) await call('delete', '/admin/v1/drafts/{draftId}', { path: { draftId: draft.draftId } }).catch(() => undefined)
        setDraft(null)
        setReceipt(answer)
        await client.invalidateQueries({ predicate: ({ queryKey }) => /submissions|drafts/.test(String(queryKey[0])) })
      }
      setTimeout(() => top.current?.focus(), 0)
    })
  }
  const keepDraft = () =>
    void attempt(async () => {
      const made = await save(
        { release: release.id, entity: entity.code, title: titleOf(entity, state.data), content: { data: { ...state.data }, sourceId } },
        draft,
      )
      setDraft(made)
      setSaved(clockText(made.updatedAt))
      const next = new URLSearchParams(params)
      next.set('draft', made.draftId)
      client.setQueryData(['draft', made.draftId], made)
      window.history.replaceState(window.history.state, '', `?${next}`)
    })
  const begin = (kept: Data) => {
    setReceipt(null)
    setFromNode(null)
    setDraft(null)
    setSaved(null)
    setSourceId(newSourceId())
    setState({ ...emptyForm, data: kept })
    setParams({ release: release.id }, { replace: true })
  }
  const copied = (values: Data) => setState((before) => ({ ...before, data: { ...before.data, ...values } }))

  if (receipt !== null)
    return (
      <div className="page" ref={top} tabIndex={-1}>
        <PageHeader title={nameIn(i18n.language, entity)} />
        <ResultPanel receipt={receipt} release={release} onNext={() => begin({})} onSimilar={() => begin(state.data)} />
      </div>
    )
  return (
    <div className="page">
      <PageHeader
        title={nameIn(i18n.language, entity)}
        text={
          <>
            {entity.code} · {t('entry.release')} {release.id}
            {isInferred(entity) && (
              <>
                {' '}
                <span className="tag" title={t('entry.inferredHint', { text: entity.provenance.join('; ') })}>
                  {t('entry.inferred')}
                </span>
              </>
            )}
          </>
        }
        actions={<Button onClick={() => void navigate('/entry')}>{t('common.back')}</Button>}
      />
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
          <CopyFrom entity={entity} first={params.get('copy')} onCopy={copied} />
          <Checkbox checked={onlyMandatory} onChange={({ target }) => setOnlyMandatory(target.checked)}>
            {t('entry.onlyMandatory')}
          </Checkbox>
          <span className="muted number">{t('entry.filled', { done: filled, all: mandatory.length })}</span>
        </div>
      </Panel>
      <div ref={top} tabIndex={-1} className="result">
        {state.all && <ErrorSummary prefix={id} entity={entity} problems={problems} />}
        {error !== null && <ProblemView problem={error.problem} />}
      </div>
      <FormSections
        prefix={id}
        release={release}
        sections={sections}
        state={state}
        problems={problems}
        titles={(name) => t(`entry.sections.${name}`)}
        onlyMandatory={onlyMandatory}
        onChange={setState}
      />
      <Panel>
        <ResponsibleFields value={responsible} onChange={setResponsible} missing={state.all} />
      </Panel>
      <div className="send-bar no-print">
        <span role="status">{saved === null ? '' : t('entry.draftSaved', { at: saved })}</span>
        <span className="row">
          <Button onClick={keepDraft} disabled={busy}>
            {t('entry.saveDraft')}
          </Button>
          <Button onClick={() => void check()} disabled={busy}>
            {t('entry.checkNow')}
          </Button>
          <Button type="primary" onClick={submit} disabled={busy}>
            {t('entry.submit')}
          </Button>
        </span>
      </div>
      {busy && <Loading />}
    </div>
  )
}

const masked = '***'

/** Takes over the fields of a record of the same table; what is masked is left for the person to write. */
function CopyFrom({ entity, first, onCopy }: { entity: Entity; first: string | null; onCopy: (data: Data) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [recordId, setRecordId] = useState(first ?? '')
  const [said, setSaid] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const copy = async (wanted: string) => {
    setSaid(null)
    setError(null)
    try {
      const record = (await call('get', '/admin/v1/records/{recordId}', { path: { recordId: wanted.trim() } })) as unknown as {
        entity: string
        inForce: { data?: Record<string, unknown> } | null
        head: { data?: Record<string, unknown> } | null
      }
      if (record.entity !== entity.code) {
        setSaid(t('entry.copyOtherTable'))
        return
      }
      const values = Object.fromEntries(Object.entries((record.inForce ?? record.head)?.data ?? {}).filter(([, value]) => value !== masked))
      onCopy(values)
      setSaid(t('entry.copied', { count: Object.keys(values).length }))
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setError(failure)
    }
  }
  const begun = useRef(false)
  useEffect(() => {
    if (first === null || begun.current) return
    begun.current = true
    void copy(first)
  })
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
      <div role="status" className="muted small">
        {said}
      </div>
      {error !== null && <ProblemView problem={error.problem} />}
    </div>
  )
}
