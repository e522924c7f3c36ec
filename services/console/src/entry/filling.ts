import type { Release } from '@huijiao/standard/browser'
import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useRef, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { call } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { useWho } from '../api/session.tsx'
import { clockText } from '../parts/format.ts'
import type { Receipt, SentRecord } from '../submissions/model.ts'
import { keepResponsible, keptResponsible, type Responsible, sendRecords } from '../submissions/send.ts'
import { type Draft, useSaveDraft } from './drafts.ts'
import { type Begin, formOf, useUnsent } from './unsent.ts'

/** What a form says of itself to what sends it. `Content` is what the person filled in. */
export interface FillingOf<Content> {
  readonly release: Release
  readonly begun: Begin | null
  readonly content: Content
  /** What a draft of it is called, and holds. */
  readonly draftOf: (content: Content) => Pick<Draft, 'entity' | 'title' | 'content'>
  readonly recordsOf: (content: Content) => readonly SentRecord[]
  /** Whether nothing of it would be refused, as far as the page can tell. */
  readonly isSound: (content: Content) => boolean
}

export interface Filling<Content> {
  readonly responsible: Responsible
  readonly setResponsible: (responsible: Responsible) => void
  /** Somebody asked what is missing: every field says what is wrong with it from now on. */
  readonly asked: boolean
  readonly busy: boolean
  readonly error: ApiError | null
  /** When the draft was saved, by the clock; null while it was not. */
  readonly saved: string | null
  /** Everything was taken. */
  readonly receipt: Receipt | null
  /** What the node refused, with the content that it refused; null until then. */
  readonly refused: { readonly content: Content; readonly receipt: Receipt } | null
  /** Where results are read from; focused when there is one. */
  readonly top: RefObject<HTMLDivElement | null>
  /** Drops what was typed before the form was left, where it began with that; null otherwise. */
  readonly anew: (() => void) | null
  check(): boolean
  submit(): void
  keepDraft(): void
  /** Forgets what was sent, for another one. */
  begin(): void
}

/** What every form does besides being filled in: says who answers for it, is checked, kept as a draft, and sent. */
export function useFilling<Content>({ release, begun, content, draftOf, recordsOf, isSound }: FillingOf<Content>): Filling<Content> {
  const who = useWho()
  const client = useQueryClient()
  const account = who.operator?.operatorId ?? ''
  const [responsible, setResponsible] = useState(() => begun?.responsible ?? keptResponsible(account, who.operator?.displayName ?? ''))
  const [asked, setAsked] = useState(false)
  const [draft, setDraft] = useState<Draft | null>(begun?.draft ?? null)
  const [saved, setSaved] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [refused, setRefused] = useState<Filling<Content>['refused']>(null)
  const [busy, setBusy] = useState(false)
  const top = useRef<HTMLDivElement>(null)
  const save = useSaveDraft()
  const { pathname } = useLocation()
  const [params] = useSearchParams()
  const typed = JSON.stringify(draftOf(content).content)
  /** What is safe as it is: what the form began with, was saved, or was sent; null where it began with what was typed before. */
  const [safe, setSafe] = useState(begun?.anew === undefined ? typed : null)
  /** Another one was begun: what it begins with is nothing that could be lost. */
  const [beginning, setBeginning] = useState(false)
  if (beginning) {
    setBeginning(false)
    setSafe(typed)
  }
  const forget = useUnsent(
    account,
    formOf(draft?.draftId ?? null, pathname, params.get('copy')),
    { content: draftOf(content).content, draft, responsible },
    typed !== safe && receipt === null,
  )
  const [restored, setRestored] = useState(begun?.anew !== undefined)

  const focusTop = () => setTimeout(() => top.current?.focus(), 0)
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setError(failure)
      // The button stands at the other end of a long page.
      focusTop()
    } finally {
      setBusy(false)
    }
  }
  const check = (): boolean => {
    setAsked(true)
    focusTop()
    return isSound(content) && responsible.unit.trim() !== '' && responsible.name.trim() !== ''
  }
  return {
    responsible,
    setResponsible,
    asked,
    busy,
    error,
    saved,
    receipt,
    refused,
    top,
    anew: restored
      ? () => {
          forget()
          begun?.anew?.()
        }
      : null,
    check,
    submit() {
      if (!check()) return
      void attempt(async () => {
        keepResponsible(account, responsible)
        const answer = (await sendRecords(release.id, responsible, recordsOf(content))) as Receipt
        if ((answer.counts.refused ?? 0) > 0) setRefused({ content, receipt: answer })
        else {
          // It was sent: that its draft may stay behind is no failure of it.
          if (draft !== null)
            await call('delete', '/admin/v1/drafts/{draftId}', { path: { draftId: draft.draftId } }).catch(() => undefined)
          setDraft(null)
          setReceipt(answer)
          setRefused(null)
        }
        await client.invalidateQueries({ predicate: ({ queryKey }) => /submissions|drafts/.test(String(queryKey[0])) })
        focusTop()
      })
    },
    keepDraft() {
      void attempt(async () => {
        const made = await save({ release: release.id, ...draftOf(content) }, draft)
        setSafe(typed)
        setRestored(false)
        setDraft(made)
        setSaved(clockText(made.updatedAt))
        client.setQueryData(['draft', made.draftId], made)
        inAddress({ release: release.id, draft: made.draftId })
      })
    },
    begin() {
      setReceipt(null)
      setRefused(null)
      setDraft(null)
      setSaved(null)
      setAsked(false)
      setRestored(false)
      setBeginning(true)
      inAddress({ release: release.id })
    },
  }
}

/** The address tells what is filled in, so that a reload finds it again; the router is not told, which would begin the form anew. */
function inAddress(values: Readonly<Record<string, string>>): void {
  window.history.replaceState(window.history.state, '', `?${new URLSearchParams(values)}`)
}
