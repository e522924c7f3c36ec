import type { Tables } from '@huijiao/database'
import { type Hub, recordAccess } from '@huijiao/exchange'
import { keyedDigest } from '@huijiao/identity'
import type { Kysely } from 'kysely'
import { createHasher, type Hasher } from './password.ts'
import type { AccessSettings } from './settings.ts'

/** Everything that signing in needs; made once for a node. */
export interface Access {
  readonly hub: Hub
  readonly settings: AccessSettings
  readonly hasher: Hasher
}

export const openAccess = (hub: Hub, settings: AccessSettings): Access => ({ hub, settings, hasher: createHasher() })

/** A digest that only this node can make; labels keep uses apart. */
export const digestOf = (access: Access, label: string, ...parts: readonly string[]): Buffer =>
  keyedDigest(access.hub.digestSecret, `access/${label}`, JSON.stringify(parts))

export type SignInAct = 'sign-in' | 'sign-in-failed' | 'second-factor-failed' | 'sign-out' | 'session-revoked' | 'password-refused'

/** Writes down a sign-in, a failure or a sign-out: a row committed before the answer and sealed into the log in batches. No name stands in it. */
export async function noteSignIn(
  access: Access,
  db: Kysely<Tables>,
  event: { readonly actor: string; readonly act: SignInAct; readonly subject?: string; readonly detail?: object },
): Promise<void> {
  const { actor, act, subject, detail } = event
  await recordAccess(
    { ...access.hub, db },
    { actor, action: act, ...(subject === undefined ? {} : { subject }), ...(detail === undefined ? {} : { detail }) },
  )
}

/** How entries and rows name whoever has no account or has not proven one. */
export const stranger = 'anonymous'
export const actorOfOperator = (operatorId: string): string => `operator:${operatorId}`
