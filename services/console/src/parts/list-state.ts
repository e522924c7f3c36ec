import { useCallback, useMemo } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'

export interface ListState<Name extends string> {
  /** The filters that stand in the address; absent ones are undefined. */
  readonly filters: { readonly [K in Name]?: string | undefined }
  /** What a list route is asked for: the filters, the page's cursor. */
  readonly query: { readonly [K in Name | 'cursor']?: string | undefined }
  readonly filtered: boolean
  /** Sets some filters (undefined or '' takes one away) and goes back to the first page. */
  set(change: { readonly [K in Name]?: string | undefined }): void
  clear(): void
  readonly page: { readonly isFirst: boolean; first(): void; back(): void; on(next: string): void }
}

/**
 * Filters and place of a list, kept in the address, so that a page can be sent to a colleague and the browser's own Back works.
 * @param names the filters this list knows; whatever else stands in the address is left alone
 */
export function useListState<Name extends string>(names: readonly Name[]): ListState<Name> {
  const [params, setParams] = useSearchParams()
  const location = useLocation()
  const navigate = useNavigate()
  const key = names.join(' ')
  const filters = useMemo(
    () => Object.fromEntries(key.split(' ').map((name) => [name, params.get(name) ?? undefined])) as ListState<Name>['filters'],
    [params, key],
  )
  const cursor = params.get('cursor') ?? undefined
  const depth = (location.state as { depth?: number } | null)?.depth ?? 0

  const change = useCallback(
    (work: (next: URLSearchParams) => void, state: object = {}) => {
      const next = new URLSearchParams(params)
      work(next)
      setParams(next, { state })
    },
    [params, setParams],
  )
  return {
    filters,
    query: { ...filters, ...(cursor === undefined ? {} : { cursor }) } as ListState<Name>['query'],
    filtered: Object.values(filters).some((value) => value !== undefined),
    set: (values) =>
      change((next) => {
        next.delete('cursor')
        for (const [name, value] of Object.entries(values) as [string, string | undefined][])
          if (value === undefined || value === '') next.delete(name)
          else next.set(name, value)
      }),
    clear: () =>
      change((next) => {
        for (const name of [...key.split(' '), 'cursor']) next.delete(name)
      }),
    page: {
      isFirst: cursor === undefined,
      first: () => change((next) => next.delete('cursor')),
      back: () => (depth > 0 ? void navigate(-1) : change((next) => next.delete('cursor'))),
      on: (cursorOfNext) => change((next) => next.set('cursor', cursorOfNext), { depth: depth + 1 }),
    },
  }
}
