import { useQueryClient } from '@tanstack/react-query'
import { Button, Progress, Select, Upload } from 'antd'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Release } from '@huijiao/standard/browser'
import { ApiError } from '../api/problem.ts'
import { useWho } from '../api/session.tsx'
import { bytesText, numberText } from '../parts/format.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Loading } from '../parts/states.tsx'
import { unsentOf, useUnsent } from '../entry/unsent.ts'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import { MendGrid } from './mend-grid.tsx'
import { isReady, mendedRecord, type MendRow, rowsOf } from './mend.ts'
import type { DryRun, Receipt } from './model.ts'
import { CountsFigures } from './parts.tsx'
import { ProblemGroups } from './problem-groups.tsx'
import { ResponsibleFields } from './responsible.tsx'
import {
  answerOf,
  download,
  dryRunOf,
  type FileToSend,
  isRowFile,
  keepResponsible,
  keptResponsible,
  type Responsible,
  sendRecords,
  uploadFile,
} from './send.ts'
import { EntitySelect, type Sent, SentPanel } from './upload-parts.tsx'
import './submissions.css'

/** What is kept of the page when it is left with something that was not sent. */
interface Left {
  readonly file: File | null
  readonly standard: string | undefined
  readonly entity: string | undefined
  readonly responsible: Responsible
  readonly judged: DryRun | null
  readonly rows: readonly MendRow[]
  readonly sent: readonly Sent[]
}
const form = 'upload'

/** Hand in a file: judged first and nothing stored, refused rows mended here, then sent. */
export default function UploadPage() {
  const { t, i18n } = useTranslation()
  const who = useWho()
  const client = useQueryClient()
  const id = useId()
  const { releases, usual, query } = useReleases()
  const account = who.operator?.operatorId ?? ''
  const [before] = useState(() => unsentOf<Left>(account, form))
  const [restored, setRestored] = useState(before !== null)
  const [file, setFile] = useState<File | null>(before?.file ?? null)
  const [standard, setStandard] = useState<string | undefined>(before?.standard)
  const [entity, setEntity] = useState<string | undefined>(before?.entity)
  const [responsible, setResponsible] = useState(() => before?.responsible ?? keptResponsible(account, who.operator?.displayName ?? ''))
  const [asked, setAsked] = useState(false)
  const [share, setShare] = useState<number | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [judged, setJudged] = useState<DryRun | null>(before?.judged ?? null)
  const [rows, setRows] = useState<readonly MendRow[]>(before?.rows ?? [])
  const [sent, setSent] = useState<readonly Sent[]>(before?.sent ?? [])
  useUnsent<Left>(
    account,
    form,
    { file, standard, entity, responsible, judged, rows, sent },
    judged !== null && (sent.length === 0 || rows.length > 0),
  )
  const abort = useRef<AbortController | null>(null)
  const heading = useRef<HTMLDivElement>(null)
  const failure = useRef<HTMLDivElement>(null)
  const chosen = standard ?? usual
  const release = useRelease(judged?.standard ?? chosen)
  useEffect(() => () => abort.current?.abort(), [])
  // The button stands below a long list: what became of it is brought to whoever pressed it.
  useEffect(() => {
    if (error !== null) failure.current?.scrollIntoView({ block: 'center' })
  }, [error])
  // The result is read from its beginning, also by who cannot see that it has come.
  useEffect(() => {
    if (judged !== null || sent.length > 0) heading.current?.focus()
  }, [judged, sent])

  const isComplete = (given: File) => !isRowFile(given.name) || (responsible.unit.trim() !== '' && responsible.name.trim() !== '')
  const what = (given = file): FileToSend | null => {
    setAsked(true)
    if (given === null || chosen === undefined || !isComplete(given)) return null
    keepResponsible(account, responsible)
    return { file: given, standard: chosen, ...(entity === undefined ? {} : { entity }), responsible }
  }
  const working = async (work: (signal: AbortSignal) => Promise<void>) => {
    abort.current = new AbortController()
    setError(null)
    setShare(0)
    try {
      await work(abort.current.signal)
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure)
      else if (!(failure instanceof DOMException && failure.name === 'AbortError')) throw failure
    } finally {
      setShare(null)
    }
  }
  const judge = (file?: File) => {
    const given = what(file)
    if (given === null) return
    void working(async (signal) => {
      const answer = await dryRunOf(await uploadFile(given, { dryRun: true, progress: setShare, signal }))
      const known = release.data ?? (await release.refetch()).data
      setSent([])
      setJudged(answer)
      setRows(known === undefined ? [] : rowsOf(known, answer))
    })
  }
  const marked = () => {
    const given = what()
    if (given === null) return
    void working(async (signal) => {
      const name = given.file.name.replace(/\.[^.]+$/, '')
      download(
        await uploadFile(given, { dryRun: true, format: 'xlsx', progress: setShare, signal }),
        `${name}-${t('submissions.markedName')}.xlsx`,
      )
    })
  }
  const good =
    judged === null ? 0 : Object.entries(judged.counts).reduce((sum, [name, count]) => sum + (name === 'refused' ? 0 : (count ?? 0)), 0)
  const ready = useMemo(
    () => (release.data === undefined ? [] : rows.filter((row) => isReady(release.data as Release, row))),
    [release.data, rows],
  )
  const alreadySent = sent.some((one) => one.what === 'file')
  const hand = () => {
    const given = what()
    if (given === null || judged === null || release.data === undefined) return
    void working(async (signal) => {
      const done: Sent[] = [...sent]
      if (good > 0 && !alreadySent) {
        done.push({ what: 'file', answer: await answerOf(await uploadFile(given, { dryRun: false, progress: setShare, signal })) })
        setSent([...done])
      }
      if (ready.length > 0) {
        const receipt = (await sendRecords(judged.standard, responsible, ready.map(mendedRecord))) as Receipt
        done.push({ what: 'mended', answer: receipt })
        const refused = new Map(
          (receipt.records ?? []).filter((one) => one.outcome === 'refused').map((one) => [ready[one.index]?.index, one.problems ?? []]),
        )
        const handled = new Set(ready.map((row) => row.index))
        // What was refused again stays, with what the node said of it.
        setRows(
          rows
            .filter((row) => !handled.has(row.index) || refused.has(row.index))
            .map((row) => (refused.has(row.index) ? { ...row, record: mendedRecord(row), fromNode: refused.get(row.index) ?? [] } : row)),
        )
        setSent(done)
      }
      await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/admin/v1/submissions') })
    })
  }
  /** What was found of it holds for the release and the table that it was judged by. */
  const unjudge = () => {
    setJudged(null)
    setRows([])
    setSent([])
    setError(null)
    setRestored(false)
  }
  const again = () => {
    unjudge()
    setFile(null)
    setAsked(false)
  }
  const options = releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))
  const busy = share !== null
  return (
    <div className="page">
      <PageHeader title={t('submissions.uploadTitle')} text={t('submissions.uploadText')} />
      {restored && (
        <output className="notice row">
          <span>{t('submissions.unsent')}</span>
          <Button size="small" onClick={again}>
            {t('entry.beginAnew')}
          </Button>
        </output>
      )}
      <Panel title={t('submissions.step.choose')}>
        <div className="fields">
          <div className="field wide">
            <Upload.Dragger
              accept=".xlsx,.csv,.xml,.ndjson,.jsonl,.json,.tsv,.txt"
              multiple={false}
              showUploadList={false}
              disabled={busy}
              beforeUpload={(next) => {
                again()
                setFile(next)
                // Nothing is stored by looking: where nothing is left to say, it is judged at once.
                if (isComplete(next)) judge(next)
                return false
              }}
            >
              <p>
                <strong>{file === null ? t('submissions.dropHere') : file.name}</strong>
              </p>
              <p className="muted">
                {file === null ? t('submissions.kinds') : `${bytesText(file.size)} · ${t('submissions.chooseOther')}`}
              </p>
            </Upload.Dragger>
            {asked && file === null && (
              <div className="problem-line bad" role="alert">
                {t('submissions.noFile')}
              </div>
            )}
          </div>
          <div className="field">
            <label htmlFor={`${id}-standard`}>{t('submissions.standard')}</label>
            <Select
              id={`${id}-standard`}
              value={chosen ?? null}
              options={options}
              loading={query.isPending}
              disabled={busy || sent.length > 0}
              onChange={(next) => {
                setStandard(next ?? undefined)
                unjudge()
              }}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-entity`}>{t('submissions.entityOfFile')}</label>
            <EntitySelect
              id={`${id}-entity`}
              release={release.data}
              value={entity}
              disabled={busy || sent.length > 0}
              onChange={(next) => {
                setEntity(next)
                unjudge()
              }}
            />
            <div className="muted small">{t('submissions.entityHint')}</div>
          </div>
        </div>
        <ResponsibleFields value={responsible} onChange={setResponsible} missing={asked && file !== null && isRowFile(file.name)} />
        <div className="row panel-foot">
          <Button type={judged === null ? 'primary' : 'default'} onClick={() => judge()} disabled={busy}>
            {t('submissions.tryFirst')}
          </Button>
          {busy && <Button onClick={() => abort.current?.abort()}>{t('common.cancel')}</Button>}
          <Link to="/standard?tab=templates">{t('submissions.templates')}</Link>
        </div>
        {busy && (
          <div>
            <Progress percent={Math.round((share ?? 0) * 100)} status="active" aria-label={t('submissions.progress')} />
            <output className="muted">{(share ?? 0) < 1 ? t('submissions.uploading') : t('submissions.judging')}</output>
          </div>
        )}
        {error !== null && (
          <div ref={failure}>
            <ProblemView problem={error.problem} />
          </div>
        )}
      </Panel>
      {judged !== null && (
        <section ref={heading} tabIndex={-1} className="page result" aria-label={t('submissions.result')}>
          {sent.length > 0 && <SentPanel sent={sent} again={again} left={rows.length} />}
          {(sent.length === 0 || rows.length > 0) && (
            <>
              {sent.length === 0 && (
                <Panel title={t('submissions.step.result')} extra={<span className="muted">{t('submissions.nothingStored')}</span>}>
                  <CountsFigures counts={judged.counts} judgedOnly />
                  {judged.groups.length === 0 ? (
                    <p className="notice good">{t('submissions.allGood')}</p>
                  ) : (
                    <ProblemGroups groups={judged.groups} />
                  )}
                  {(judged.counts.refused ?? 0) > 0 && file !== null && isRowFile(file.name) && (
                    <div className="row panel-foot">
                      <Button onClick={marked} disabled={busy}>
                        {t('submissions.downloadMarked')}
                      </Button>
                    </div>
                  )}
                </Panel>
              )}
              {rows.length > 0 &&
                (release.data === undefined ? (
                  <Loading />
                ) : (
                  <>
                    <h2>{t('submissions.step.mend', { count: rows.length })}</h2>
                    {(judged.counts.refused ?? 0) > (judged.asRead?.length ?? 0) && (
                      <p className="notice warn">
                        {t('submissions.mend.first', {
                          shown: numberText(judged.asRead?.length ?? 0),
                          all: numberText(judged.counts.refused ?? 0),
                        })}
                      </p>
                    )}
                    <MendGrid
                      release={release.data}
                      rows={rows}
                      onChange={setRows}
                      onRemove={(index) => setRows(rows.filter((row) => row.index !== index))}
                    />
                  </>
                ))}
              <div className="send-bar no-print">
                <span aria-live="polite">
                  {t('submissions.toSend', {
                    good: numberText(alreadySent ? 0 : good),
                    mended: numberText(ready.length),
                    left: numberText(rows.length - ready.length),
                  })}
                </span>
                <Button type="primary" onClick={hand} disabled={busy || (ready.length === 0 && (alreadySent || good === 0))}>
                  {t('submissions.send')}
                </Button>
              </div>
            </>
          )}
        </section>
      )}
    </div>
  )
}
