import { byteaArray, type Tables } from '@huijiao/database'
import { addPendingEntry } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { type Access, actorOfOperator } from './access.ts'
import type { OperatorRow } from './operator-row.ts'
import { checkPassword } from './password-change.ts'
import { looksLikeRecovery, newRecoveryCodes, recoveryDigest } from './recovery.ts'
import { endSessions } from './session.ts'
import { base32, newTotpSecret, stepOfCode, totpUri } from './totp.ts'

const aad = (operatorId: string) => `operator-totp ${operatorId}`

/** Makes a secret and shows it this once. It counts only when a code made from it has come back. @throws Problem sign-in-failed when the password is wrong */
export async function enrolSecondFactor(
  access: Access,
  operator: OperatorRow,
  password: string,
): Promise<{ readonly secret: string; readonly uri: string }> {
  await checkPassword(access, operator, password)
  if (operator.totp_secret !== null)
    throw new Problem('operator-conflict', {
      zh: '已启用动态口令；更换前先停用，或请管理员重置',
      en: 'There is a second factor already; disable it first, or ask an administrator to reset it',
    })
  const secret = newTotpSecret()
  const sealed = access.hub.sealer.seal(secret, aad(operator.operator_id))
  await access.hub.db.updateTable('operator').set({ totp_pending: sealed }).where('operator_id', '=', operator.operator_id).execute()
  return { secret: base32(secret), uri: totpUri(secret, `汇交 ${access.hub.node.name}`, operator.user_name) }
}

/**
 * The first code puts the second factor in force; other sessions of the operator end.
 * @returns recovery codes, shown this once
 */
export async function confirmSecondFactor(
  access: Access,
  operator: OperatorRow,
  code: string,
  sessionId: string,
): Promise<readonly string[]> {
  const { hub } = access
  const codes = newRecoveryCodes()
  await hub.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('operator')
      .select(['totp_pending', 'totp_secret'])
      .where('operator_id', '=', operator.operator_id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const pending = row.totp_secret === null ? row.totp_pending : null
    const step = pending === null ? null : stepOfCode(hub.sealer.openBytes(pending, aad(operator.operator_id)), code, hub.clock.now(), 0)
    if (step === null) throw codeIsWrong()
    await trx
      .updateTable('operator')
      .set({
        totp_secret: pending,
        totp_pending: null,
        totp_since: hub.clock.now(),
        totp_step: step,
        recovery: codes.map((one) => recoveryDigest(access, operator.operator_id, one)),
      })
      .where('operator_id', '=', operator.operator_id)
      .execute()
    await trx.updateTable('operator_session').set({ second_factor: 'totp' }).where('session_id', '=', sessionId).execute()
    await endSessions(access, trx, operator.operator_id, { except: sessionId })
    await note(access, trx, operator.operator_id, 'second-factor-enrolled')
  })
  hub.onPending()
  return codes
}

/** @throws Problem when the password or the code is wrong, or the role must have a second factor */
export async function disableSecondFactor(
  access: Access,
  operator: OperatorRow,
  given: { readonly password: string; readonly code: string },
): Promise<void> {
  if (access.settings.secondFactorRoles.has(operator.role))
    throw new Problem('not-allowed', { zh: '此角色必须使用动态口令', en: 'This role must have a second factor' })
  await checkPassword(access, operator, given.password)
  if ((await spendCode(access, operator, given.code)) === null) throw codeIsWrong()
  await access.hub.db.transaction().execute(async (trx) => {
    await clearSecondFactor(trx, operator.operator_id)
    await note(access, trx, operator.operator_id, 'second-factor-disabled')
  })
  access.hub.onPending()
}

export const clearSecondFactor = (trx: Kysely<Tables>, operatorId: string) =>
  trx
    .updateTable('operator')
    .set({ totp_secret: null, totp_pending: null, totp_since: null, recovery: [] })
    .where('operator_id', '=', operatorId)
    .execute()

/** Uses up a code: of a time step, or of recovery. Of many requests with the same code one succeeds. @returns which it was; null when it is wrong */
export async function spendCode(access: Access, operator: OperatorRow, code: string): Promise<'totp' | 'recovery' | null> {
  const { db, sealer, clock } = access.hub
  const id = operator.operator_id
  if (operator.totp_secret === null) return null
  if (looksLikeRecovery(code)) {
    const digest = recoveryDigest(access, id, code)
    const { numAffectedRows } = await sql`
      update operator set recovery = array_remove(recovery, ${digest}::bytea)
      where operator_id = ${id} and recovery && ${byteaArray([digest])}::bytea[]`.execute(db)
    return numAffectedRows === 1n ? 'recovery' : null
  }
  const step = stepOfCode(sealer.openBytes(operator.totp_secret, aad(id)), code.replaceAll(/\s/g, ''), clock.now(), operator.totp_step)
  if (step === null) return null
  const { numUpdatedRows } = await db
    .updateTable('operator')
    .set({ totp_step: step })
    .where('operator_id', '=', id)
    .where('totp_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? 'totp' : null
}

export const codeIsWrong = () =>
  new Problem('second-factor-wrong', { zh: '动态口令或恢复码不对、已过期或已用过', en: 'The code is wrong, too old, or was used before' })

const note = (access: Access, trx: Parameters<typeof addPendingEntry>[0], operatorId: string, act: string) =>
  addPendingEntry(trx, {
    kind: 'operator',
    instant: access.hub.clock.now(),
    actor: actorOfOperator(operatorId),
    subject: operatorId,
    body: { act, operator: operatorId },
  })
