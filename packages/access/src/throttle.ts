import type { Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { type Access, digestOf } from './access.ts'

/**
 * Slows guessing down without giving a stranger a way to lock somebody out. Failures are counted in three buckets:
 *
 * - *pair*: a user name from one place. After 5 the next attempt has to wait: 15 s, doubling, 15 minutes at most.
 * - *source*: one place, all names. After 60, one attempt in 5 s.
 * - *name*: one user name from everywhere. It only asks for a captcha, because strangers fill it.
 *
 * A *place* is the address (a /64 for IPv6), or the browser itself once its user has signed in with it: it then has a cookie that
 * proves it (OWASP, "device cookies"), and neither other addresses nor colleagues behind the same one touch its count. An attempt is counted before it
 * is judged, in one statement, so that many at the same time gain nothing. Counts are forgotten after an hour.
 */
const freePair = 5
const freeSource = 60
const firstDelaySeconds = 15
const delaySecondsMax = 900
const sourceDelaySeconds = 5
const forgetMs = 3_600_000

export interface Attempt {
  readonly userKey: string
  /** Address, as `placeOf` writes it. */
  readonly place: string
  /** Number of the browser's own cookie, when it proves that this user has signed in with it. */
  readonly device: string | null
}

/** The part of an address that one subscriber has: all of IPv4, the first 64 bits of IPv6. */
export function placeOf(address: string): string {
  const v4 = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (v4) return v4[1] as string
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? []
  const groups = head.split(':').filter((group) => group !== '')
  const rest = tail.split(':').filter((group) => group !== '')
  const whole = address.includes('::')
    ? [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0'), ...rest]
    : groups
  return `${whole
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

interface Buckets {
  readonly pair: Buffer
  readonly source: Buffer
  readonly name: Buffer
}

const bucketsOf = (access: Access, { userKey, place, device }: Attempt): Buckets => ({
  pair: device === null ? digestOf(access, 'pair', userKey, place) : digestOf(access, 'device-pair', userKey, device),
  source: digestOf(access, 'source', place),
  name: digestOf(access, 'name', userKey),
})

/** Whether an attempt has to come with a captcha: after the first failure of this name or this place. */
export async function captchaNeeded(access: Access, attempt: Attempt): Promise<boolean> {
  const { pair, source, name } = bucketsOf(access, attempt)
  const buckets = attempt.device === null ? [pair, source, name] : [pair]
  const since = new Date(access.hub.clock.now().getTime() - forgetMs)
  const row = await access.hub.db
    .selectFrom('sign_in_attempt')
    .select('bucket')
    .where('bucket', 'in', buckets)
    .where('failures', '>', 0)
    .where('last_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export class MustWait extends Problem {
  readonly seconds: number
  constructor(seconds: number) {
    super('too-many-requests', {
      zh: `尝试次数过多，请在 ${seconds} 秒后再试；其他地点的登录不受影响`,
      en: `Too many attempts; try again in ${seconds} s. Sign-ins from elsewhere are not affected`,
    })
    this.seconds = seconds
  }
}

/** Counts an attempt as failed until `succeeded` says otherwise. @throws MustWait */
export async function countAttempt(access: Access, attempt: Attempt): Promise<void> {
  const { pair, source, name } = bucketsOf(access, attempt)
  const { db } = access.hub
  if (attempt.device === null) await count(access, db, source, { free: freeSource, first: sourceDelaySeconds, most: sourceDelaySeconds })
  await count(access, db, pair, { free: freePair, first: firstDelaySeconds, most: delaySecondsMax })
  await count(access, db, name, null)
}

/** The attempt was right: it no longer counts, and the pair begins anew when the sign-in is complete. */
export async function countAsRight(access: Access, db: Kysely<Tables>, attempt: Attempt, complete: boolean): Promise<void> {
  const { pair, source, name } = bucketsOf(access, attempt)
  if (complete) await db.deleteFrom('sign_in_attempt').where('bucket', '=', pair).execute()
  const counted = attempt.device === null ? [pair, source, name] : [pair, name]
  await db
    .updateTable('sign_in_attempt')
    .set({ failures: sql`greatest(0, failures - 1)` })
    .where('bucket', 'in', counted)
    .execute()
}

interface Delay {
  readonly free: number
  readonly first: number
  readonly most: number
}

async function count(access: Access, db: Kysely<Tables>, bucket: Buffer, delay: Delay | null): Promise<void> {
  const now = access.hub.clock.now()
  const forget = new Date(now.getTime() - forgetMs)
  const due =
    delay === null
      ? sql`true`
      : sql`(a.last_at < ${forget} or a.failures < ${delay.free}::int
             or a.last_at + make_interval(secs => least(${delay.most}::float8, ${delay.first}::float8 * power(2, least(a.failures - ${delay.free}::int, 20)))) <= ${now})`
  const { rows } = await sql<{ failures: number }>`
    insert into sign_in_attempt as a (bucket, failures, last_at) values (${bucket}, 1, ${now})
    on conflict (bucket) do update set failures = case when a.last_at < ${forget} then 1 else a.failures + 1 end, last_at = ${now}
    where ${due}
    returning failures`.execute(db)
  if (rows.length > 0 || delay === null) return
  const row = await db.selectFrom('sign_in_attempt').selectAll().where('bucket', '=', bucket).executeTakeFirst()
  const seconds = row === undefined ? 1 : waitOf(row.failures, row.last_at, delay, now)
  throw new MustWait(seconds)
}

function waitOf(failures: number, lastAt: Date, { free, first, most }: Delay, now: Date): number {
  const delay = Math.min(most, first * 2 ** Math.min(failures - free, 20))
  return Math.max(1, Math.ceil((lastAt.getTime() + delay * 1000 - now.getTime()) / 1000))
}
