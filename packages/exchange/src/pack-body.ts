import { promisify } from 'node:util'
import { zstdCompress, zstdCompressSync } from 'node:zlib'
import type { DeliveryBody } from './delivery-body.ts'

const compressLater = promisify(zstdCompress)
/** Below this many bytes, compressing takes less time than handing the work to another thread. */
const compressAtOnceMax = 32 * 1024

const packed = new WeakMap<DeliveryBody, Buffer>()

/** Compresses a small body when the statements that were just given have left: this process has nothing else to do until they are answered. */
export function packSoon(body: DeliveryBody): void {
  if (body.bytes.length <= compressAtOnceMax) setImmediate(() => packed.set(body, zstdCompressSync(body.bytes)))
}

/** The body as it goes over the wire. */
export async function packBody(body: DeliveryBody): Promise<Buffer> {
  const known = packed.get(body)
  if (known !== undefined) return known
  return body.bytes.length <= compressAtOnceMax ? zstdCompressSync(body.bytes) : await compressLater(body.bytes)
}
