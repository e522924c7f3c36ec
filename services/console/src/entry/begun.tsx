import type { Release } from '@huijiao/standard/browser'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { call } from '../api/client.ts'
import type { ApiError } from '../api/problem.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Fetched } from '../parts/states.tsx'
import { useRelease, useReleases } from '../standard/release.ts'
import { type Copied, copyOf } from './copy-from.tsx'
import type { Draft } from './drafts.ts'

/** What every form begins with: a release of the standard, and the draft or the record to copy that the address names. */
export function Begun({
  title,
  children,
}: {
  title: string
  /** The form; `begun` is null where nothing was kept, `copied` where nothing is to be copied. */
  children: (release: Release, begun: Draft | null, copied: Copied | null) => ReactNode
}) {
  const [params] = useSearchParams()
  const { usual, query: releases } = useReleases()
  const draftId = params.get('draft')
  const wanted = params.get('release') ?? usual
  const release = useRelease(wanted)
  const draft = useQuery<Draft | null, ApiError>({
    queryKey: ['draft', draftId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () =>
      draftId === null ? null : ((await call('get', '/admin/v1/drafts/{draftId}', { path: { draftId } })) as unknown as Draft),
  })
  const recordId = params.get('copy')
  const copied = useQuery<Copied | null, ApiError>({
    queryKey: ['copy', recordId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => (recordId === null ? null : await copyOf(recordId)),
  })
  if (release.data !== undefined && draft.data !== undefined && copied.data !== undefined)
    return <>{children(release.data, draft.data, copied.data)}</>
  // Without the list of releases nobody knows which one to ask for.
  const waiting = [wanted === undefined ? releases : release, draft, copied].find((one) => one.error !== null) ?? release
  return (
    <div className="page">
      <PageHeader title={title} />
      <Fetched query={{ ...waiting, data: undefined }}>{() => null}</Fetched>
    </div>
  )
}
