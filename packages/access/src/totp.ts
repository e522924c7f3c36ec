import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** RFC 6238 with what authenticator programs take for granted: SHA-1, 30 seconds, six digits. */
export const stepSeconds = 30
const digits = 6
/** A clock may be one step early or late, which RFC 6238 §5.2 recommends as the most. */
const drift = 1

export const newTotpSecret = (): Buffer => randomBytes(20)
export const stepAt = (at: Date): number => Math.floor(at.getTime() / 1000 / stepSeconds)

/** The code of one time step (RFC 4226 §5.3). @param length of the code; 6 but in the RFC's vectors */
export function codeOf(secret: Uint8Array, step: number, length = digits): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[19] as number) & 0x0f
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** length).padStart(length, '0')
}

/** The step that a code is of, among those near `at` and later than `after`; null when it is of none. Every candidate is compared. */
export function stepOfCode(secret: Uint8Array, code: string, at: Date, after: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const now = stepAt(at)
  let found: number | null = null
  for (let step = now - drift; step <= now + drift; step++) {
    const same = timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code))
    if (same && step > after && found === null) found = step
  }
  return found
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 without padding, as authenticator programs read it. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

/** The address in the picture that an authenticator program photographs. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`
}
