import type { Release } from '@huijiao/standard/browser'
import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode, useMemo, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { call } from '../api/client.ts'
import type { ApiError } from '../api/problem.ts'
import { useWho } from '../api/session.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Fetched } from '../parts/states.tsx'
import { useRelease, useReleases } from '../standard/release.ts'
import { type Copied, copyOf } from './copy-from.tsx'
import type { Draft } from './drafts.ts'
import { type Begin, formOf, unsentOf } from './unsent.ts'

/** What every form begins with: a release of the standard, and the draft or the record to copy that the address names. */
export function Begun({
  title,
  children,
}: {
  title: string
  /** The form; `begun` is null where nothing was kept, `copied` where nothing is to be copied. */
  children: (release: Release, begun: Begin | null, copied: Copied | null) => ReactNode
}) {
  const [params] = useSearchParams()
  const { usual, query: releases } = useReleases()
  const who = useWho()
  const { pathname, key } = useLocation()
  const [round, setRound] = useState(0)
  const recordId = params.get('copy')
  const account = who.operator?.operatorId ?? ''
  // The address itself, of which the router was not told: a form that was saved as a draft, and whose session ended, begins with that draft again. Looked at
  // when the page is come to, not while the form is filled in.
  const [draftId, unsent] = useMemo(() => {
    const id = new URLSearchParams(window.location.search).get('draft')
    return [id, unsentOf(account, formOf(id, pathname, recordId))]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` and `round` say when to look again
  }, [account, pathname, recordId, key, round])
  const wanted = params.get('release') ?? usual
  const release = useRelease(wanted)
  const draft = useQuery<Draft | null, ApiError>({
    queryKey: ['draft', draftId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () =>
      draftId === null ? null : ((await call('get', '/admin/v1/drafts/{draftId}', { path: { draftId } })) as unknown as Draft),
  })
  const copied = useQuery<Copied | null, ApiError>({
    queryKey: ['copy', recordId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => (recordId === null ? null : await copyOf(recordId)),
  })
  if (release.data !== undefined && draft.data !== undefined && copied.data !== undefined)
    return (
      <Fragment key={round}>
        {unsent === null
          ? children(release.data, draft.data === null ? null : { content: draft.data.content, draft: draft.data }, copied.data)
          : children(release.data, { ...unsent, anew: () => setRound(round + 1) }, null)}
      </Fragment>
    )
  // Without the list of releases nobody knows which one to ask for.
  const waiting = [wanted === undefined ? releases : release, draft, copied].find((one) => one.error !== null) ?? release
  return (
    <div className="page">
      <PageHeader title={title} />
      <Fetched query={{ ...waiting, data: undefined }}>{() => null}</Fetched>
    </div>
  )
}
