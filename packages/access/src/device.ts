import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type Access, digestOf } from './access.ts'

/**
 * The browser's own cookie: proves that this operator has signed in with this browser before, so that strangers' failures do not slow it down. It opens
 * nothing by itself. `<number>.<instant in ms>.<keyed digest over both and the operator>`.
 */
const goodForMs = 90 * 24 * 3_600_000

export function newDevice(access: Access, operatorId: string): string {
  const number = `${randomBytes(16).toString('base64url')}.${access.hub.clock.now().getTime()}`
  return `${number}.${digestOf(access, 'device', operatorId, number).toString('base64url')}`
}

/** The number in a device cookie, if it is this operator's and not too old. */
export function deviceOf(access: Access, cookie: string | null, operatorId: string): string | null {
  const [random, instant, digest, more] = cookie?.split('.') ?? []
  if (random === undefined || instant === undefined || digest === undefined || more !== undefined) return null
  const age = access.hub.clock.now().getTime() - Number(instant)
  const given = Buffer.from(digest, 'base64url')
  const right = digestOf(access, 'device', operatorId, `${random}.${instant}`)
  return given.length === right.length && timingSafeEqual(given, right) && age >= 0 && age < goodForMs ? random : null
}
