import { randomBytes } from 'node:crypto'
import type { Tables } from '@huijiao/database'
import { addPendingEntry } from '@huijiao/exchange'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { Kysely } from 'kysely'
import type { Access } from './access.ts'
import { checkUserName, keyOfUserName, type OperatorRow } from './operator-row.ts'
import { randomPassword } from './password.ts'
import { checkNewPassword } from './password-change.ts'
import { clearSecondFactor } from './second-factor.ts'
import { endSessions } from './session.ts'
import type { Role } from './settings.ts'

/** Who manages accounts, and which regions' accounts: null for those of the whole node. */
export interface Manager {
  readonly actor: string
  readonly bounds: readonly string[] | null
  /** Own account, when it is a person. */
  readonly operatorId: string | null
}

export interface NewOperator {
  readonly userName: string
  readonly displayName?: string | null
  readonly role: Role
  readonly regions: readonly string[]
  /** Made up when absent. */
  readonly password?: string
  /** True when absent: a password that somebody else knows is changed at the first sign-in. */
  readonly mustChangePassword?: boolean
}

export interface OperatorChange {
  readonly displayName?: string | null
  readonly role?: Role
  readonly regions?: readonly string[]
  readonly disabled?: boolean
}

type Transaction = Parameters<typeof addPendingEntry>[0]

/** @returns the password when it was made up here; it is shown this once */
export async function createOperator(
  access: Access,
  by: Manager,
  input: NewOperator,
): Promise<{ operator: OperatorRow; password: string | null }> {
  checkUserName(input.userName)
  checkRegions(by, input.regions)
  const displayName = input.displayName ?? null
  if (input.password !== undefined) await checkNewPassword(access, input.password, { userName: input.userName, displayName, former: [] })
  const password = input.password ?? randomPassword()
  const hash = await access.hasher.hash(password)
  const at = access.hub.clock.now()
  const operator = await changed(access, by, 'created', async (trx) => {
    const row = await trx
      .insertInto('operator')
      .values({
        operator_id: `o-${randomBytes(5).toString('hex')}`,
        user_name: input.userName.normalize('NFKC').trim(),
        user_key: keyOfUserName(input.userName),
        display_name: displayName,
        role: input.role,
        regions: [...input.regions],
        password_hash: hash,
        password_at: at,
        must_change: input.mustChangePassword ?? true,
        totp_secret: null,
        totp_pending: null,
        totp_since: null,
        created_at: at,
        disabled_at: null,
      })
      .onConflict((conflict) => conflict.column('user_key').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (row === undefined)
      throw new Problem('operator-conflict', { zh: '用户名已有人使用', en: 'The user name is taken' }, { pointer: '/userName' })
    return { row, more: { role: row.role, regions: row.regions } }
  })
  return { operator, password: input.password === undefined ? password : null }
}

/** Accounts by id. Those whose regions are not all inside the manager's are not shown. */
export async function listOperators(
  access: Access,
  by: Pick<Manager, 'bounds'>,
  page: { readonly after?: string; readonly limit: number },
): Promise<OperatorRow[]> {
  let query = access.hub.db.selectFrom('operator').selectAll()
  if (page.after !== undefined) query = query.where('operator_id', '>', page.after)
  // Accounts are few: bounded ones are picked here, by the rule that everything else follows.
  const rows = await query.orderBy('operator_id').execute()
  return rows.filter((row) => mayManage(by, row)).slice(0, page.limit)
}

/** @throws Problem not-found, also for one outside the manager's regions */
export async function findOperator(access: Access, by: Pick<Manager, 'bounds'>, operatorId: string): Promise<OperatorRow> {
  return await lockOperator(access.hub.db, by, operatorId, false)
}

/** Changes name, role, regions, or disables and enables. A role or regions count from the next request on; disabling ends every session. */
export async function changeOperator(access: Access, by: Manager, operatorId: string, change: OperatorChange): Promise<OperatorRow> {
  if (by.operatorId === operatorId && (change.disabled === true || change.role !== undefined || change.regions !== undefined))
    throw new Problem('operator-conflict', {
      zh: '不能停用自己或更改自己的角色和区域',
      en: 'Nobody disables themselves or changes their own role and regions',
    })
  if (change.regions !== undefined) checkRegions(by, change.regions)
  return await changed(
    access,
    by,
    change.disabled === true ? 'disabled' : change.disabled === false ? 'enabled' : 'changed',
    async (trx) => {
      const old = await lockOperator(trx, by, operatorId, true)
      const disabledAt =
        change.disabled === undefined ? old.disabled_at : change.disabled ? (old.disabled_at ?? access.hub.clock.now()) : null
      const row = await trx
        .updateTable('operator')
        .set({
          ...(change.displayName === undefined ? {} : { display_name: change.displayName }),
          ...(change.role === undefined ? {} : { role: change.role }),
          ...(change.regions === undefined ? {} : { regions: [...change.regions] }),
          disabled_at: disabledAt,
        })
        .where('operator_id', '=', operatorId)
        .returningAll()
        .executeTakeFirstOrThrow()
      if (disabledAt !== null) await endSessions(access, trx, operatorId)
      return { row, more: { role: row.role, regions: row.regions } }
    },
  )
}

/** Gives a new random password, to be changed at the next sign-in; every session ends. @returns the password, shown this once */
export async function resetPassword(access: Access, by: Manager, operatorId: string): Promise<string> {
  const password = randomPassword()
  const hash = await access.hasher.hash(password)
  await changed(access, by, 'password-reset', async (trx) => {
    const old = await lockOperator(trx, by, operatorId, true)
    const row = await trx
      .updateTable('operator')
      .set({
        password_hash: hash,
        password_at: access.hub.clock.now(),
        must_change: true,
        password_history: [old.password_hash, ...old.password_history].slice(0, access.settings.passwordHistory),
      })
      .where('operator_id', '=', operatorId)
      .returningAll()
      .executeTakeFirstOrThrow()
    await endSessions(access, trx, operatorId)
    return { row }
  })
  return password
}

/** Takes the second factor away, for somebody who has lost it; every session ends. */
export async function resetSecondFactor(access: Access, by: Manager, operatorId: string): Promise<void> {
  await changed(access, by, 'second-factor-reset', async (trx) => {
    const row = await lockOperator(trx, by, operatorId, true)
    await clearSecondFactor(trx, operatorId)
    await endSessions(access, trx, operatorId)
    return { row }
  })
}

/** Whether an account lies within the regions of whoever asks. */
export const mayManage = ({ bounds }: Pick<Manager, 'bounds'>, row: Pick<OperatorRow, 'regions'>): boolean =>
  bounds === null || row.regions.every((code) => coversRegion(bounds, code))

async function lockOperator(db: Kysely<Tables>, by: Pick<Manager, 'bounds'>, operatorId: string, lock: boolean): Promise<OperatorRow> {
  const query = db.selectFrom('operator').selectAll().where('operator_id', '=', operatorId)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (row === undefined || !mayManage(by, row))
    throw new Problem('not-found', { zh: `没有用户 ${operatorId.slice(0, 60)}`, en: `There is no operator ${operatorId.slice(0, 60)}` })
  return row
}

/** @throws Problem parameter-invalid, not-allowed */
function checkRegions({ bounds }: Manager, regions: readonly string[]): void {
  if (regions.length === 0 || !regions.every((code) => /^\d{6}$/.test(code)))
    throw new Problem(
      'parameter-invalid',
      { zh: 'regions 应为六位行政区划代码，至少一个', en: 'regions are six-digit codes, at least one' },
      { pointer: '/regions' },
    )
  if (bounds !== null && !regions.every((code) => coversRegion(bounds, code)))
    throw new Problem(
      'not-allowed',
      { zh: '不能授予本人区域以外的区域', en: 'Nobody grants regions outside their own' },
      { pointer: '/regions' },
    )
}

async function changed(
  access: Access,
  by: Manager,
  act: string,
  work: (trx: Transaction) => Promise<{ readonly row: OperatorRow; readonly more?: object }>,
): Promise<OperatorRow> {
  const { hub } = access
  const row = await hub.db.transaction().execute(async (trx) => {
    const done = await work(trx)
    await addPendingEntry(trx, {
      kind: 'operator',
      instant: hub.clock.now(),
      actor: by.actor,
      subject: done.row.operator_id,
      body: { act, operator: done.row.operator_id, ...done.more },
    })
    return done.row
  })
  hub.onPending()
  return row
}
