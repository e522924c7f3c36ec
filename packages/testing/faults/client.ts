import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type Agent, request } from 'node:http'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** One request, once. Rejects when no whole answer came. */
export function send(
  agent: Agent,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: Buffer | null,
  timeoutMs: number,
): Promise<HttpAnswer> {
  return new Promise((settle, fail) => {
    const call = request(
      url,
      { method, agent, headers: { ...headers, ...(body === null ? {} : { 'content-length': String(body.length) }) } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', fail)
        answer.on('aborted', () => fail(new Error('the answer broke off')))
        answer.on('end', () => {
          clearTimeout(timer)
          if (!answer.complete) return fail(new Error('the answer broke off'))
          settle({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) })
        })
      },
    )
    const timer = setTimeout(() => call.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
    call.on('error', (error) => {
      clearTimeout(timer)
      fail(error)
    })
    if (body === null) call.end()
    else call.end(body)
  })
}

export const contentDigest = (body: Buffer) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** RFC 8785 for what receipts hold: texts, whole numbers, lists and objects. Written here, so that the engine's own is not believed. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

export function ed25519Key(raw: string): KeyObject {
  const prefix = Buffer.from('302a300506032b6570032100', 'hex')
  return createPublicKey({ key: Buffer.concat([prefix, Buffer.from(raw, 'base64')]), format: 'der', type: 'spki' })
}

/** @returns the receipt, or null when these bytes are none that one of the keys has signed */
export function readReceipt(body: Buffer, keys: readonly KeyObject[]): Receipt | null {
  try {
    const { signatures, ...rest } = JSON.parse(body.toString()) as Receipt & { signatures: { value: string }[] }
    const value = signatures[0]?.value
    const text = Buffer.from(canonical(rest))
    if (value === undefined || !keys.some((key) => verify(null, text, key, Buffer.from(value, 'base64')))) return null
    return rest
  } catch {
    return null
  }
}

export interface ReceiptRecord {
  readonly index: number
  readonly outcome: string
  readonly recordId?: string
  readonly commitment?: string
  readonly problems?: readonly { readonly code: string; readonly pointer?: string; readonly title?: string; readonly severity?: string }[]
}

export interface Receipt {
  readonly submission: { readonly id: string; readonly digest: string }
  readonly counts: Readonly<Record<string, number>>
  readonly outcome: string
  readonly records: readonly ReceiptRecord[]
}
