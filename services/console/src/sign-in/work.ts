import { leadingZeroBits, sha256 } from './sha256.ts'

/**
 * Finds a number so that SHA-256 of `<id>:<number>` begins with so many zero bits; gives the browser a breath every few thousand tries.
 * @param bits 18 asks for about 262,144 tries
 */
export async function solveWork(id: string, bits: number): Promise<string> {
  const encoder = new TextEncoder()
  for (let number = 0; ; number += 1) {
    if (leadingZeroBits(sha256(encoder.encode(`${id}:${number}`))) >= bits) return String(number)
    if (number % 4000 === 3999) await new Promise((settle) => setTimeout(settle))
  }
}
