import { Buffer } from '#buffer'
import { hashBytes } from './hash.ts'

/** The head of a log: its identity, its size in entries, and its root. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly extensions: readonly string[]
}

/**
 * The text of a checkpoint, to be signed as a note.
 * @throws RangeError when the origin or an extension is empty or has a line break, the size is no count, or the root is not 32 bytes
 * @see C2SP tlog-checkpoint
 */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint
  const lines = [origin, ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n')) || !Number.isSafeInteger(size) || size < 0 || root.length !== hashBytes) {
    throw new RangeError('a checkpoint has an origin, a size, a root of 32 bytes, and extensions of one line each')
  }
  return [origin, size, root.toString('base64'), ...extensions].join('\n') + '\n'
}

/**
 * Reads the text of a checkpoint (the text of its note, not the note).
 * @throws TypeError when it is malformed
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, sizeText, rootText] = lines
  const extensions = lines.slice(3, -1)
  const size = Number(sizeText)
  const root = Buffer.from(rootText ?? '', 'base64')
  const sound =
    lines.length >= 4 &&
    lines.at(-1) === '' &&
    origin !== '' &&
    extensions.every((line) => line !== '') &&
    /^(0|[1-9]\d*)$/.test(sizeText ?? '') &&
    Number.isSafeInteger(size) &&
    root.length === hashBytes &&
    root.toString('base64') === rootText
  if (!sound) throw new TypeError('not a checkpoint')
  return { origin: origin as string, size, root, extensions }
}

/** One life of a log: a restored or re-created node begins a new one. */
export interface Epoch {
  readonly number: number
  /** Random, letters and digits only. */
  readonly id: string
}

const nodeNameForm = /^[^\s+/\p{Z}\p{Cc}]+$/u

/**
 * The origin line of a node's log in one epoch: `<node name>/epoch/<number>/<id>`. The note is signed under the node's bare name, so that
 * one verifier key serves all epochs.
 * @throws RangeError when the name has a space, plus sign or slash, or the epoch is malformed
 */
export function logOrigin(nodeName: string, epoch: Epoch): string {
  const sound = nodeNameForm.test(nodeName) && Number.isSafeInteger(epoch.number) && epoch.number >= 1 && /^[A-Za-z0-9-]+$/.test(epoch.id)
  if (!sound) throw new RangeError('a log origin is made of a node name without spaces, plus signs or slashes, and an epoch')
  return `${nodeName}/epoch/${epoch.number}/${epoch.id}`
}

/** Reads an origin line that `logOrigin` made; null for any other. */
export function parseLogOrigin(origin: string): { nodeName: string; epoch: Epoch } | null {
  const match = /^([^/]+)\/epoch\/([1-9]\d{0,14})\/([A-Za-z0-9-]+)$/.exec(origin)
  if (match === null || !nodeNameForm.test(match[1] as string)) return null
  return { nodeName: match[1] as string, epoch: { number: Number(match[2]), id: match[3] as string } }
}
