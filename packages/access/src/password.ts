import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import { argon2id, type Argon2Cost } from './argon2.ts'

/** Above the least that OWASP names (19 MiB, 2 passes); some 100 ms of one core. Hashes carry their own cost, so it can be raised. */
export const passwordCost: Argon2Cost = { memory: 32 * 1024, passes: 3, lanes: 1 }

/** Longer input is refused before any work is done. */
export const passwordCharactersMax = 128

/** Makes and checks password hashes, a few at a time: a flood of sign-ins takes neither all memory nor the whole thread pool. */
export interface Hasher {
  hash(password: string): Promise<string>
  /** @param hash null: nobody has this name; costs the same as a real one, and is never right */
  verify(password: string, hash: string | null): Promise<boolean>
  /** How many derivations were made; a test counts them. */
  derived(): number
}

const atOnce = 2
const waitingMax = 64

export function createHasher(cost: Argon2Cost = passwordCost): Hasher {
  let running = 0
  let derived = 0
  const waiting: (() => void)[] = []
  async function derive(password: string, salt: Buffer, at: Argon2Cost): Promise<Buffer> {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax)
        throw new Problem('not-ready', { zh: '登录请求过多，请稍后再试', en: 'Too many sign-ins at once; try again shortly' })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      derived += 1
      return await argon2id({ ...at, password: Buffer.from(password.normalize('NFKC')), salt, length: 32 })
    } finally {
      // The place goes to whoever waits longest.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
  const nobody = { cost, salt: randomBytes(16), key: randomBytes(32) }
  return {
    async hash(password) {
      const salt = randomBytes(16)
      return writeHash(cost, salt, await derive(password, salt, cost))
    },
    async verify(password, hash) {
      const known = (hash === null ? null : readHash(hash)) ?? nobody
      const same = timingSafeEqual(await derive(password, known.salt, known.cost), known.key)
      return same && known !== nobody
    },
    derived: () => derived,
  }
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** The PHC string form: `$argon2id$v=19$m=…,t=…,p=…$salt$key`. */
const writeHash = (cost: Argon2Cost, salt: Buffer, key: Buffer): string =>
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.lanes}$${base64(salt)}$${base64(key)}`

function readHash(text: string): { cost: Argon2Cost; salt: Buffer; key: Buffer } | null {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(text)
  if (found === null) return null
  const [, memory, passes, lanes, salt, key] = found as unknown as [string, string, string, string, string, string]
  return {
    cost: { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  }
}

/** Without letters and digits that look alike. */
const easy = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password for somebody to begin with: 20 characters in fours, 99 random bits. */
export function randomPassword(): string {
  const characters = Array.from({ length: 20 }, () => easy[randomInt(easy.length)])
  return characters.join('').replaceAll(/(.{4})(?=.)/g, '$1-')
}
