import type { Buffer as NodeBuffer } from 'node:buffer'
// With its file, because the name alone is that of Node's own module.
import { Buffer as PageBuffer } from 'buffer/index.js'

/** Node's Buffer in a page, as far as this room uses it. */
export const Buffer = PageBuffer as unknown as typeof NodeBuffer
// oxlint-disable-next-line no-redeclare -- the type beside the value
export type Buffer = NodeBuffer

/** Whether bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
