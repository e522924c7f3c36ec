import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { type Dictionary, type Field, noteIn, type Release, type ReleaseDocument, releaseOf } from '@huijiao/standard/browser'
import { send } from '../api/client.ts'
import { useApi } from '../api/hooks.ts'
import type { ApiError } from '../api/problem.ts'

/**
 * A release of the standard as this node serves it, ready to judge by: the page's validators are the node's own. Fetched once; the node's
 * validator (ETag) makes a second fetch of the same revision free.
 */
export function useRelease(id: string | undefined, revision?: number): UseQueryResult<Release, ApiError> {
  return useQuery<Release, ApiError>({
    queryKey: ['release', id, revision ?? null],
    enabled: id !== undefined,
    staleTime: 10 * 60_000,
    gcTime: 30 * 60_000,
    // A release is a document with maps in it: comparing two of them member by member is work for nothing.
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const address = `/v1/standards/${encodeURIComponent(id as string)}${revision === undefined ? '' : `?revision=${revision}`}`
      const answer = await send('GET', address, { signal, headers: { accept: 'application/json' } })
      return releaseOf((await answer.json()) as ReleaseDocument)
    },
  })
}

/** As the route says it. */
interface ListedRelease extends Omit<ReleaseHead, 'nameZh' | 'nameEn'> {
  readonly name: string
  readonly en: { readonly name: string }
}

/** The releases that count at this node, and the one that forms begin with: the newest national one. */
export function useReleases() {
  const query = useApi('/v1/standards', {}, { staleMs: 60_000 })
  const listed = (query.data as { releases?: readonly ListedRelease[] } | undefined)?.releases ?? []
  const releases: readonly ReleaseHead[] = listed.map(({ name, en, ...one }) => ({ ...one, nameZh: name, nameEn: en.name }))
  const national = releases.filter((one) => one.basedOn === null || one.basedOn === undefined)
  const usual = [...national].sort((a, b) => (a.id < b.id ? 1 : -1))[0]?.id ?? releases[0]?.id
  return { query, releases, usual }
}

/** What the list of releases says of one. */
export interface ReleaseHead {
  readonly id: string
  readonly revision: number
  readonly nameZh: string
  readonly nameEn: string
  readonly basedOn?: { readonly id: string; readonly revision: number } | null
  readonly digest: string
  readonly since?: string
  readonly issuer?: string
}

/** A name in the language of the page. */
export const nameIn = (language: string, one: { readonly nameZh: string; readonly nameEn: string }): string =>
  language === 'en' ? one.nameEn : one.nameZh

/** A note of the standard in the language of the page; what nobody has translated stays as it is. */
export const noteText = (language: string, text: string): string => noteIn(language === 'en' ? 'en' : 'zh', text).text

/** Several notes of one thing, one after the other. */
export const notesText = (language: string, texts: readonly string[]): string =>
  texts.map((text) => noteText(language, text)).join(language === 'en' ? '; ' : '；')

/** Marks of what no official text states, carried along wherever a field or a table is shown. */
export const isInferred = (one: { readonly provenance: readonly string[] }): boolean => one.provenance.length > 0

export function dictionaryOf(release: Release, field: Field): Dictionary | undefined {
  const code = field.dictionary ?? field.list
  return code === undefined ? undefined : release.dictionaries.get(code)
}
