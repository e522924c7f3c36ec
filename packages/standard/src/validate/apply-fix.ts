import type { FixOperation } from '@huijiao/problem'

type Data = Readonly<Record<string, unknown>>

/**
 * A record's `data` with a fix applied; the data that came in is left as it is. Operations outside `data` are passed over: they are for whoever
 * holds the whole record.
 * @param fix as a problem carries it, with paths `/data/Field`
 */
export function applyFix(data: Data, fix: readonly FixOperation[]): Record<string, unknown> {
  const mended: Record<string, unknown> = { ...data }
  for (const { op, path, from, value } of fix) {
    const name = memberOf(path)
    if (name === null) continue
    if (op === 'remove') delete mended[name]
    else if (op === 'move') {
      const source = from === undefined ? null : memberOf(from)
      if (source === null || !Object.hasOwn(mended, source)) continue
      const moved = mended[source]
      delete mended[source]
      mended[name] = moved
    } else mended[name] = value
  }
  return mended
}

/** The member of `data` that a JSON Pointer names; null for any other place. */
function memberOf(pointer: string): string | null {
  const match = /^\/data\/([^/]*)$/.exec(pointer)
  return match === null ? null : match[1]!.replaceAll('~1', '/').replaceAll('~0', '~')
}
