import { useCallback, useEffect, useRef } from 'react'
import type { Responsible } from '../submissions/send.ts'
import type { Draft } from './drafts.ts'

/** What a form begins with: a draft as it was saved, or what was typed before and not sent. */
export interface Begin {
  readonly content: Draft['content']
  /** The draft it belongs to, as the node has it; null where none was saved. */
  readonly draft: Draft | null
  readonly responsible?: Responsible
  /** Begins the form without what was typed before; only where it began with that. */
  readonly anew?: () => void
}

/**
 * What was typed and not sent, by form: kept when a form is left by a link, by Back, or because the session ended. In memory only, because it may hold personal
 * data, and of one account only.
 */
const kept = new Map<string, unknown>()
let owner = ''

function ownedBy(account: string): Map<string, unknown> {
  if (owner !== account) kept.clear()
  owner = account
  return kept
}

/** What a form is called here: by its draft, else by its address. */
export const formOf = (draftId: string | null, pathname: string, copy: string | null): string =>
  draftId === null ? `${pathname} ${copy ?? ''}` : `draft ${draftId}`

/** `T` is what `useUnsent` was given for this form. */
export const unsentOf = <T = Begin>(account: string, form: string): T | null => (ownedBy(account).get(form) as T | undefined) ?? null

/**
 * Keeps what is in a form when the form is left, and has the browser ask before it is closed or loaded anew.
 * @param changed whether there is something that is neither saved nor sent
 * @returns forgets it: it is to be begun anew
 */
export function useUnsent<T = Begin>(account: string, form: string, now: T, changed: boolean): () => void {
  const last = useRef({ account, form, now, changed })
  const forgotten = useRef(false)
  useEffect(() => {
    last.current = { account, form, now, changed }
  })
  useEffect(
    () => () => {
      const { account, form, now, changed } = last.current
      if (changed && !forgotten.current) ownedBy(account).set(form, now)
      else ownedBy(account).delete(form)
    },
    [],
  )
  useEffect(() => {
    if (!changed) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [changed])
  return useCallback(() => {
    forgotten.current = true
    const { account, form } = last.current
    ownedBy(account).delete(form)
  }, [])
}
