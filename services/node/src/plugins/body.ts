import { PassThrough, type Readable } from 'node:stream'
import { Problem } from '@huijiao/problem'
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface BodyPace {
  /** Milliseconds without a byte, and also how long the average rate is not judged. */
  readonly idleMs: number
  /** Bytes a second. */
  readonly rateMin: number
}

/**
 * The request's body as a stream that ends with a problem when the sender goes away, pauses or trickles. Closing this stream leaves the
 * connection open, so that the answer can still be written on it.
 */
export function bodyOf(request: FastifyRequest, reply: FastifyReply, pace: BodyPace): Readable {
  const { raw } = request
  const body = new PassThrough()
  if (request.continueAwaited) reply.raw.writeContinue()
  const slow = (en: string, zh: string) => body.destroy(new Problem('request-too-slow', { zh, en }))
  const startedAt = performance.now()
  const bytesBefore = raw.socket.bytesRead
  let bytesSeen = bytesBefore
  let movedAt = startedAt
  // The socket's counter is sampled: nothing is added to the path of the bytes.
  const watch = setInterval(
    () => {
      const now = performance.now()
      // While our own side is busy (the stream is full) the sender is not to blame.
      if (raw.socket.bytesRead !== bytesSeen || body.writableNeedDrain) {
        bytesSeen = raw.socket.bytesRead
        movedAt = now
      }
      if (now - movedAt >= pace.idleMs) slow(`No byte arrived for ${pace.idleMs} ms`, `${pace.idleMs} 毫秒内没有收到数据`)
      else if (
        now - startedAt > pace.idleMs &&
        bytesSeen - bytesBefore < (pace.rateMin * (now - startedAt)) / 1000 &&
        !body.writableNeedDrain
      ) {
        slow(`The body arrives at less than ${pace.rateMin} bytes a second`, `请求体速率低于每秒 ${pace.rateMin} 字节`)
      }
    },
    Math.max(20, Math.min(1000, pace.idleMs / 4)),
  )
  const gone = () => {
    if (!raw.complete)
      body.destroy(new Problem('body-incomplete', { zh: '连接在请求体传完之前断开', en: 'The connection ended before the body did' }))
  }
  const stop = () => clearInterval(watch)
  raw.once('error', gone)
  raw.once('close', gone)
  raw.once('end', stop)
  body.once('close', stop)
  body.on('error', () => undefined) // whoever reads the stream hears it too
  raw.pipe(body)
  return body
}

/** What is read of a body after its answer, so that a sender that is still writing gets to see the answer. */
const lingerMs = 5000
const lingerBytes = 16 * 1024 * 1024

/** Reads the rest of an unread body for a while, then cuts the connection. Call it when the answer is on its way. */
export function drainRest(request: FastifyRequest): void {
  const { raw } = request
  if (raw.complete || raw.destroyed) return
  const { socket } = raw
  const cut = () => void raw.destroy()
  const timer = setTimeout(cut, lingerMs).unref()
  const from = socket.bytesRead
  raw.unpipe()
  raw.on('data', () => {
    if (socket.bytesRead - from > lingerBytes) cut()
  })
  raw.once('close', () => clearTimeout(timer))
  raw.once('end', () => clearTimeout(timer))
  raw.resume()
}
