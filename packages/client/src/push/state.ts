import { existsSync, statSync } from 'node:fs'
import { open, readFile, rename, truncate } from 'node:fs/promises'
import { usage } from '../user-error.ts'
import type { Receipt } from '../receipt.ts'
import type { Envelope } from './input.ts'

/** One submission of a push: what it was made of, and the head of its receipt once that is here. */
export interface SentChunk {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly fromLine: number
  readonly toLine: number
  /** SHA-256 of the file's bytes [from, to), hexadecimal: tells whether the file is still the one that was sent. */
  readonly digest: string
  readonly records: number
  /** Lines that could not be sent at all. */
  readonly unsent: number
  readonly receipt: ReceiptHead | null
}

/** What one needs of a receipt to go on; the receipt itself is a line of the file of receipts. */
export interface ReceiptHead {
  readonly outcome: string
  readonly counts: Receipt['counts']
  readonly receivedAt: string
  readonly keyId: string
}

/** `FILE.huijiao-state.json`: how far a push has come. */
export interface PushState {
  readonly format: 'huijiao-push-state/1'
  readonly destination: string
  readonly mode: 'partial' | 'atomic'
  readonly envelope: Envelope
  chunks: SentChunk[]
  /** Lengths of the two files beside it, as of the last receipt: what a crash left beyond them is cut off. */
  refusedBytes: number
  receiptsBytes: number
}

export const statePath = (path: string) => `${path}.huijiao-state.json`
export const receiptsPath = (path: string) => `${path}.receipts.ndjson`
export const refusedPath = (path: string) => `${path}.refused.ndjson`

/**
 * Reads the state of an earlier push.
 * @returns null when there is none
 * @throws UserError (usage) when the file is something else
 */
export async function readState(file: string): Promise<PushState | null> {
  if (!existsSync(file)) return null
  try {
    const state = JSON.parse(await readFile(file, 'utf8')) as PushState
    if (state.format === 'huijiao-push-state/1' && Array.isArray(state.chunks)) return state
  } catch {
    // Said below.
  }
  throw usage(`${file} 不是本程序的续传状态`, `${file} is not a push state`, {
    zh: '移走它，或用 --restart 从头开始',
    en: 'move it away, or begin anew with --restart',
  })
}

/** Writes a state so that after a crash either the old or the new one is there, whole. */
export async function writeState(file: string, state: PushState): Promise<void> {
  const fresh = `${file}.new`
  const handle = await open(fresh, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(state)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}

/** Appends text durably and returns the file's new length. */
export async function appendDurably(file: string, text: string): Promise<number> {
  const handle = await open(file, 'a')
  try {
    if (text !== '') {
      await handle.appendFile(text)
      await handle.sync()
    }
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** Length of a file; 0 when there is none. */
export function sizeOfFile(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

/** Cuts off what a crash left in a file beyond what the state knows of. */
export async function cutTo(file: string, bytes: number): Promise<void> {
  if (sizeOfFile(file) > bytes) await truncate(file, bytes)
}
