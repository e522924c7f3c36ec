import type { Answer } from '../api/hooks.ts'

export type Participant = Answer<'/admin/v1/participants/{participantId}'>
export type Key = Participant['keys'][number]

/** A key that was made now; `secret` of an API key, this once. */
export interface MadeKey {
  readonly keyId: string
  readonly secret?: string | undefined
}

/** What is no longer true once a participant or a key was changed. */
export const stale = ['/admin/v1/participants']
