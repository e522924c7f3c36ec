import { createHash, randomBytes } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import { type Access, actorOfOperator, noteSignIn, stranger } from './access.ts'
import { useCaptcha } from './captcha.ts'
import { deviceOf } from './device.ts'
import { keyOfUserName, type OperatorRow } from './operator-row.ts'
import { passwordCharactersMax } from './password.ts'
import { codeIsWrong, spendCode } from './second-factor.ts'
import { type OpenedSession, openSession, type SessionRow } from './session.ts'
import { type Attempt, captchaNeeded, countAsRight, countAttempt, placeOf } from './throttle.ts'

/** Where a sign-in comes from. */
export interface Origin {
  /** Address of the caller. */
  readonly source: string
  readonly agent: string | null
  /** The browser's own cookie; see device.ts. */
  readonly device: string | null
}

export interface FirstStep {
  readonly userName: string
  readonly password: string
  readonly captcha?: { readonly id: string; readonly answer: string }
}

export interface SecondStep {
  readonly challenge: string
  /** Six digits, or a recovery code. */
  readonly code: string
}

export type SignedIn =
  | { readonly step: 'done'; readonly operator: OperatorRow; readonly opened: OpenedSession }
  | { readonly step: 'second-factor'; readonly challenge: string; readonly expiresAt: Date }

const challengeMs = 5 * 60_000
const challengeTries = 5

/**
 * User name and password. What an unknown name, a disabled account and a wrong password are answered, and what it costs to find out, is the same.
 * @throws Problem captcha-needed, too-many-requests, sign-in-failed
 */
export async function signIn(access: Access, origin: Origin, given: FirstStep): Promise<SignedIn> {
  const { hub, hasher } = access
  const userKey = keyOfUserName(given.userName)
  const known = await hub.db.selectFrom('operator').selectAll().where('user_key', '=', userKey).executeTakeFirst()
  const attempt: Attempt = { userKey, place: placeOf(origin.source), device: deviceOf(access, origin.device, known?.operator_id ?? '') }
  // A captcha is used up whether it was needed or not.
  const solved = given.captcha !== undefined && (await useCaptcha(access, given.captcha))
  if (!solved && (await captchaNeeded(access, attempt))) throw captchaIsNeeded(given.captcha !== undefined)
  await countAttempt(access, attempt)
  const usable = known !== undefined && known.disabled_at === null
  const fits = [...given.password].length <= passwordCharactersMax
  const right = await hasher.verify(fits ? given.password : '', known?.password_hash ?? null)
  if (!right || !usable || !fits) {
    await noteSignIn(access, hub.db, {
      actor: stranger,
      act: 'sign-in-failed',
      ...(known === undefined ? {} : { subject: known.operator_id }),
      detail: { source: origin.source },
    })
    throw new Problem('sign-in-failed', {
      zh: '用户名或口令不对，或账号已停用',
      en: 'The user name or password is wrong, or the account is disabled',
    })
  }
  if (known.totp_secret === null) return await complete(access, origin, known, attempt, null)
  const challenge = randomBytes(32).toString('base64url')
  const expiresAt = new Date(hub.clock.now().getTime() + challengeMs)
  await hub.db
    .insertInto('sign_in_challenge')
    .values({ digest: digestOfChallenge(challenge), operator_id: known.operator_id, expires_at: expiresAt })
    .execute()
  await countAsRight(access, hub.db, attempt, false)
  return { step: 'second-factor', challenge, expiresAt }
}

/**
 * The code of the second factor. A challenge is good for five minutes, five tries and one sign-in.
 * @throws Problem second-factor-wrong, session-ended (the challenge is over), too-many-requests
 */
export async function signInWithCode(access: Access, origin: Origin, given: SecondStep): Promise<SignedIn> {
  const { db, clock } = access.hub
  const digest = digestOfChallenge(given.challenge)
  const challenge = await db
    .updateTable('sign_in_challenge')
    .set((row) => ({ tries: row('tries', '+', 1) }))
    .where('digest', '=', digest)
    .where('expires_at', '>', clock.now())
    .where('tries', '<', challengeTries)
    .returning('operator_id')
    .executeTakeFirst()
  const operator =
    challenge === undefined
      ? undefined
      : await db.selectFrom('operator').selectAll().where('operator_id', '=', challenge.operator_id).executeTakeFirst()
  if (operator === undefined || operator.disabled_at !== null)
    throw new Problem('session-ended', {
      zh: '登录步骤已过期，请重新输入用户名和口令',
      en: 'This sign-in is over; begin again with user name and password',
    })
  const device = deviceOf(access, origin.device, operator.operator_id)
  const attempt: Attempt = { userKey: operator.user_key, place: placeOf(origin.source), device }
  await countAttempt(access, attempt)
  const factor = await spendCode(access, operator, given.code)
  if (factor === null) {
    const detail = { source: origin.source }
    await noteSignIn(access, db, { actor: stranger, act: 'second-factor-failed', subject: operator.operator_id, detail })
    throw codeIsWrong()
  }
  const once = await db.deleteFrom('sign_in_challenge').where('digest', '=', digest).executeTakeFirst()
  if (once.numDeletedRows !== 1n) throw codeIsWrong()
  return await complete(access, origin, operator, attempt, factor)
}

async function complete(
  access: Access,
  origin: Origin,
  operator: OperatorRow,
  attempt: Attempt,
  secondFactor: SessionRow['second_factor'],
): Promise<SignedIn> {
  const opened = await access.hub.db.transaction().execute(async (trx) => {
    const session = await openSession(access, trx, {
      operatorId: operator.operator_id,
      source: origin.source,
      agent: origin.agent,
      secondFactor,
    })
    await countAsRight(access, trx, attempt, true)
    await noteSignIn(access, trx, {
      actor: actorOfOperator(operator.operator_id),
      act: 'sign-in',
      subject: session.sessionId,
      detail: { source: origin.source, secondFactor },
    })
    return session
  })
  return { step: 'done', operator, opened }
}

const digestOfChallenge = (challenge: string): Buffer => createHash('sha256').update(challenge).digest()

const captchaIsNeeded = (given: boolean) =>
  new Problem('captcha-needed', {
    zh: given ? '验证码不对、已过期或已用过，请换一个' : '请输入验证码',
    en: given ? 'The captcha is wrong, too old or used up; get another' : 'A captcha is needed',
  })
