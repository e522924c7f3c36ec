import type { ProblemBody } from '../api/problem.ts'
import { sha256 } from '../sign-in/sha256.ts'
import { sendBytes } from '../submissions/send.ts'

/** What the node found in a file, or that nobody looked, in its own words. */
export interface Scan {
  readonly state: 'none' | 'found' | 'unscanned'
  readonly detail: string
  readonly en: { readonly detail: string }
}

/** Evidence that a record names, handed in before; how long it is and what was found in it is for the page only. */
export interface Attached {
  /** What it is: 处罚决定书. */
  readonly kind: string
  /** `sha-256:` and 64 hex digits. */
  readonly digest: string
  readonly mediaType: string
  readonly name: string
  readonly bytes: number
  readonly scan?: Scan
}

/** What a file is said to be until the person says better: its name, unless that may be somebody's number. A record says it in Chinese. */
export function kindOf(name: string): string {
  const words = name.replace(/\.[^.]+$/, '').trim()
  return words === '' || /\d{8,}/.test(words) ? '附件' : [...words].slice(0, 50).join('')
}

/** As a record names them. */
export const named = (attachments: readonly Attached[]) =>
  attachments.length === 0
    ? {}
    : { attachments: attachments.map(({ kind, digest, mediaType, name }) => ({ kind, digest, mediaType, name })) }

/** Media types by the end of a file's name; the node tells them from the content, and refuses what differs. */
const mediaTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  ofd: 'application/ofd',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** For the browser's file picker. */
export const acceptedFiles = Object.keys(mediaTypes)
  .map((end) => `.${end}`)
  .join(',')

/** Null when the name says nothing that a node takes. */
export const mediaTypeOf = (name: string): string | null => mediaTypes[/\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? ''] ?? null

/** @returns 64 hex digits; by the browser's own digest where the page has it, which it has over TLS and on the machine itself */
export async function digestOf(
  bytes: Uint8Array<ArrayBuffer>,
  own: SubtleCrypto | null = globalThis.crypto.subtle ?? null,
): Promise<string> {
  const hex = (values: Iterable<number>, width: number) => [...values].map((value) => value.toString(16).padStart(width, '0')).join('')
  if (own !== null) return hex(new Uint8Array(await own.digest('SHA-256', bytes)), 2)
  return hex(new Uint32Array(sha256(bytes)), 8)
}

/**
 * Hands one file in, before the record that names it.
 * @param progress share of the bytes that have left
 * @throws ApiError with the node's problem: the type, the size, the quota, what was found in it
 */
export async function handIn(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<Omit<Attached, 'kind'>> {
  const digest = await digestOf(new Uint8Array(await file.arrayBuffer()))
  const answer = await sendBytes({
    method: 'PUT',
    address: `/v1/attachments/${digest}`,
    body: file,
    type: mediaTypeOf(file.name) ?? (file.type === '' ? 'application/octet-stream' : file.type),
    progress,
    signal,
  })
  const { mediaType, bytes, scan, ...stored } = JSON.parse(await answer.text()) as Omit<Attached, 'kind' | 'name'>
  return { digest: stored.digest, mediaType, bytes, name: file.name, ...(scan === undefined ? {} : { scan }) }
}

/** Which of the listed attachments a problem of the record is about; null when it is about none. */
export function attachmentAt(problem: Pick<ProblemBody, 'pointer'>): number | null {
  const match = /^\/attachments\/(\d+)/.exec(problem.pointer ?? '')
  return match === null ? null : Number(match[1])
}
