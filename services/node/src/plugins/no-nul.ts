import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'

/** How deep a parsed body is looked into; what is nested deeper is no parameter of ours, and its schema refuses it. */
const depthMax = 32

/**
 * Refuses NUL (U+0000) in what is said in an address or a parsed body. PostgreSQL holds no such text, so a question with one would fail there as if the node were broken.
 * Submissions are read elsewhere and have their own answer.
 */
export function refuseNul(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    for (const [zh, en, part] of [
      ['地址', 'path', params],
      ['查询参数', 'query', query],
      ['请求体', 'body', body],
    ] as const) {
      const place = placeOfNul(part, depthMax)
      if (place === null) continue
      const name = place.slice(1, 200)
      throw new Problem('parameter-invalid', {
        zh: `${zh}：${name === '' ? '' : `${name} `}含有 NUL 字符（U+0000）`,
        en: `${en}: ${name === '' ? 'it' : name} holds a NUL character (U+0000)`,
      })
    }
  })
}

/** JSON Pointer to the first text with a NUL, or to the name with one; null when there is none. */
function placeOfNul(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value.includes('\0') ? '' : null
  if (typeof value !== 'object' || value === null || depth === 0) return null
  if (value instanceof Uint8Array || 'pipe' in value) return null // bytes and streams are read elsewhere
  for (const [name, member] of Object.entries(value)) {
    if (name.includes('\0')) return `/${name.replaceAll('\0', '\u2400')}`
    const place = placeOfNul(member, depth - 1)
    if (place !== null) return `/${name}${place}`
  }
  return null
}
