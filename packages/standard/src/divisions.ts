import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestText, sha256 } from '@huijiao/merkle'
import type { RegionsDocument } from './regions.ts'

const text = readFileSync(join(import.meta.dirname, 'generated', 'regions.json'))

/** The committed table of divisions. In a page `browser/divisions.ts` stands for this file. */
export const divisions = JSON.parse(text.toString()) as RegionsDocument

/** Names the table of divisions that this build holds; a release says which one it counts on. */
export function regionTableDigest(): string {
  return digestText(sha256(text))
}
