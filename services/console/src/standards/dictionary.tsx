import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Select, Upload } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { Dictionary, Release } from '@huijiao/standard/browser'
import { send } from '../api/client.ts'
import { ApiError, type ProblemBody } from '../api/problem.ts'
import { bytesText, numberText } from '../parts/format.ts'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Fetched, Loading } from '../parts/states.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import { Changes } from './dictionary-change.tsx'
import { InForce } from './dictionary-done.tsx'
import { faultsOf, SaidFields } from './dictionary-said.tsx'
import {
  addressOfReplacement,
  changesNothing,
  type FileSaid,
  mediaTypeOf,
  nothingSaid,
  type Proposed,
  type Replaced,
} from './dictionary-types.ts'
import { Faults } from './load.tsx'
import type { Fault } from './types.ts'
import '../standard/standard.css'
import './dictionary.css'

/** Replaces a dictionary by an official file: choose it, fetch it as it is, hand in the file, see every fault and every change, and have it count. */
export default function ReplaceDictionaryPage() {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [params, setParams] = useSearchParams()
  const { releases, usual } = useReleases()
  const chosen = params.get('release') ?? usual
  const release = useRelease(chosen)
  const code = params.get('dictionary')
  const [given, setGiven] = useState<Given | null>(null)
  const [done, setDone] = useState<Replaced | null>(null)
  const set = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(change))
      if (value === null) next.delete(name)
      else next.set(name, value)
    setParams(next, { replace: true })
  }
  const options = [...(release.data?.dictionaries.values() ?? [])].map((one) => ({
    value: one.code,
    label: `${nameIn(i18n.language, one)} ${one.code}`,
    words: `${one.nameZh} ${one.nameEn} ${one.code}`.toLowerCase(),
  }))
  const dictionary = release.data?.dictionaries.get(code ?? '')
  const choose = (file: File) => {
    setGiven((before) => ({ file, at: (before?.at ?? 0) + 1 }))
    // The template is called after its dictionary.
    const named = [...(release.data?.dictionaries.keys() ?? [])].find((one) => file.name.toUpperCase().startsWith(`${one.toUpperCase()}-`))
    if (named !== undefined && named !== code) set({ dictionary: named })
  }
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/standards">{t('standards.back')}</Link>
      </p>
      <PageHeader title={t('dictionary.page')} text={t('dictionary.text')} />
      <Panel title={t('dictionary.step.choose')}>
        <div className="fields">
          <div className="field">
            <label htmlFor={`${id}-release`}>{t('standard.release')}</label>
            <Select
              id={`${id}-release`}
              value={chosen ?? null}
              options={releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))}
              disabled={done !== null}
              onChange={(next) => set({ release: next, dictionary: null })}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-dictionary`}>{t('dictionary.which')}</label>
            <Select
              id={`${id}-dictionary`}
              showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
              placeholder={t('dictionary.whichHint')}
              value={code}
              options={options}
              popupMatchSelectWidth={false}
              disabled={done !== null}
              onChange={(next) => set({ dictionary: next })}
            />
          </div>
        </div>
        <Fetched query={release}>
          {(known) =>
            dictionary === undefined ? (
              <Empty title={t('standard.chooseDictionary')}>
                <p>{t('dictionary.chooseText')}</p>
              </Empty>
            ) : (
              <Now release={known} dictionary={dictionary} />
            )
          }
        </Fetched>
      </Panel>
      {done !== null && dictionary !== undefined ? (
        <InForce done={done} dictionary={dictionary} />
      ) : (
        <>
          <Panel title={t('dictionary.step.upload')}>
            <ChooseFile given={given} onFile={choose} />
            {given !== null && dictionary === undefined && (
              <output className="notice panel-foot block">{t('dictionary.chooseFirst')}</output>
            )}
          </Panel>
          {release.data !== undefined && dictionary !== undefined && given !== null && (
            <Replace key={`${chosen} ${dictionary.code}`} release={release.data} dictionary={dictionary} given={given} onDone={setDone} />
          )}
        </>
      )}
    </div>
  )
}

interface Given {
  readonly file: File
  /** Tells one choice of a file from the next, also of a file of the same name. */
  readonly at: number
}

/** Where the file is chosen; what it is called is a fair title for it, unless it is the template's name. */
function ChooseFile({ given, onFile }: { given: Given | null; onFile: (file: File) => void }) {
  const { t } = useTranslation()
  return (
    <div className="field wide">
      <Upload.Dragger
        accept=".xlsx,.csv"
        multiple={false}
        showUploadList={false}
        beforeUpload={(file) => {
          onFile(file)
          return false
        }}
      >
        <p>
          <strong>{given === null ? t('submissions.dropHere') : given.file.name}</strong>
        </p>
        <p className="muted">
          {given === null ? t('dictionary.kindsOfFile') : `${bytesText(given.file.size)} · ${t('submissions.chooseOther')}`}
        </p>
      </Upload.Dragger>
      {given !== null && mediaTypeOf(given.file.name) === undefined && (
        <div className="problem-line bad" role="alert">
          {t('dictionary.wrongFile')}
        </div>
      )}
    </div>
  )
}

/** The dictionary as it counts now, to fetch and change. */
function Now({ release, dictionary }: { release: Release; dictionary: Dictionary }) {
  const { t, i18n } = useTranslation()
  const users = [...release.entities.values()].flatMap((entity) =>
    entity.fields
      .filter((field) => field.dictionary === dictionary.code || field.list === dictionary.code)
      .map((field) => `${nameIn(i18n.language, entity)} · ${nameIn(i18n.language, field)}`),
  )
  const { source } = dictionary
  return (
    <>
      <Facts
        rows={[
          [
            t('dictionary.now'),
            <span key="now" className="row">
              {t('dictionary.codesNow', { name: `${release.id} r${release.revision}`, count: numberText(dictionary.codes.size) })}
              <StateTag meaning={dictionary.complete ? 'good' : 'warn'}>
                {t(dictionary.complete ? 'standard.complete' : 'standard.incomplete')}
              </StateTag>
            </span>,
          ],
          [t('dictionary.unlisted'), t(dictionary.closed ? 'dictionary.refused' : 'dictionary.noted')],
          source === undefined ? null : [t('dictionary.source'), [source.title, source.reference, source.date].filter(Boolean).join(' · ')],
          [t('dictionary.usedBy'), users.length === 0 ? t('common.none') : users.join(i18n.language === 'en' ? '; ' : '；')],
        ]}
      />
      <div className="row panel-foot no-print">
        <Button
          href={`/v1/standards/${encodeURIComponent(release.id)}/templates/${encodeURIComponent(dictionary.code)}.xlsx`}
          download={`${dictionary.code}-${release.id}.xlsx`}
        >
          {t('dictionary.download')}
        </Button>
        <Link to={`/standard?release=${encodeURIComponent(release.id)}&tab=dictionaries&dictionary=${encodeURIComponent(dictionary.code)}`}>
          {t('dictionary.look')}
        </Link>
      </div>
    </>
  )
}

/** The name of a file without its ending; nothing for the template, which is called after its dictionary. */
const titleOf = (file: string, code: string): string =>
  file.toUpperCase().startsWith(code.toUpperCase()) ? '' : file.replace(/\.[^.]+$/, '')

const nowMs = () => Date.now()
const today = () => new Date(nowMs() + 8 * 3_600_000).toISOString().slice(0, 10)

function Replace({
  release,
  dictionary,
  given,
  onDone,
}: {
  release: Release
  dictionary: Dictionary
  given: Given
  onDone: (done: Replaced) => void
}) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [typed, setSaid] = useState<FileSaid>(() => ({ ...nothingSaid, complete: dictionary.complete, lastDay: today() }))
  /** When somebody last wanted to go on: from then on it is shown what is missing. */
  const [askedAt, setAskedAt] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const said = { ...typed, title: typed.title ?? titleOf(given.file.name, dictionary.code) }
  const mediaType = mediaTypeOf(given.file.name)
  const post = async (act: 'check' | 'replace', signal?: AbortSignal) => {
    const { file } = given
    const address = addressOfReplacement({ release: release.id, code: dictionary.code, file: file.name, said, act })
    return await send('POST', address, {
      body: file,
      headers: { 'content-type': mediaType as string },
      ...(signal === undefined ? {} : { signal }),
    })
  }
  // What changes the outcome, and nothing else: the name of the file's title does not.
  const { complete, keepGone, lastDay } = said
  const check = useQuery<Proposed, ApiError>({
    queryKey: ['dictionary-check', release.id, release.revision, dictionary.code, given.at, complete, keepGone, lastDay],
    enabled: mediaType !== undefined && !(keepGone && lastDay === null),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async ({ signal }) => (await (await post('check', signal)).json()) as Proposed,
  })
  const replace = async () => {
    const now = nowMs()
    setAskedAt(now)
    if (Object.keys(faultsOf(said, now)).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.field [aria-invalid="true"]')?.focus())
      return
    }
    setBusy(true)
    setError(null)
    try {
      onDone((await (await post('replace')).json()) as Replaced)
      void message.success(t('dictionary.replaced'))
      await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).includes('/standards') })
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Panel title={t('dictionary.step.say')}>
        <SaidFields said={said} onChange={setSaid} faults={askedAt === null ? {} : faultsOf(said, askedAt)} />
      </Panel>
      <section aria-live="polite" className="page">
        {check.isFetching && <Loading what={t('dictionary.checking')} />}
        {!check.isFetching && check.error !== null && <Wrong problem={check.error.problem} />}
        {!check.isFetching && check.data !== undefined && mediaType !== undefined && (
          <>
            <Changes key={given.at} proposed={check.data} />
            {error !== null && <Wrong problem={error.problem} />}
            <div className="send-bar no-print">
              <span>{t('dictionary.follows', { name: `${check.data.release} r${check.data.revision}` })}</span>
              <Button type="primary" loading={busy} disabled={changesNothing(check.data)} onClick={() => void replace()}>
                {t('dictionary.replace')}
              </Button>
            </div>
          </>
        )}
      </section>
    </>
  )
}

/** Everything that keeps the file from being taken, row by row; or the one thing that does. */
function Wrong({ problem }: { problem: ProblemBody & { readonly errors?: readonly Fault[] } }) {
  const { t } = useTranslation()
  const { errors } = problem
  return (
    <Panel title={errors === undefined ? t('dictionary.notTaken') : t('dictionary.faults', { count: errors.length })}>
      <ProblemView problem={problem} />
      {errors !== undefined && (
        <div className="panel-foot">
          <Faults faults={errors} />
        </div>
      )}
    </Panel>
  )
}
