import { randomBytes } from 'node:crypto'
import { type Access, digestOf } from './access.ts'
import { base32 } from './totp.ts'

/** Ten codes of 80 random bits, in fours. Each replaces the second factor once. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: 10 }, () =>
    base32(randomBytes(10))
      .toLowerCase()
      .replaceAll(/(.{4})(?=.)/g, '$1-'),
  )

/** Whether a text has the form of a recovery code, as people type it. */
export const looksLikeRecovery = (code: string): boolean => /^[a-z2-7]{16}$/.test(plain(code))

export const recoveryDigest = (access: Access, operatorId: string, code: string): Buffer =>
  digestOf(access, 'recovery', operatorId, plain(code))

const plain = (code: string) => code.toLowerCase().replaceAll(/[\s-]/g, '')
