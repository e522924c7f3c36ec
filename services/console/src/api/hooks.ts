import { QueryClient, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { personIsHere } from './activity.ts'
import { type Answer, type BodyOf, call, type Given, type Method, type PathOf, type QueryOf } from './client.ts'
import { ApiError } from './problem.ts'

/** Fewer questions than the library asks by itself: a problem of the caller is not asked again. */
export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
      mutations: { retry: false },
    },
  })

export interface Asking {
  readonly enabled?: boolean
  /** Ask again after so many milliseconds, while somebody is at the page. */
  readonly everyMs?: number | undefined
  /** Go on showing the page before while the next one is fetched. */
  readonly keep?: boolean
  readonly staleMs?: number
}

/** What a GET route answers, kept by path and parameters: `useApi('/admin/v1/links/{name}', { path: { name } })`. */
export function useApi<P extends PathOf<'get'>>(
  path: P,
  given: { path?: Given<P, 'get'>['path']; query?: Given<P, 'get'>['query'] } = {},
  { enabled, everyMs, keep, staleMs }: Asking = {},
): UseQueryResult<Answer<P>, ApiError> {
  const query = useQuery<Answer<P>, ApiError>({
    queryKey: [path, given.path ?? {}, given.query ?? {}],
    queryFn: ({ signal }) => call('get', path, { ...given, signal } as Given<P, 'get'>),
    ...(enabled === undefined ? {} : { enabled }),
    ...(staleMs === undefined ? {} : { staleTime: staleMs }),
    ...(keep ? { placeholderData: (before) => before } : {}),
  })
  const { refetch } = query
  useEffect(() => {
    if (everyMs === undefined || enabled === false) return
    const timer = setInterval(() => personIsHere() && void refetch(), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, enabled, refetch])
  return query
}

/** What the page does with an answer. */
export interface Heard<T> {
  readonly onSuccess?: (answer: T) => void
  readonly onError?: (error: ApiError) => void
}

/**
 * A change: `const pause = useSend('post', '/admin/v1/links/{name}/pause', ['/admin/v1/links'])`, then `pause.mutate({ path: { name }, body: { reason } })`.
 * @param stale paths whose answers are asked for again afterwards (with everything below them)
 */
export function useSend<M extends Exclude<Method, 'get'>, P extends PathOf<M>>(method: M, path: P, stale: readonly string[] = []) {
  const client = useQueryClient()
  type Change = Pick<Given<P, M>, 'path' | 'body' | 'query' | 'headers'>
  // The library calls nobody whose component has gone, and it may go first: the page asks by itself every few seconds, and is told that nothing is open any
  // more. Whoever decided is told all the same.
  const { mutate, ...sending } = useMutation<Answer<P, M>, ApiError, { readonly change: Change; readonly heard: Heard<Answer<P, M>> }>({
    mutationFn: ({ change }) => call(method, path, change as Given<P, M>),
    onError: (error, { heard }) => heard.onError?.(error),
    onSuccess: async (answer, { heard }) => {
      heard.onSuccess?.(answer)
      await Promise.all(
        stale.map((prefix) => client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith(prefix) })),
      )
    },
  })
  const send = useCallback((change: Change, heard: Heard<Answer<P, M>> = {}) => mutate({ change, heard }), [mutate])
  return { ...sending, mutate: send }
}

export type { Answer, BodyOf, QueryOf }
