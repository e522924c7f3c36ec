import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Dictionary, Release } from '@huijiao/standard/browser'
import { send } from '../api/client.ts'
import { ApiError, type ProblemBody } from '../api/problem.ts'
import { Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Loading } from '../parts/states.tsx'
import { Changes } from './dictionary-change.tsx'
import { faultsOf, SaidFields } from './dictionary-said.tsx'
import {
  addressOfReplacement,
  changesNothing,
  type FileSaid,
  type GivenFile,
  mediaTypeOf,
  nothingSaid,
  type Proposed,
  type Replaced,
} from './dictionary-types.ts'
import { Faults } from './load.tsx'
import type { Fault } from './types.ts'

/** The name of a file without its ending; nothing for the template, which is called after its dictionary. */
const titleOf = (file: string, code: string): string =>
  file.toUpperCase().startsWith(code.toUpperCase()) ? '' : file.replace(/\.[^.]+$/, '')

const nowMs = () => Date.now()
const today = () => new Date(nowMs() + 8 * 3_600_000).toISOString().slice(0, 10)

/** What is said of the file, all that it would change or is wrong with it, and having it count. */
export function Replace({
  release,
  dictionary,
  given,
  onDone,
}: {
  release: Release
  dictionary: Dictionary
  given: GivenFile
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
