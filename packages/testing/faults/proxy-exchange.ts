import { connect } from 'node:net'
import type { Connection } from './proxy.ts'

/** A fault of one exchange: one request and its answer. */
export interface OneShot {
  readonly kind: OneShotKind
  /** Whether it is meant for a request that begins like this. */
  fits(head: Buffer): boolean
  /** How long, how far: what a kind means by it. Milliseconds or bytes. */
  readonly amount: number
  /** Answered in the place of the callee. */
  readonly answer?: Buffer
  /** Called once, when it has really happened to somebody. */
  hit(): void
}

export type OneShotKind =
  | 'reset-request'
  | 'reset-mid-body'
  | 'reset-reply'
  | 'cut-reply'
  | 'end-reply'
  | 'answer-instead'
  | 'answer-after'
  | 'duplicate-after'
  | 'duplicate-with'
  | 'delay-request'
  | 'delay-reply'
  | 'flip-request'
  | 'flip-reply'
  | 'half-open-request'
  | 'half-open-reply'
  | 'drip-request'

/** Follows requests and answers on one HTTP connection without pipelining, and spoils those that are meant to be. */
export class Exchange {
  private readonly connection: Connection
  private state: 'idle' | 'requesting' | 'answering' = 'idle'
  private fault: OneShot | null = null
  private requestBytes = 0
  /** The request's bytes, kept when it is to be sent twice. */
  private copy: Buffer[] | null = null
  private twin: ReturnType<typeof connect> | null = null
  private holding: Promise<void> | null = null
  private lingers = false

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** True while a request may go on to the callee although its caller has gone. */
  keepsCallee(): boolean {
    return this.lingers
  }

  /** The caller has ended while its request still waits here. @returns true when the callee hears of it after the request */
  endLater(): boolean {
    if (this.holding === null) return false
    const { callee } = this.connection
    this.holding = this.holding.then(() => {
      if (callee !== null && !callee.destroyed) callee.end()
    })
    return true
  }

  /** Bytes of the caller. @returns what goes on now; null when nothing does */
  up(bytes: Buffer): Buffer | null {
    const { connection } = this
    const { proxy } = connection
    if (this.state !== 'requesting') {
      this.state = 'requesting'
      this.requestBytes = 0
      this.copy = null
      this.fault = proxy.take(bytes)
      if (proxy.tooMany()) {
        proxy.touched += 1
        connection.reset()
        return null
      }
      const begun = this.begin(bytes)
      if (begun === 'taken') return null
    }
    this.requestBytes += bytes.length
    const { requestBytesMax } = proxy.weather
    if (requestBytesMax > 0 && this.requestBytes > requestBytesMax) {
      proxy.touched += 1
      connection.reset()
      return null
    }
    return this.on(bytes)
  }

  /** What happens before the first byte goes on. */
  private begin(bytes: Buffer): 'taken' | 'goes-on' {
    const { fault, connection } = this
    if (fault === null) return 'goes-on'
    if (fault.kind === 'reset-request') {
      connection.reset()
      fault.hit()
      return 'taken'
    }
    if (fault.kind === 'half-open-request') {
      connection.halfOpen()
      fault.hit()
      return 'taken'
    }
    if (fault.kind === 'answer-instead') {
      this.answer(fault.answer ?? Buffer.alloc(0))
      fault.hit()
      return 'taken'
    }
    if (fault.kind === 'duplicate-after') this.copy = []
    if (fault.kind === 'duplicate-with') {
      this.twin = connect({ host: '127.0.0.1', port: connection.proxy.target })
      this.twin.on('error', () => {})
      this.twin.resume()
      fault.hit()
    }
    if (fault.kind === 'delay-request') {
      this.lingers = true
      fault.hit()
      this.holding = new Promise((settle) => setTimeout(settle, fault.amount))
    }
    void bytes
    return 'goes-on'
  }

  private on(bytes: Buffer): Buffer | null {
    const { fault, connection } = this
    this.copy?.push(Buffer.from(bytes))
    this.twin?.write(bytes)
    if (fault?.kind === 'reset-mid-body' && this.requestBytes >= fault.amount) {
      // Half of this piece still goes through, so that the other side has begun to read.
      connection.callee?.write(bytes.subarray(0, bytes.length >> 1), () => connection.reset())
      connection.deaf = true
      this.fault = null
      fault.hit()
      return null
    }
    if (fault?.kind === 'flip-request') {
      const at = placeInBody(bytes, this.requestBytes === bytes.length)
      if (at < 0) return bytes
      const spoilt = Buffer.from(bytes)
      spoilt[at] = (spoilt[at] as number) ^ 0x10
      this.fault = null
      fault.hit()
      return spoilt
    }
    if (this.holding !== null) {
      const piece = Buffer.from(bytes)
      this.holding = this.holding.then(() => {
        if (connection.callee !== null && !connection.callee.destroyed) connection.callee.write(piece)
      })
      return null
    }
    if (fault?.kind === 'drip-request') {
      this.fault = null
      fault.hit()
      this.drip(Buffer.from(bytes), fault.amount)
      return null
    }
    return bytes
  }

  private drip(bytes: Buffer, pieces: number): void {
    const size = Math.max(1, Math.ceil(bytes.length / pieces))
    let after: Promise<void> = Promise.resolve()
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size)
      after = after.then(async () => {
        if (this.connection.callee !== null && !this.connection.callee.destroyed) this.connection.callee.write(piece)
        await new Promise((settle) => setTimeout(settle, 20))
      })
    }
    this.holding = after
  }

  /** Bytes of the callee. @returns what goes on now; null when nothing does */
  down(bytes: Buffer): Buffer | null {
    const { connection } = this
    const first = this.state === 'requesting'
    this.state = 'answering'
    this.holding = null
    if (connection.caller.destroyed) connection.callee?.destroy()
    if (!first) return bytes
    this.lingers = false
    const fault = this.fault
    this.fault = null
    if (fault === null) {
      if (bytes.subarray(0, 12).toString('latin1').startsWith('HTTP/1.1 2')) connection.proxy.noteGood()
      return bytes
    }
    switch (fault.kind) {
      case 'reset-reply':
        connection.reset()
        break
      case 'half-open-reply':
        connection.halfOpen()
        break
      case 'cut-reply':
        connection.caller.write(bytes.subarray(0, bytes.length >> 1), () => connection.reset())
        connection.deaf = true
        break
      case 'end-reply':
        connection.caller.end(bytes.subarray(0, bytes.length >> 1))
        connection.deaf = true
        connection.callee?.destroy()
        break
      case 'answer-after':
        this.answer(fault.answer ?? Buffer.alloc(0))
        break
      case 'delay-reply': {
        fault.hit()
        const piece = Buffer.from(bytes)
        setTimeout(() => connection.pass('down', piece), fault.amount)
        return null
      }
      case 'flip-reply': {
        const at = placeInBody(bytes, true)
        if (at < 0) return bytes
        const spoilt = Buffer.from(bytes)
        spoilt[at] = (spoilt[at] as number) ^ 0x10
        fault.hit()
        return spoilt
      }
      case 'duplicate-after':
        this.again(fault)
        return bytes
      case 'duplicate-with':
        this.twin?.end()
        this.twin = null
        return bytes
      default:
        if (bytes.subarray(0, 12).toString('latin1').startsWith('HTTP/1.1 2')) connection.proxy.noteGood()
        return bytes
    }
    fault.hit()
    return null
  }

  /** The same bytes once more, over a connection of their own, some time later. */
  private again(fault: OneShot): void {
    const request = Buffer.concat(this.copy ?? [])
    this.copy = null
    const { target } = this.connection.proxy
    setTimeout(() => {
      const socket = connect({ host: '127.0.0.1', port: target }, () => {
        fault.hit()
        socket.write(request)
      })
      socket.setTimeout(10_000, () => socket.destroy())
      socket.on('error', () => {})
      socket.once('data', () => setTimeout(() => socket.destroy(), 50))
    }, fault.amount)
  }

  private answer(text: Buffer): void {
    this.connection.deaf = true
    this.connection.caller.end(text)
    this.connection.callee?.destroy()
  }
}

/** A place in the body of a piece; -1 when it holds none. */
function placeInBody(bytes: Buffer, hasHead: boolean): number {
  if (!hasHead) return bytes.length >> 1
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0 || end + 5 >= bytes.length) return -1
  return end + 4 + ((bytes.length - end - 4) >> 1)
}
