import { commitment, digestText, textHash } from '@huijiao/merkle'
import { textLetters, type WireVersion } from './versions-body.ts'

/** A record's texts as they came, with what their commitment was recomputed from. */
export interface OpenedTexts {
  readonly open: string | null
  readonly named: string | null
  readonly sealed: string | null
  readonly attachments: string | null
  /** The first three as they are stored: their bytes, where those came. */
  readonly stored: Readonly<Record<'open' | 'named' | 'sealed', string | Uint8Array | null>>
  readonly salts: Buffer
  readonly textHashes: Buffer | null
  readonly commitment: Buffer
  /** Letters of texts that came as their hash only. */
  readonly hashed: string
}

/** The texts of a record with their salts, when they give its commitment; else null. */
export function openTexts({ record, texts, bytes }: WireVersion): OpenedTexts | null {
  const count = record.texts.includes('a') ? 4 : 3
  const salts = Buffer.allocUnsafe(count * 16).fill(0)
  let textHashes: Buffer | null = null
  const values: (string | null)[] = [null, null, null, null]
  const stored: (string | Uint8Array | null)[] = [null, null, null, null]
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
      textHashes ??= Buffer.alloc(count * 32)
      hash.copy(textHashes, at * 32)
      hashes[at] = hash
      hashed += letter
    } else {
      if (salt === null) return null
      salts.write(salt, at * 16, 16, 'hex')
      stored[at] = bytes?.[line] ?? text
      hashes[at] = textHash(salts.subarray(at * 16, at * 16 + 16), stored[at] as string | Uint8Array)
      values[at] = text
    }
  }
  const [open = null, named = null, sealed = null, attachments = null] = values
  const whole = commitment({ open: hashes[0] ?? null, named: hashes[1] ?? null, sealed: hashes[2] ?? null, attachments: hashes[3] ?? null })
  if (digestText(whole) !== record.commitment) return null
  return {
    ...{ open, named, sealed, attachments, salts, textHashes, commitment: whole, hashed },
    stored: { open: stored[0] ?? null, named: stored[1] ?? null, sealed: stored[2] ?? null },
  }
}
