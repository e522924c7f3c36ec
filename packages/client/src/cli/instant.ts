import type { Words } from '@huijiao/problem'

/** An instant (RFC 3339) as people here read it; what is none stays as it is. The offset of Asia/Shanghai has been +08:00 since 1991. */
export function instantWords(instant: string): Words {
  const at = Date.parse(instant)
  if (Number.isNaN(at)) return { zh: instant, en: instant }
  const text = new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  return { zh: `${text}（北京时间）`, en: `${text} (Asia/Shanghai)` }
}
