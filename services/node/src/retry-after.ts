/** An upstream that asks for more is asked again after this. */
const retryAfterMaxMs = 3_600_000

/** What `Retry-After` asks for, seconds or a date; null when it is not there or makes no sense. */
export function retryAfterMs(value: string | string[] | undefined, now: Date): number | null {
  if (typeof value !== 'string') return null
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(ms) ? Math.min(retryAfterMaxMs, Math.max(0, ms)) : null
}
