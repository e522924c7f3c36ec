import { useEffect, useState } from 'react'
import type { Answer } from './client.ts'
import { useSession } from './session.tsx'

export type LiveFacts = Answer<'/admin/v1/live'>

export interface LiveState {
  /** Null until the first event. */
  readonly facts: LiveFacts | null
  readonly connected: boolean
}

const againMs = 4000

/**
 * The node at this moment, by server-sent events. A page in the background lets its stream go (browsers allow few connections to one place) and takes it up
 * when it is looked at again.
 */
export function useLive(): LiveState {
  const { refreshQuietly } = useSession()
  const [state, setState] = useState<LiveState>({ facts: null, connected: false })
  useEffect(() => {
    let source: EventSource | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const close = () => {
      clearTimeout(timer)
      source?.close()
      source = null
    }
    const open = () => {
      close()
      if (document.visibilityState === 'hidden') return
      source = new EventSource('/admin/v1/live')
      source.addEventListener('live', ({ data }: MessageEvent<string>) =>
        setState({ facts: JSON.parse(data) as LiveFacts, connected: true }),
      )
      source.addEventListener('ended', () => {
        close()
        void refreshQuietly()
      })
      source.addEventListener('error', () => {
        setState((before) => ({ ...before, connected: false }))
        close()
        void refreshQuietly()
        timer = setTimeout(open, againMs)
      })
    }
    open()
    document.addEventListener('visibilitychange', open)
    return () => {
      document.removeEventListener('visibilitychange', open)
      close()
    }
  }, [refreshQuietly])
  return state
}
