import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { type Access, digestOf } from './access.ts'
import { drawAnswer, randomAnswer } from './captcha-drawing.ts'
import { placeOf } from './throttle.ts'

export type CaptchaForm = 'image' | 'work'

/**
 * `image`: a picture of five characters. `work`: nothing to see, hear or solve; the page finds a number whose SHA-256 with the id begins with `bits` zero bits
 * (about a second). That is the alternative for whoever cannot read the picture: WCAG 2.2 (3.3.8) wants a way to sign in without a test of perception,
 * and a spoken captcha is one too.
 */
export type Captcha = { readonly id: string; readonly expiresAt: Date } & (
  | { readonly form: 'image'; readonly svg: string }
  | { readonly form: 'work'; readonly bits: number }
)

const goodForMs = 5 * 60_000
/** Open captchas of one address; older ones are forgotten. */
const openMax = 20

/** Makes a captcha. The answer is kept here, as a keyed digest; nothing that is sent lets it be computed. */
export async function makeCaptcha(access: Access, form: CaptchaForm, address: string): Promise<Captcha> {
  const { db, clock } = access.hub
  const id = randomBytes(16).toString('base64url')
  const answer = form === 'image' ? randomAnswer() : null
  const expiresAt = new Date(clock.now().getTime() + goodForMs)
  const source = digestOf(access, 'captcha-source', placeOf(address))
  await db
    .insertInto('captcha')
    .values({ captcha_id: id, form, answer: answer === null ? null : answerDigest(access, id, answer), source, expires_at: expiresAt })
    .execute()
  await sql`
    delete from captcha where captcha_id in (
      select captcha_id from captcha where source = ${source} order by expires_at desc, captcha_id offset ${openMax})`.execute(db)
  return answer === null
    ? { id, form: 'work', bits: access.settings.captchaWorkBits, expiresAt }
    : { id, form: 'image', svg: drawAnswer(answer), expiresAt }
}

/** Whether an answer is right. Whatever it is, the captcha is used up. */
export async function useCaptcha(access: Access, given: { readonly id: string; readonly answer: string }): Promise<boolean> {
  const row = await access.hub.db.deleteFrom('captcha').where('captcha_id', '=', given.id).returningAll().executeTakeFirst()
  if (row === undefined || row.expires_at <= access.hub.clock.now()) return false
  if (row.form === 'work')
    return zeroBits(createHash('sha256').update(`${given.id}:${given.answer}`).digest()) >= access.settings.captchaWorkBits
  return row.answer !== null && timingSafeEqual(row.answer, answerDigest(access, given.id, given.answer))
}

/** Capitals and spaces do not count. */
const answerDigest = (access: Access, id: string, answer: string): Buffer =>
  digestOf(access, 'captcha', id, answer.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase())

export function zeroBits(digest: Uint8Array): number {
  let bits = 0
  for (const byte of digest) {
    bits += byte === 0 ? 8 : Math.clz32(byte) - 24
    if (byte !== 0) break
  }
  return bits
}
