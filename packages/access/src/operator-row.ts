import type { OperatorTable } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import type { Selectable } from 'kysely'
import type { Access } from './access.ts'

export type OperatorRow = Selectable<OperatorTable>

/** What an operator has to do before anything else. */
export type Duty = 'change-password' | 'enrol-second-factor'

export function dutiesOf({ hub, settings }: Access, operator: OperatorRow): Duty[] {
  const age = hub.clock.now().getTime() - operator.password_at.getTime()
  const old = settings.passwordAgeMs !== null && age >= settings.passwordAgeMs
  return [
    ...(operator.must_change || old ? (['change-password'] as const) : []),
    ...(settings.secondFactorRoles.has(operator.role) && operator.totp_secret === null ? (['enrol-second-factor'] as const) : []),
  ]
}

/** A user name in the form by which it is looked up. */
export const keyOfUserName = (userName: string): string => userName.normalize('NFKC').trim().toLowerCase()

/** @throws Problem parameter-invalid */
export function checkUserName(userName: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{1,62}$/u.test(userName.normalize('NFKC')))
    throw new Problem(
      'parameter-invalid',
      {
        zh: '用户名为 2 至 63 个文字、字母、数字或 ._-，以文字、字母或数字开头',
        en: 'A user name has 2 to 63 letters, digits or ._- and begins with a letter or digit',
      },
      { pointer: '/userName' },
    )
}
