import type { ProblemDocument } from '@huijiao/problem/browser'
import { AutoComplete, Button, Progress, Upload } from 'antd'
import { type Dispatch, type SetStateAction, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, type ProblemBody } from '../api/problem.ts'
import { Digest } from '../parts/digest.tsx'
import { bytesText } from '../parts/format.ts'
import { Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { acceptedFiles, type Attached, attachmentAt, handIn, kindOf, mediaTypeOf } from './attachment.ts'
import { newId } from '../submissions/send.ts'

/** A file on its way, or one that the node did not take. */
interface OnTheWay {
  readonly key: string
  readonly name: string
  readonly share: number
  readonly problem: ProblemBody | null
}

/** Evidence of a record: handed in at once, digested in the page, named in the record by what it is and by its digest. */
export function Attachments({
  kinds,
  usual,
  value,
  problems,
  onChange,
}: {
  /** What may be attached to such a record; others may be written. */
  kinds: readonly string[]
  /** What it mostly is; absent: what the file's name says. */
  usual?: string
  value: readonly Attached[]
  /** Of the record; those about attachments are told here. */
  problems: readonly ProblemDocument[]
  onChange: Dispatch<SetStateAction<readonly Attached[]>>
}) {
  const { t } = useTranslation()
  const [sending, setSending] = useState<readonly OnTheWay[]>([])
  const abort = useRef<AbortController | null>(null)
  useEffect(() => () => abort.current?.abort(), [])
  const change = (key: string, to: Partial<OnTheWay> | null) =>
    setSending((before) => before.flatMap((one) => (one.key !== key ? [one] : to === null ? [] : [{ ...one, ...to }])))

  const send = async (file: File) => {
    const key = newId()
    const refuse = (problem: ProblemBody) => change(key, { problem })
    setSending((before) => [...before, { key, name: file.name, share: 0, problem: null }])
    if (mediaTypeOf(file.name) === null) return refuse(ofThePage('kind-of-file'))
    abort.current ??= new AbortController()
    try {
      const stored = await handIn(file, (share) => change(key, { share }), abort.current.signal)
      onChange((before) =>
        before.some((one) => one.digest === stored.digest) ? before : [...before, { kind: usual ?? kindOf(file.name), ...stored }],
      )
      change(key, null)
    } catch (failure) {
      if (failure instanceof ApiError) refuse(failure.problem)
      else if (!(failure instanceof DOMException && failure.name === 'AbortError')) refuse(ofThePage('file-unreadable'))
    }
  }
  return (
    <Panel title={t('entry.attach.title')} extra={<span className="muted small">{t('entry.attach.text')}</span>}>
      <ul className="cards">
        {value.map((one, at) => (
          <OneAttached
            key={one.digest}
            kinds={kinds}
            attached={one}
            problems={problems.filter((problem) => attachmentAt(problem) === at)}
            onKind={(kind) => onChange((before) => before.map((other) => (other.digest === one.digest ? { ...other, kind } : other)))}
            onRemove={() => onChange((before) => before.filter((other) => other.digest !== one.digest))}
          />
        ))}
        {sending.map((one) => (
          <li key={one.key} className="card-row stack">
            <span className="row">
              <strong className="break">{one.name}</strong>
              {one.problem !== null && (
                <Button size="small" onClick={() => change(one.key, null)}>
                  {t('entry.attach.dismiss')}
                  <span className="visually-hidden"> {one.name}</span>
                </Button>
              )}
            </span>
            {one.problem === null ? (
              <Progress percent={Math.round(one.share * 100)} status="active" aria-label={`${t('entry.attach.sending')} ${one.name}`} />
            ) : (
              <ProblemView problem={one.problem} />
            )}
          </li>
        ))}
      </ul>
      {value.length + sending.length === 0 && <p className="muted">{t('entry.attach.none')}</p>}
      <div className="panel-foot">
        <Upload
          accept={acceptedFiles}
          multiple
          showUploadList={false}
          beforeUpload={(file) => {
            void send(file)
            return false
          }}
        >
          <Button>{t('entry.attach.add')}</Button>
        </Upload>
        <p className="muted small">{t('entry.attach.kinds')}</p>
      </div>
    </Panel>
  )
}

function OneAttached({
  kinds,
  attached,
  problems,
  onKind,
  onRemove,
}: {
  kinds: readonly string[]
  attached: Attached
  problems: readonly ProblemDocument[]
  onKind: (kind: string) => void
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const { scan } = attached
  return (
    <li className="card-row stack">
      <div className="row attached">
        <strong className="break">{attached.name}</strong>
        <span className="muted number">{bytesText(attached.bytes)}</span>
        <Digest value={attached.digest} />
        <Button size="small" onClick={onRemove}>
          {t('entry.attach.remove')}
          <span className="visually-hidden"> {attached.name}</span>
        </Button>
      </div>
      <div className="field">
        <label htmlFor={id}>{t('entry.attach.kind')}</label>
        <AutoComplete
          id={id}
          value={attached.kind}
          maxLength={50}
          options={kinds.map((kind) => ({ value: kind, label: kind }))}
          aria-invalid={problems.length > 0}
          {...(problems.length > 0 ? { status: 'error' as const } : {})}
          onChange={(kind: string) => onKind(kind)}
        />
      </div>
      {scan !== undefined && scan.state !== 'none' && (
        <p className={`notice ${scan.state === 'found' ? 'bad' : 'warn'}`}>{i18n.language === 'en' ? scan.en.detail : scan.detail}</p>
      )}
      {problems.map((problem) =>
        // What is wrong with the list itself is said in one sentence; only what the node found needs explaining.
        problem.code === 'record-malformed' ? (
          <p key={problem.pointer} className="problem-line bad">
            <b>{i18n.language === 'en' ? problem.en.detail : problem.detail}</b>
          </p>
        ) : (
          <ProblemView key={`${problem.code} ${problem.pointer}`} problem={problem as never} quiet />
        ),
      )}
    </li>
  )
}

/** What the page itself says, in the form in which the node would. */
function ofThePage(what: 'kind-of-file' | 'file-unreadable'): ProblemBody {
  const words = {
    'kind-of-file': {
      zh: ['不能作为附件', '从文件名看不是可接收的种类', '可用 PDF、OFD、JPG、PNG、TIFF、DOCX、XLSX'],
      en: ['It cannot be attached', 'By its name it is of no kind that is taken', 'Use PDF, OFD, JPG, PNG, TIFF, DOCX or XLSX'],
    },
    'file-unreadable': {
      zh: ['文件读不出来', '浏览器未能读取此文件', '文件可能已移走或被占用，请重新选择'],
      en: ['The file cannot be read', 'The browser could not read it', 'It may have been moved or be in use; choose it again'],
    },
  }[what]
  const [title = '', detail = '', hint = ''] = words.zh
  const [titleEn = '', detailEn = '', hintEn = ''] = words.en
  return { type: 'about:blank', code: what, title, detail, hint, retryable: true, en: { title: titleEn, detail: detailEn, hint: hintEn } }
}
