import { signRequest } from '@huijiao/identity'
import type { Credentials } from './destination.ts'

/** Adds to the headers what proves who sends the request. A signature is good for one attempt: it carries a fresh nonce. */
export function authorize(headers: Headers, method: string, url: string, credentials: Credentials | null): void {
  if (credentials === null) return
  if (credentials.kind === 'api-key') return headers.set('authorization', `Bearer ${credentials.secret}`)
  const contentDigest = headers.get('content-digest')
  const signed = signRequest({
    ...{ method, url, headers: Object.fromEntries(headers), key: credentials, created: new Date() },
    ...(contentDigest === null ? {} : { contentDigest }),
  })
  headers.set('signature-input', signed['signature-input'])
  headers.set('signature', signed.signature)
}
