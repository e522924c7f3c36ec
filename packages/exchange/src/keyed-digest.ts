import { createHmac } from 'node:crypto'

/** HMAC-SHA-256 under the node's secret, with a label so that digests of different uses never meet. 32 bytes. */
export function keyedDigest32(secret: Buffer, label: string, text: string): Buffer {
  return createHmac('sha256', secret).update(label).update('\0').update(text).digest()
}
