import type { Access } from './access.ts'

const day = 24 * 3_600_000

/** Removes what is over: captchas, half sign-ins, counts, and sessions that ended or expired 90 days ago. */
export async function forgetOver({ hub, settings }: Access): Promise<void> {
  const now = hub.clock.now().getTime()
  await hub.db.deleteFrom('captcha').where('expires_at', '<', new Date(now)).execute()
  await hub.db.deleteFrom('sign_in_challenge').where('expires_at', '<', new Date(now)).execute()
  await hub.db
    .deleteFrom('sign_in_attempt')
    .where('last_at', '<', new Date(now - day))
    .execute()
  await hub.db
    .deleteFrom('operator_session')
    .where('created_at', '<', new Date(now - settings.sessionMs - 90 * day))
    .execute()
}
