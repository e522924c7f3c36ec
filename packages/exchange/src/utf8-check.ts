import { isUtf8 } from 'node:buffer'
import { Problem } from '@huijiao/problem'

/** Checks UTF-8 chunk by chunk: a sequence cut by a chunk's end waits for the next chunk. What comes after a fault is not looked at. */
export class Utf8Check {
  private tail = Buffer.alloc(0)
  private checked = 0
  fault: Problem | null = null

  push(chunk: Buffer): void {
    if (this.fault !== null) return
    const joined = this.tail.length === 0 ? chunk : Buffer.concat([this.tail, chunk])
    const end = joined.length - openSequence(joined)
    if (!isUtf8(joined.subarray(0, end))) this.fault = this.problem(joined.subarray(0, end))
    this.checked += end
    this.tail = Buffer.from(joined.subarray(end))
  }

  end(): void {
    if (this.fault === null && this.tail.length > 0) this.fault = this.problem(this.tail)
  }

  private problem(bytes: Buffer): Problem {
    const at = this.checked + firstInvalid(bytes)
    return new Problem('json-not-utf8', { zh: `第 ${at} 字节处不是合法的 UTF-8`, en: `Byte ${at} is not UTF-8` })
  }
}

/** How many bytes at the end belong to a sequence that is not complete yet (0 to 3). */
function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}

function firstInvalid(bytes: Buffer): number {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const open = openSequence(bytes.subarray(0, middle))
    if (isUtf8(bytes.subarray(0, middle - open))) low = middle
    else high = middle - 1
  }
  return low
}
