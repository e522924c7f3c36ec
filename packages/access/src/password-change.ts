import { addPendingEntry } from '@huijiao/exchange'
import { Problem, type Words } from '@huijiao/problem'
import { type Access, actorOfOperator, noteSignIn } from './access.ts'
import type { OperatorRow } from './operator-row.ts'
import { weaknessesOf } from './password-strength.ts'
import { endSessions, type LiveSession, type OpenedSession, openSession } from './session.ts'
import { countAsRight, countAttempt } from './throttle.ts'

/**
 * Whoever is signed in proves it once more. Guessing is slowed down as at the sign-in, in a count of its own, so that a session that was taken over does
 * not give the password away.
 * @throws Problem sign-in-failed, too-many-requests
 */
export async function checkPassword(access: Access, operator: OperatorRow, password: string): Promise<void> {
  const attempt = { userKey: `again ${operator.operator_id}`, place: 'session', device: operator.operator_id }
  await countAttempt(access, attempt)
  if (await access.hasher.verify(password, operator.password_hash)) return await countAsRight(access, access.hub.db, attempt, true)
  const actor = actorOfOperator(operator.operator_id)
  await noteSignIn(access, access.hub.db, { actor, act: 'password-refused', subject: operator.operator_id })
  throw new Problem('sign-in-failed', { zh: '现用口令不对', en: 'The password in use is not right' })
}

/** @throws Problem password-weak with everything that is wrong with it */
export async function checkNewPassword(
  access: Access,
  password: string,
  of: { readonly userName: string; readonly displayName: string | null; readonly former: readonly string[] },
): Promise<void> {
  const faults: Words[] = weaknessesOf(password, { ...of, node: access.hub.node.name, length: access.settings.passwordLength })
  if (faults.length === 0) {
    for (const hash of of.former.slice(0, 1 + access.settings.passwordHistory))
      if (await access.hasher.verify(password, hash)) {
        faults.push({ zh: '与现用或以前的口令相同', en: 'It is the password in use or an earlier one' })
        break
      }
  }
  if (faults.length > 0)
    throw new Problem('password-weak', { zh: faults.map((fault) => fault.zh).join('；'), en: faults.map((fault) => fault.en).join('; ') })
}

/** Changes an operator's own password. Every other session ends, and this one goes on under a new number. */
export async function changePassword(
  access: Access,
  live: LiveSession,
  given: { readonly current: string; readonly next: string },
): Promise<OpenedSession> {
  const { operator, session } = live
  const { hub } = access
  await checkPassword(access, operator, given.current)
  const former = [operator.password_hash, ...operator.password_history]
  await checkNewPassword(access, given.next, { userName: operator.user_name, displayName: operator.display_name, former })
  const hash = await access.hasher.hash(given.next)
  const opened = await hub.db.transaction().execute(async (trx) => {
    // The password that was proven is the one that is replaced: of two changes at once, one wins.
    const row = await trx
      .updateTable('operator')
      .set({
        password_hash: hash,
        password_at: hub.clock.now(),
        must_change: false,
        password_history: former.slice(0, access.settings.passwordHistory),
      })
      .where('operator_id', '=', operator.operator_id)
      .where('password_hash', '=', operator.password_hash)
      .returning('operator_id')
      .executeTakeFirst()
    if (row === undefined) throw new Problem('sign-in-failed', { zh: '现用口令不对', en: 'The password in use is not right' })
    await endSessions(access, trx, operator.operator_id)
    const next = await openSession(access, trx, {
      operatorId: operator.operator_id,
      source: session.source,
      agent: session.agent,
      secondFactor: session.second_factor,
      since: session.created_at,
    })
    await addPendingEntry(trx, {
      kind: 'operator',
      instant: hub.clock.now(),
      actor: actorOfOperator(operator.operator_id),
      subject: operator.operator_id,
      body: { act: 'password-changed', operator: operator.operator_id },
    })
    return next
  })
  hub.onPending()
  return opened
}
