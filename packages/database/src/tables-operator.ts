import type { Generated } from 'kysely'

/** Row types of accounts and sessions. `bigint` columns are numbers: nothing here passes 2^53. */

export type OperatorRole = 'administrator' | 'operator' | 'clerk' | 'viewer'

export interface OperatorTable {
  operator_id: string
  user_name: string
  user_key: string
  display_name: string | null
  role: OperatorRole
  regions: string[]
  password_hash: string
  password_at: Date
  must_change: boolean
  password_history: Generated<string[]>
  totp_secret: Buffer | null
  totp_pending: Buffer | null
  totp_since: Date | null
  totp_step: Generated<number>
  recovery: Generated<Buffer[]>
  created_at: Date
  disabled_at: Date | null
}

export interface OperatorSessionTable {
  session_id: string
  digest: Buffer
  operator_id: string
  source: string
  agent: string | null
  second_factor: 'totp' | 'recovery' | null
  created_at: Date
  seen_at: Date
  ended_at: Date | null
}

export interface SignInChallengeTable {
  digest: Buffer
  operator_id: string
  tries: Generated<number>
  expires_at: Date
}

export interface CaptchaTable {
  captcha_id: string
  form: 'image' | 'work'
  answer: Buffer | null
  source: Buffer
  expires_at: Date
}

export interface SignInAttemptTable {
  bucket: Buffer
  failures: number
  last_at: Date
}
