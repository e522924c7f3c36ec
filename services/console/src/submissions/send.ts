import { csrfToken, send, sessionListeners } from '../api/client.ts'
import { ApiError, type ProblemBody, unreachable } from '../api/problem.ts'
import type { DryRun, Receipt, SentRecord } from './model.ts'

/** Who answers for what is sent; said in every submission. */
export interface Responsible {
  readonly unit: string
  readonly name: string
}

export interface FileToSend {
  readonly file: File
  readonly standard: string
  /** Code of the table, when neither the sheet nor the file is named after it. */
  readonly entity?: string
  readonly responsible: Responsible
}

/** What a large body is answered with: it is whole, and being stored. */
export interface Accepted {
  readonly id: string
  readonly state: string
}

const rowKinds = /\.(csv|xlsx|xml|tsv|txt)$/i
export const isRowFile = (name: string): boolean => rowKinds.test(name)

function bodyOf({ file, standard, entity, responsible }: FileToSend): { body: Blob | FormData; type: string | null } {
  if (!isRowFile(file.name)) return { body: file, type: /\.json$/i.test(file.name) ? 'application/json' : 'application/x-ndjson' }
  const form = new FormData()
  form.set('standard', standard)
  form.set('responsibleUnit', responsible.unit)
  form.set('responsibleName', responsible.name)
  if (entity !== undefined && entity !== '') form.set('entity', entity)
  form.set('file', file, file.name)
  return { body: form, type: null }
}

/**
 * Uploads a file.
 * @param progress share of the bytes that have left, 0 to 1; 1 while the node is at work
 * @throws ApiError with the node's problem
 */
export function uploadFile(
  what: FileToSend,
  options: {
    readonly dryRun: boolean
    readonly format?: 'xlsx'
    readonly progress?: (share: number) => void
    readonly signal?: AbortSignal
  },
): Promise<Blob> {
  const query = new URLSearchParams()
  if (options.dryRun) query.set('dryRun', 'true')
  if (options.format !== undefined) query.set('format', options.format)
  else if (options.dryRun) query.set('asRead', 'true')
  const { body, type } = bodyOf(what)
  return sendBytes({
    method: 'POST',
    address: `/v1/submissions?${query}`,
    body,
    type,
    ...(options.progress === undefined ? {} : { progress: options.progress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}

/**
 * Sends a body and tells how far it is, which only XMLHttpRequest does.
 * @param progress share of the bytes that have left, 0 to 1
 * @throws ApiError with the node's problem; DOMException AbortError
 */
export function sendBytes({
  method,
  address,
  body,
  type,
  progress,
  signal,
}: {
  readonly method: 'POST' | 'PUT'
  readonly address: string
  readonly body: Blob | FormData
  readonly type: string | null
  readonly progress?: (share: number) => void
  readonly signal?: AbortSignal
}): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, address)
    request.responseType = 'blob'
    const csrf = csrfToken()
    if (csrf !== null) request.setRequestHeader('x-csrf-token', csrf)
    if (type !== null) request.setRequestHeader('content-type', type)
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) progress?.(loaded / total)
    })
    request.upload.addEventListener('load', () => progress?.(1))
    request.addEventListener('error', () => reject(new ApiError(0, unreachable())))
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    request.addEventListener('load', () => {
      const answer = request.response as Blob
      if (request.status >= 200 && request.status < 300) {
        sessionListeners.used()
        resolve(answer)
        return
      }
      void answer.text().then((text) => reject(errorOf(request.status, text)))
    })
    signal?.addEventListener('abort', () => request.abort())
    request.send(body)
  })
}

function errorOf(status: number, text: string): ApiError {
  try {
    const problem = JSON.parse(text) as ProblemBody
    if (problem.code === 'session-ended') sessionListeners.ended()
    return new ApiError(status, problem)
  } catch {
    return new ApiError(status, unreachable(status))
  }
}

export const dryRunOf = async (blob: Blob): Promise<DryRun> => JSON.parse(await blob.text()) as DryRun
export const answerOf = async (blob: Blob): Promise<Receipt | Accepted> => JSON.parse(await blob.text()) as Receipt | Accepted
export const isReceipt = (answer: Receipt | Accepted): answer is Receipt => 'receipt' in answer

/** Hands records in, or only has them judged. @throws ApiError */
export async function sendRecords(
  standard: string,
  responsible: Responsible,
  records: readonly SentRecord[],
  options: { readonly dryRun?: boolean; readonly id?: string } = {},
): Promise<Receipt | DryRun> {
  const body = {
    id: options.id ?? newId(),
    standard,
    producedAt: new Date().toISOString(),
    responsible,
    records: records.map((record) => ({ operation: 'upsert' as const, ...record })),
  }
  const answer = await send('POST', `/v1/submissions${options.dryRun === true ? '?dryRun=true&asRead=true' : ''}`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return (await answer.json()) as Receipt | DryRun
}

/** A UUID, also where a page without TLS has no `randomUUID`. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const kept = 'huijiao-responsible'

/** What this person wrote the last time, on this computer. */
export function keptResponsible(account: string, fallbackName: string): Responsible {
  try {
    const value = JSON.parse(localStorage.getItem(`${kept}-${account}`) ?? 'null') as Responsible | null
    if (typeof value?.unit === 'string' && typeof value.name === 'string') return value
  } catch {
    // As if nothing was written.
  }
  return { unit: '', name: fallbackName }
}

export function keepResponsible(account: string, responsible: Responsible): void {
  try {
    localStorage.setItem(`${kept}-${account}`, JSON.stringify(responsible))
  } catch {
    // It is asked again the next time.
  }
}

/** Hands a file to the browser's downloads. */
export function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
