import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type Answer, call, sessionListeners, keepCsrfToken } from './client.ts'
import { ApiError } from './problem.ts'

export type Role = 'administrator' | 'operator' | 'clerk' | 'viewer'
export type Who = Answer<'/admin/v1/session'>

/** `loading`: not asked yet; `out`: nobody; `in`: somebody, who may still have duties. */
export type SessionState =
  | { readonly state: 'loading' }
  | { readonly state: 'out'; readonly ended: boolean; readonly error: ApiError | null }
  | { readonly state: 'in'; readonly who: Who }

export interface Session {
  readonly current: SessionState
  /** Takes over what a sign-in, or a change of password, answered. */
  take(who: Who): void
  /** Asks the node again who this is: after a duty was done. */
  refresh(): Promise<void>
  /** Looks whether the session is still on, without using it. */
  refreshQuietly(): Promise<void>
  signOut(): Promise<void>
  /** Whether a route of the admin API is this account's: `may('POST', '/links/:name/pause')`. */
  may(method: string, route: string): boolean
  /** When the session ends for want of use; moved on with every answer. */
  readonly idleAt: () => number | null
}

const SessionContext = createContext<Session | null>(null)

/** Asks the node whose session this is; null where nobody's is. @throws ApiError */
async function askWho(): Promise<Who | null> {
  const { signedIn } = await call('get', '/admin/v1/session/state')
  return signedIn ? await call('get', '/admin/v1/session') : null
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [current, setCurrent] = useState<SessionState>({ state: 'loading' })
  const idle = useRef<{ at: number; afterMs: number } | null>(null)

  const last = useRef<string | undefined>(undefined)
  const take = useCallback(
    (who: Who) => {
      // A session that ended in the middle of a page leaves what was fetched for it: nothing of that is shown to another account.
      const account = who.operator?.operatorId
      if (last.current !== undefined && last.current !== account) client.clear()
      last.current = account
      keepCsrfToken(who.csrf ?? null)
      idle.current = who.idleAt == null ? null : { at: Date.parse(who.idleAt), afterMs: Math.max(0, Date.parse(who.idleAt) - Date.now()) }
      setCurrent({ state: 'in', who })
    },
    [client],
  )
  const leave = useCallback(
    (ended: boolean, error: ApiError | null = null) => {
      keepCsrfToken(null)
      idle.current = null
      client.clear()
      setCurrent({ state: 'out', ended, error })
    },
    [client],
  )
  const refresh = useCallback(
    () =>
      askWho().then(
        (who) => (who === null ? leave(false) : take(who)),
        (error: unknown) => leave(false, error instanceof ApiError && error.status !== 401 ? error : null),
      ),
    [take, leave],
  )

  const refreshQuietly = useCallback(async () => {
    const state = await call('get', '/admin/v1/session/state').catch(() => null)
    if (state !== null && !state.signedIn) leave(true)
    else if (state?.idleAt != null && idle.current !== null) idle.current.at = Date.parse(state.idleAt)
  }, [leave])

  useEffect(() => {
    void refresh()
  }, [refresh])
  useEffect(() => {
    sessionListeners.ended = () => setCurrent((before) => (before.state === 'in' ? { state: 'out', ended: true, error: null } : before))
    sessionListeners.used = () => {
      if (idle.current !== null) idle.current.at = Date.now() + idle.current.afterMs
    }
    return () => {
      sessionListeners.ended = () => {}
      sessionListeners.used = () => {}
    }
  }, [])

  const session = useMemo<Session>(() => {
    const rights = new Set(current.state === 'in' ? (current.who.rights ?? []).map(({ method, route }) => `${method} ${route}`) : [])
    return {
      current,
      take,
      refresh,
      may: (method, route) => rights.has(`${method} ${route}`),
      idleAt: () => idle.current?.at ?? null,
      refreshQuietly,
      async signOut() {
        await call('delete', '/admin/v1/session').catch(() => {})
        leave(false)
      },
    }
  }, [current, take, refresh, refreshQuietly, leave])
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('no SessionProvider around this')
  return session
}

/** The signed-in account; only inside pages, which are shown to nobody else. */
export function useWho(): Who {
  const { current } = useSession()
  if (current.state !== 'in') throw new Error('nobody is signed in')
  return current.who
}
