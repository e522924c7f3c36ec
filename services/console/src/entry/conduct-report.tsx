import type { ProblemDocument } from '@huijiao/problem/browser'
import type { Release } from '@huijiao/standard/browser'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import { useDeferredValue, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { call } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { useWho } from '../api/session.tsx'
import { clockText } from '../parts/format.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import type { Receipt } from '../submissions/model.ts'
import { ResponsibleFields } from '../submissions/responsible.tsx'
import { keepResponsible, keptResponsible, sendRecords } from '../submissions/send.ts'
import { conductParts, type ConductParts, conductReport, formField, recordsOfReport } from './conduct.ts'
import { type Draft, useSaveDraft } from './drafts.ts'
import { type Data, fieldOf, isError, judge } from './judge.ts'
import { emptyForm, ErrorSummary, type FormState, FormSections } from './record-form.tsx'
import { ResultPanel } from './result.tsx'
import '../submissions/submissions.css'
import './entry.css'

/** The reporting form of 2007 as one page: the company and what it did, from which two records are made. */
export default function ConductReport() {
  const { t } = useTranslation()
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
        <PageHeader title={t('entry.report')} />
        {release.data === undefined ? <Fetched query={release}>{() => null}</Fetched> : <Fetched query={draft}>{() => null}</Fetched>}
      </div>
    )
  if (conductParts(release.data, true) === null) return <Empty title={t('entry.notFound')} />
  return <Report key={draftId} release={release.data} begun={draft.data} />
}

/** What is wrong with the two records, told at the fields of the one form; what both say is told once. */
function problemsOf(release: Release, parts: ConductParts, data: Data, withCompany: boolean): ProblemDocument[] {
  const found = new Map<string, ProblemDocument>()
  for (const record of recordsOfReport(parts, data, withCompany)) {
    const entity = release.entities.get(record.entity)
    if (entity === undefined) continue
    for (const problem of judge(release, entity, record.data ?? {})) {
      const code = fieldOf(problem)
      const field = code === null ? null : formField(parts, record.entity, code)
      const moved = (path: string) => (code === null ? path : path.replace(`/data/${code}`, `/data/${field}`))
      const own: ProblemDocument = {
        ...problem,
        pointer: moved(problem.pointer ?? ''),
        ...(problem.fix === undefined ? {} : { fix: problem.fix.map((one) => ({ ...one, path: moved(one.path) })) }),
      }
      found.set(`${own.code} ${own.pointer}`, found.get(`${own.code} ${own.pointer}`) ?? own)
    }
  }
  return [...found.values()]
}

function Report({ release, begun }: { release: Release; begun: Draft | null }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const who = useWho()
  const navigate = useNavigate()
  const client = useQueryClient()
  const account = who.operator?.operatorId ?? ''
  const [withCompany, setWithCompany] = useState(begun?.content.more?.['withCompany'] !== false)
  const parts = useMemo(() => conductParts(release, withCompany) as ConductParts, [release, withCompany])
  const [state, setState] = useState<FormState>({ ...emptyForm, data: begun?.content.data ?? {} })
  const [responsible, setResponsible] = useState(() => keptResponsible(account, who.operator?.displayName ?? ''))
  const [draft, setDraft] = useState<Draft | null>(begun)
  const [saved, setSaved] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [refused, setRefused] = useState<Receipt | null>(null)
  const [busy, setBusy] = useState(false)
  const top = useRef<HTMLDivElement>(null)
  const save = useSaveDraft()
  const data = useDeferredValue(state.data)
  const problems = useMemo(() => problemsOf(release, parts, data, withCompany), [release, parts, data, withCompany])

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
    return (
      !problemsOf(release, parts, state.data, withCompany).some(isError) && responsible.unit.trim() !== '' && responsible.name.trim() !== ''
    )
  }
  const submit = () => {
    if (!check()) return
    void attempt(async () => {
      keepResponsible(account, responsible)
      const answer = (await sendRecords(release.id, responsible, recordsOfReport(parts, state.data, withCompany))) as Receipt
      if ((answer.counts.refused ?? 0) > 0) setRefused(answer)
      else {
        if (draft !== null) await call('delete', '/admin/v1/drafts/{draftId}', { path: { draftId: draft.draftId } }).catch(() => undefined)
        setReceipt(answer)
        setRefused(null)
        await client.invalidateQueries({ predicate: ({ queryKey }) => /submissions|drafts/.test(String(queryKey[0])) })
      }
      setTimeout(() => top.current?.focus(), 0)
    })
  }
  const keepDraft = () =>
    void attempt(async () => {
      const title = [state.data['CorpName'], state.data['PunishNumber']].filter((one) => typeof one === 'string').join(' ')
      const made = await save(
        { release: release.id, entity: conductReport, title, content: { data: { ...state.data }, more: { withCompany } } },
        draft,
      )
      setDraft(made)
      setSaved(clockText(made.updatedAt))
    })
  const begin = (kept: Data) => {
    setReceipt(null)
    setRefused(null)
    setDraft(null)
    setSaved(null)
    setState({ ...emptyForm, data: kept })
  }
  if (receipt !== null)
    return (
      <div className="page" ref={top} tabIndex={-1}>
        <PageHeader title={t('entry.report')} />
        <ResultPanel receipt={receipt} release={release} onNext={() => begin({})} onSimilar={() => begin(state.data)} />
      </div>
    )
  return (
    <div className="page">
      <PageHeader
        title={t('entry.report')}
        text={t('entry.reportText')}
        actions={<Button onClick={() => void navigate('/entry')}>{t('common.back')}</Button>}
      />
      <p className="notice warn">{t('entry.inferredForm')}</p>
      <div ref={top} tabIndex={-1} className="result stack">
        {state.all && (
          <ErrorSummary
            prefix={id}
            entity={{ ...parts.form, fields: parts.sections.flatMap(({ fields }) => fields) }}
            problems={problems}
          />
        )}
        {refused !== null && (
          <ResultPanel receipt={refused} release={release} onNext={() => begin({})} onSimilar={() => setRefused(null)} />
        )}
        {error !== null && <ProblemView problem={error.problem} />}
      </div>
      <FormSections
        prefix={id}
        release={release}
        sections={parts.sections}
        state={state}
        problems={problems}
        titles={(name) => t(`entry.step.${name}`)}
        onlyMandatory={false}
        marks={false}
        onChange={setState}
      />
      <Panel title={t('entry.produce.title')}>
        <div className="stack">
          <div>
            <Checkbox checked={withCompany} onChange={({ target }) => setWithCompany(target.checked)}>
              {nameIn(i18n.language, parts.company)} · {t('entry.produce.company')}
            </Checkbox>
            <p className="muted small">{t('entry.produce.companyHint')}</p>
          </div>
          <Checkbox checked disabled>
            {nameIn(i18n.language, parts.conduct)} · {t('entry.produce.conduct')}
          </Checkbox>
        </div>
      </Panel>
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
    </div>
  )
}
