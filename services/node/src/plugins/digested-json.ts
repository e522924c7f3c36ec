import { createHash } from 'node:crypto'
import { digestMatches, parseContentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** For signed JSON: a signature covers `Content-Digest`, and that the body has this digest is checked before it is read. */
export function requireDigest(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit }, (request, bytes: Buffer, done) => {
    try {
      checkDigest(request, bytes)
      done(null, JSON.parse(bytes.toString()))
    } catch (error) {
      done(error instanceof Problem ? error : Object.assign(error as Error, { statusCode: 400 }))
    }
  })
}

/** @throws Problem digest-mismatch */
function checkDigest(request: FastifyRequest, bytes: Buffer): void {
  const header = request.headers['content-digest']
  if (header === undefined) return
  const arrived = { sha256: createHash('sha256').update(bytes).digest(), sha512: createHash('sha512').update(bytes).digest() }
  if (!digestMatches(parseContentDigest(Array.isArray(header) ? header.join(', ') : header), arrived))
    throw new Problem('digest-mismatch', { zh: '请求体与 Content-Digest 不符', en: 'The body does not match Content-Digest' })
}
