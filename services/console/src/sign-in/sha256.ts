/**
 * SHA-256 (FIPS 180-4) of a short text, at once: the browser's own is asynchronous, which costs more than the hash itself when hundreds of thousands are
 * wanted, and is missing on pages without TLS. A test holds it against Node's.
 */
const primes = Array.from({ length: 400 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n - 2 }, (_, d) => d + 2).every((d) => n % d !== 0),
)
const fraction = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32)
const constants = Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)))
const start = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const schedule = new Int32Array(64)

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
const at = (words: Int32Array, index: number): number => words[index] as number

/** @returns eight words of 32 bits */
export function sha256(message: Uint8Array): Int32Array {
  const blocks = Math.ceil((message.length + 9) / 64)
  const padded = new DataView(new ArrayBuffer(blocks * 64))
  message.forEach((byte, index) => padded.setUint8(index, byte))
  padded.setUint8(message.length, 0x80)
  padded.setUint32(blocks * 64 - 4, message.length * 8)
  const state = start.slice()
  for (let block = 0; block < blocks; block += 1) compress(state, padded, block * 64)
  return state
}

function compress(state: Int32Array, data: DataView, offset: number): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = data.getInt32(offset + i * 4)
  for (let i = 16; i < 64; i += 1) {
    const x = at(schedule, i - 15)
    const y = at(schedule, i - 2)
    const small0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)
    const small1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10)
    schedule[i] = (at(schedule, i - 16) + small0 + at(schedule, i - 7) + small1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const big1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const first = (h + big1 + ((e & f) ^ (~e & g)) + at(constants, i) + at(schedule, i)) | 0
    const big0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (at(state, i) + word) | 0))
}

export function leadingZeroBits(words: Int32Array): number {
  const first = words.findIndex((word) => word !== 0)
  return first === -1 ? words.length * 32 : first * 32 + Math.clz32(at(words, first))
}
