import { ApiError, type ProblemBody, unreachable } from './problem.ts'
import type { paths } from './schema.d.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
/** Paths of the OpenAPI document that have this method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths]

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never
type Parameter<O, In extends string> = O extends { parameters: infer A } ? (In extends keyof A ? NonNullable<A[In]> : never) : never
type Json<C> = C extends { content: infer T } ? (T extends Record<string, unknown> ? T[keyof T] : undefined) : undefined
type Answers<O> = O extends { responses: infer R } ? R : never
type Success<R> =
  R extends Record<200, infer A> ? Json<A> : R extends Record<201, infer A> ? Json<A> : R extends Record<202, infer A> ? Json<A> : undefined

/** What a route answers when all is well. */
export type Answer<P extends keyof paths, M extends Method = 'get'> = Success<Answers<Operation<P, M>>>
/** Its body. */
export type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: infer B } ? Json<NonNullable<B>> : undefined
export type QueryOf<P extends keyof paths, M extends Method = 'get'> = Parameter<Operation<P, M>, 'query'>

export interface Given<P extends keyof paths, M extends Method> {
  /** Values of the `{…}` in the path. */
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: { readonly [K in keyof QueryOf<P, M>]?: QueryOf<P, M>[K] | undefined }
  readonly body?: BodyOf<P, M>
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** What the session says must be sent with every change; set by `SessionProvider`. */
let csrf: string | null = null
export function keepCsrfToken(token: string | null): void {
  csrf = token
}
export const csrfToken = (): string | null => csrf

/** Told when a call finds that the session is over, and when a call succeeded (so that the clock of idleness begins anew). */
export const sessionListeners = { ended: (): void => {}, used: (): void => {} }

/** The address of a route with its parameters filled in. */
export function addressOf(path: string, given: { path?: Readonly<Record<string, string | number>>; query?: object } = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = given.path?.[name]
    if (value === undefined) throw new Error(`${path} needs ${name}`)
    return encodeURIComponent(value)
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given.query ?? {}))
    if (value !== undefined && value !== null && value !== '') query.append(name, String(value))
  return query.size === 0 ? filled : `${filled}?${query}`
}

/**
 * One call of the node's HTTP API, typed by its OpenAPI document.
 * @throws ApiError with the node's problem, also where the node cannot be reached
 */
export async function call<M extends Method, P extends PathOf<M>>(method: M, path: P, given: Given<P, M> = {}): Promise<Answer<P, M>> {
  const answer = await send(method.toUpperCase(), addressOf(path as string, given as object), {
    ...(given.body === undefined
      ? {}
      : { body: JSON.stringify(given.body), headers: { 'content-type': 'application/json', ...given.headers } }),
    ...(given.body === undefined && given.headers !== undefined ? { headers: given.headers } : {}),
    ...(given.signal === undefined ? {} : { signal: given.signal }),
  })
  const type = answer.headers.get('content-type') ?? ''
  return (answer.status === 204 ? undefined : type.includes('json') ? await answer.json() : await answer.text()) as Answer<P, M>
}

/** A call whose answer the caller reads itself: files, text, a stream. Sends the token of the session. @throws ApiError */
export async function send(
  method: string,
  address: string,
  init: { body?: RequestInit['body']; headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
): Promise<Response> {
  const changing = method !== 'GET' && method !== 'HEAD'
  let answer: Response
  try {
    answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'application/json', ...(changing && csrf !== null ? { 'x-csrf-token': csrf } : {}), ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, unreachable())
  }
  if (answer.ok) {
    sessionListeners.used()
    return answer
  }
  const problem = await problemIn(answer)
  if (problem.code === 'session-ended' || (answer.status === 401 && problem.code === 'credentials-missing')) sessionListeners.ended()
  throw new ApiError(answer.status, problem, Number(answer.headers.get('retry-after')) || null)
}

async function problemIn(answer: Response): Promise<ProblemBody> {
  try {
    const body = (await answer.json()) as ProblemBody
    if (typeof body.code === 'string') return body
  } catch {
    // as below
  }
  return { ...unreachable(answer.status), status: answer.status }
}
