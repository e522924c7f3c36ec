import { commitment, digestText, textHash } from '@huijiao/merkle'
import { textLetters, type WireVersion } from './versions-body.ts'

/** A record's texts as they came, with what their commitment was recomputed from. */
export interface OpenedTexts {
  readonly open: string | null
  readonly named: string | null
  readonly sealed: string | null
  readonly attachments: string | null
  readonly salts: Buffer
  readonly textHashes: Buffer | null
  readonly commitment: Buffer
  /** Letters of texts that came as their hash only. */
  readonly hashed: string
}

/** The texts of a record with their salts, when they give its commitment; else null. */
export function openTexts({ record, texts }: WireVersion): OpenedTexts | null {
  const count = record.texts.includes('a') ? 4 : 3
  const salts = Buffer.alloc(count * 16)
  const textHashes = Buffer.alloc(count * 32)
  const values: (string | null)[] = [null, null, null, null]
  const hashes: (Buffer | null)[] = [null, null, null, null]
  const told = [record.salts.open, record.salts.named, record.salts.sealed, record.salts.attachments]
  let hashed = ''
  for (const [at, letter] of textLetters.entries()) {
    const line = record.texts.indexOf(letter)
    const salt = told[at] ?? null
    if (line === -1) {
      if (salt !== null) return null
      continue
    }
    const text = texts[line] as string
    if (text.startsWith('#')) {
      if (salt !== null || !/^#[0-9a-f]{64}$/.test(text)) return null
      const hash = Buffer.from(text.slice(1), 'hex')
      hash.copy(textHashes, at * 32)
      hashes[at] = hash
      hashed += letter
    } else {
      if (salt === null) return null
      const saltBytes = Buffer.from(salt, 'hex')
      saltBytes.copy(salts, at * 16)
      hashes[at] = textHash(saltBytes, text)
      values[at] = text
    }
  }
  const [open = null, named = null, sealed = null, attachments = null] = values
  const whole = commitment({ open: hashes[0] ?? null, named: hashes[1] ?? null, sealed: hashes[2] ?? null, attachments: hashes[3] ?? null })
  if (digestText(whole) !== record.commitment) return null
  return { open, named, sealed, attachments, salts, textHashes: hashed === '' ? null : textHashes, commitment: whole, hashed }
}
