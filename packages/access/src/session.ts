import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OperatorSessionTable, Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import type { Kysely, Selectable } from 'kysely'
import { type Access, actorOfOperator, digestOf, noteSignIn } from './access.ts'
import { type Duty, dutiesOf, type OperatorRow } from './operator-row.ts'

export type SessionRow = Omit<Selectable<OperatorSessionTable>, 'digest'>

export interface OpenedSession {
  readonly sessionId: string
  /** For the cookie; 256 random bits that are stored nowhere here. */
  readonly secret: string
  readonly csrf: string
}

/** A session in use, with whose it is. Role and regions are read anew for each request. */
export interface LiveSession {
  readonly session: SessionRow
  readonly operator: OperatorRow
  /** What its owner has to do before anything else. */
  readonly duties: readonly Duty[]
  readonly csrf: string
  readonly idleAt: Date
  readonly expiresAt: Date
}

const digestOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** The token that requests which change something carry beside the cookie. It belongs to one session and follows from nothing that is sent with it. */
const csrfOf = (access: Access, digest: Buffer): string => digestOf(access, 'csrf', digest.toString('hex')).toString('base64url')

/** Begins a session: always under a new number, whatever the browser sent before. */
export async function openSession(
  access: Access,
  trx: Kysely<Tables>,
  session: {
    readonly operatorId: string
    readonly source: string
    readonly agent: string | null
    readonly secondFactor: SessionRow['second_factor']
    /** When the absolute limit began; a session that goes on under another number keeps it. */
    readonly since?: Date
  },
): Promise<OpenedSession> {
  const secret = randomBytes(32).toString('base64url')
  const digest = digestOfSecret(secret)
  const sessionId = `s-${randomBytes(8).toString('hex')}`
  const now = access.hub.clock.now()
  await trx
    .insertInto('operator_session')
    .values({
      session_id: sessionId,
      digest,
      operator_id: session.operatorId,
      source: session.source,
      agent: session.agent?.slice(0, 200) ?? null,
      second_factor: session.secondFactor,
      created_at: session.since ?? now,
      seen_at: now,
      ended_at: null,
    })
    .execute()
  return { sessionId, secret, csrf: csrfOf(access, digest) }
}

/**
 * The session of a cookie; being asked for counts as use.
 * @throws Problem session-ended when there is none, it was ended, nobody used it for too long, or it is too old
 */
export async function useSession(access: Access, secret: string): Promise<LiveSession> {
  const { db, clock } = access.hub
  const { sessionIdleMs, sessionMs } = access.settings
  const digest = digestOfSecret(secret)
  const session = await db.selectFrom('operator_session').selectAll().where('digest', '=', digest).executeTakeFirst()
  const now = clock.now().getTime()
  if (session === undefined || session.ended_at !== null) throw ended()
  if (now - session.seen_at.getTime() >= sessionIdleMs || now - session.created_at.getTime() >= sessionMs) throw ended()
  const operator = await db.selectFrom('operator').selectAll().where('operator_id', '=', session.operator_id).executeTakeFirst()
  if (operator === undefined || operator.disabled_at !== null) throw ended()
  // One write a minute is enough to know that it is used.
  if (now - session.seen_at.getTime() >= Math.min(60_000, sessionIdleMs / 10)) {
    await db
      .updateTable('operator_session')
      .set({ seen_at: clock.now() })
      .where('session_id', '=', session.session_id)
      .where('ended_at', 'is', null)
      .execute()
    session.seen_at = clock.now()
  }
  const { digest: _digest, ...row } = session
  return {
    session: row,
    operator,
    duties: dutiesOf(access, operator),
    csrf: csrfOf(access, digest),
    idleAt: new Date(session.seen_at.getTime() + sessionIdleMs),
    expiresAt: new Date(session.created_at.getTime() + sessionMs),
  }
}

/** Whether a cookie's session is still on. Asking is no use of it: what a page asks by itself must not keep a session from ending. @returns null when it is over */
export async function peekSession(access: Access, secret: string): Promise<{ readonly idleAt: Date; readonly expiresAt: Date } | null> {
  const { db, clock } = access.hub
  const { sessionIdleMs, sessionMs } = access.settings
  const row = await db
    .selectFrom('operator_session')
    .innerJoin('operator', 'operator.operator_id', 'operator_session.operator_id')
    .select(['seen_at', 'operator_session.created_at as created_at'])
    .where('digest', '=', digestOfSecret(secret))
    .where('ended_at', 'is', null)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return null
  const idleAt = new Date(row.seen_at.getTime() + sessionIdleMs)
  const expiresAt = new Date(row.created_at.getTime() + sessionMs)
  return clock.now() < idleAt && clock.now() < expiresAt ? { idleAt, expiresAt } : null
}

const ended = () =>
  new Problem('session-ended', { zh: '登录已过期、已退出或已被结束', en: 'The session has expired, was signed out or was ended' })

export function csrfIsRight(live: LiveSession, given: string | undefined): boolean {
  const [right, sent] = [Buffer.from(live.csrf), Buffer.from(given ?? '')]
  return right.length === sent.length && timingSafeEqual(right, sent)
}

/** Ends the session of a cookie, if it is one; told as a sign-out. */
export async function signOut(access: Access, secret: string): Promise<void> {
  await access.hub.db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('operator_session')
      .set({ ended_at: access.hub.clock.now() })
      .where('digest', '=', digestOfSecret(secret))
      .where('ended_at', 'is', null)
      .returning(['session_id', 'operator_id'])
      .executeTakeFirst()
    if (row !== undefined)
      await noteSignIn(access, trx, { actor: actorOfOperator(row.operator_id), act: 'sign-out', subject: row.session_id })
  })
}

/** Ends sessions of an operator: all, all but one, or one. @returns how many */
export async function endSessions(
  access: Access,
  trx: Kysely<Tables>,
  operatorId: string,
  which: { readonly except?: string; readonly only?: string } = {},
): Promise<number> {
  let query = trx
    .updateTable('operator_session')
    .set({ ended_at: access.hub.clock.now() })
    .where('operator_id', '=', operatorId)
    .where('ended_at', 'is', null)
  if (which.except !== undefined) query = query.where('session_id', '<>', which.except)
  if (which.only !== undefined) query = query.where('session_id', '=', which.only)
  return (await query.returning('session_id').execute()).length
}

/** Sessions of an operator that are still good, newest first. */
export async function listSessions(access: Access, operatorId: string): Promise<SessionRow[]> {
  const now = access.hub.clock.now().getTime()
  return await access.hub.db
    .selectFrom('operator_session')
    .select(['session_id', 'operator_id', 'source', 'agent', 'second_factor', 'created_at', 'seen_at', 'ended_at'])
    .where('operator_id', '=', operatorId)
    .where('ended_at', 'is', null)
    .where('seen_at', '>', new Date(now - access.settings.sessionIdleMs))
    .where('created_at', '>', new Date(now - access.settings.sessionMs))
    .orderBy('created_at', 'desc')
    .orderBy('session_id')
    .execute()
}

/** Ends one session of an operator, wherever it is. @throws Problem not-found */
export async function revokeSession(access: Access, actor: string, operatorId: string, sessionId: string): Promise<void> {
  await access.hub.db.transaction().execute(async (trx) => {
    if ((await endSessions(access, trx, operatorId, { only: sessionId })) === 0)
      throw new Problem('not-found', { zh: '没有此登录', en: 'There is no such session' })
    await noteSignIn(access, trx, { actor, act: 'session-revoked', subject: sessionId })
  })
}
