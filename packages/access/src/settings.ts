import type { OperatorRole } from '@huijiao/database'

export type Role = OperatorRole

/** From much to little. */
export const roles = ['administrator', 'operator', 'clerk', 'viewer'] as const satisfies readonly Role[]

/** What an authority decides about its accounts; the node's settings. */
export interface AccessSettings {
  /** A session that nobody used for this long is over. */
  readonly sessionIdleMs: number
  /** A session is over this long after its sign-in, used or not. */
  readonly sessionMs: number
  readonly passwordLength: number
  /** A password older than this must be changed; null: never because of its age. */
  readonly passwordAgeMs: number | null
  /** How many earlier passwords may not be chosen again. */
  readonly passwordHistory: number
  /** How many zero bits a captcha without a picture asks for: 2 to that power of SHA-256, on average. */
  readonly captchaWorkBits: number
  /** Roles that must have a second factor. */
  readonly secondFactorRoles: ReadonlySet<Role>
}

const minute = 60_000

export const defaultAccessSettings: AccessSettings = {
  sessionIdleMs: 30 * minute,
  sessionMs: 12 * 60 * minute,
  passwordLength: 12,
  passwordAgeMs: null,
  passwordHistory: 5,
  captchaWorkBits: 18,
  secondFactorRoles: new Set(),
}
