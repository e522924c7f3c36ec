import { createServer, type Server, type Socket, connect } from 'node:net'
import { once } from 'node:events'
import { Exchange, type OneShot } from './proxy-exchange.ts'

/** What a proxy does to everything that passes while it lasts. */
export interface Weather {
  /** New connections are reset at once. */
  refuse: boolean
  /** New connections are taken and nothing ever comes of them. */
  hang: boolean
  /** Bytes towards the target wait until it is over, as they would for TCP's next attempt. */
  cutUp: boolean
  /** Bytes back wait. */
  cutDown: boolean
  /** Milliseconds that each piece waits, each way. */
  latencyMs: number
  /** Spread of that, as a share. */
  jitter: number
  /** Bytes a second towards the target; 0 does not bound. */
  rate: number
  /** A request beyond so many bytes is reset; 0 does not bound. */
  requestBytesMax: number
  /** Requests a second beyond which connections are reset; 0 does not bound. */
  requestsMax: number
  /** Pieces are cut into so few bytes; 0 leaves them. */
  pieceBytes: number
}

export const fair: Readonly<Weather> = {
  refuse: false,
  hang: false,
  cutUp: false,
  cutDown: false,
  latencyMs: 0,
  jitter: 0,
  rate: 0,
  requestBytesMax: 0,
  requestsMax: 0,
  pieceBytes: 0,
}

/**
 * A TCP proxy of our own between two programs. It passes bytes on as they come, unless it was told to spoil something: `weather` for what
 * lasts, `arm` for what happens to one exchange. It counts what it really touched.
 */
export class Proxy {
  readonly name: string
  readonly http: boolean
  port = 0
  target: number
  weather: Weather = { ...fair }
  /** What the weather has touched since it was set. */
  touched = 0
  readonly connections = new Set<Connection>()
  private server: Server | null = null
  private readonly armed: OneShot[] = []
  private readonly waiters: (() => void)[] = []
  private recent: number[] = []
  /** Exchanges that were answered with 2xx. */
  good = 0
  /** Somebody holds it alone. */
  held = false

  constructor(name: string, target: number, http: boolean) {
    this.name = name
    this.target = target
    this.http = http
  }

  async start(): Promise<this> {
    const server = createServer({ noDelay: true }, (socket) => new Connection(this, socket))
    this.server = server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.port = (server.address() as { port: number }).port
    return this
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.reset()
    this.server?.close()
  }

  setWeather(change: Partial<Weather>): void {
    this.weather = { ...this.weather, ...change }
    this.touched = 0
    // What is under way feels it, too.
    if (change.cutUp || change.cutDown || (change.latencyMs ?? 0) > 0) this.touched += this.busy()
  }

  clear(): void {
    this.weather = { ...fair }
    for (const connection of this.connections) connection.flush()
  }

  busy(): number {
    return [...this.connections].filter((connection) => connection.open).length
  }

  /** The next fitting exchange is spoilt this way. */
  arm(fault: OneShot): void {
    this.armed.push(fault)
  }

  /** Takes back what nothing has met yet. */
  disarm(fault: OneShot): void {
    const at = this.armed.indexOf(fault)
    if (at >= 0) this.armed.splice(at, 1)
  }

  /** Whoever holds it alone decides what happens to it: what others had in mind is taken back, and they choose elsewhere. @returns gives it back */
  hold(): () => void {
    this.armed.length = 0
    this.clear()
    this.held = true
    return () => {
      this.held = false
    }
  }

  take(head: Buffer): OneShot | null {
    const at = this.armed.findIndex((fault) => fault.fits(head))
    return at < 0 ? null : (this.armed.splice(at, 1)[0] ?? null)
  }

  /** Resets live connections. @returns how many there were */
  resetAll(most = Infinity): number {
    let count = 0
    for (const connection of [...this.connections]) {
      if (count >= most) break
      if (!connection.open) continue
      connection.reset()
      count += 1
    }
    return count
  }

  /** Settles at the next exchange that is answered with 2xx. */
  nextGood(): Promise<void> {
    return new Promise((settle) => this.waiters.push(settle))
  }

  /** Nobody waits for an answer any more: nothing is on its way. */
  forgetWaiters(): void {
    this.waiters.length = 0
  }

  noteGood(): void {
    this.good += 1
    for (const waiter of this.waiters.splice(0)) waiter()
  }

  /** @returns true when this request is one too many for the second */
  tooMany(): boolean {
    const now = performance.now()
    this.recent = this.recent.filter((at) => now - at < 1000)
    this.recent.push(now)
    return this.weather.requestsMax > 0 && this.recent.length > this.weather.requestsMax
  }
}

/** One caller, and the connection to the target made for it. */
export class Connection {
  readonly proxy: Proxy
  readonly caller: Socket
  readonly callee: Socket | null
  readonly exchange: Exchange | null
  /** Pieces that wait, in order, each way. */
  private readonly held = { up: [] as Piece[], down: [] as Piece[] }
  /** Both sides believe in it. */
  open = true
  /** Bytes of the caller go nowhere any more. */
  deaf = false

  constructor(proxy: Proxy, caller: Socket) {
    this.proxy = proxy
    this.caller = caller
    caller.on('error', () => {})
    caller.setNoDelay(true)
    if (proxy.weather.refuse || proxy.weather.hang) {
      proxy.touched += 1
      this.callee = null
      this.exchange = null
      proxy.connections.add(this)
      caller.once('close', () => this.gone())
      if (proxy.weather.refuse) this.reset()
      else caller.resume()
      return
    }
    const callee = connect({ host: '127.0.0.1', port: proxy.target, noDelay: true })
    this.callee = callee
    this.exchange = proxy.http ? new Exchange(this) : null
    callee.on('error', () => this.reset())
    caller.on('data', (bytes: Buffer) => this.onUp(bytes))
    callee.on('data', (bytes: Buffer) => this.onDown(bytes))
    caller.on('end', () => {
      if (this.exchange?.endLater() !== true) this.pass('up', null)
    })
    callee.on('end', () => this.pass('down', null))
    caller.once('close', () => {
      this.gone()
      if (!this.exchange?.keepsCallee()) callee.destroy()
    })
    callee.once('close', () => {
      if (!this.deaf && this.held.down.length === 0) caller.end()
    })
    proxy.connections.add(this)
  }

  private gone(): void {
    this.open = false
    this.proxy.connections.delete(this)
  }

  private onUp(bytes: Buffer): void {
    if (this.deaf) return
    if (this.exchange === null) rawUp.get(this)?.(bytes)
    const passed = this.exchange === null ? bytes : this.exchange.up(bytes)
    if (passed !== null) this.pass('up', passed)
  }

  private onDown(bytes: Buffer): void {
    if (this.deaf) return
    if (this.exchange === null && rawDown.get(this)?.(bytes) === true) return
    const passed = this.exchange === null ? bytes : this.exchange.down(bytes)
    if (passed !== null) this.pass('down', passed)
  }

  /** Sends a piece on, when the weather lets it. */
  pass(way: 'up' | 'down', bytes: Buffer | null): void {
    const { weather } = this.proxy
    const cut = way === 'up' ? weather.cutUp : weather.cutDown
    const waits = cut || weather.latencyMs > 0 || (way === 'up' && weather.rate > 0) || weather.pieceBytes > 0
    if (!waits && this.held[way].length === 0) return this.write(way, bytes)
    this.proxy.touched += 1
    const spread = weather.latencyMs * (1 + weather.jitter * (Math.random() * 2 - 1))
    const slow = way === 'up' && weather.rate > 0 ? ((bytes?.length ?? 0) / weather.rate) * 1000 : 0
    const last = this.held[way].at(-1)?.due ?? 0
    const due = Math.max(last, performance.now() + spread) + slow
    for (const piece of cutUp(bytes, weather.pieceBytes)) this.held[way].push({ bytes: piece, due })
    this.later(way)
  }

  private later(way: 'up' | 'down'): void {
    const first = this.held[way][0]
    if (first === undefined) return
    const cut = way === 'up' ? this.proxy.weather.cutUp : this.proxy.weather.cutDown
    if (cut) return // `flush` goes on
    setTimeout(
      () => {
        const piece = this.held[way][0]
        if (piece !== first || (way === 'up' ? this.proxy.weather.cutUp : this.proxy.weather.cutDown)) return
        this.held[way].shift()
        this.write(way, piece.bytes)
        this.later(way)
      },
      Math.max(0, first.due - performance.now()),
    )
  }

  /** What waited goes on, as after a cut. */
  flush(): void {
    for (const way of ['up', 'down'] as const) for (const piece of this.held[way].splice(0)) this.write(way, piece.bytes)
  }

  private write(way: 'up' | 'down', bytes: Buffer | null): void {
    const [from, to] = way === 'up' ? [this.caller, this.callee] : [this.callee, this.caller]
    if (to === null || to.destroyed || to.writableEnded) return
    if (bytes === null) return void to.end()
    if (!to.write(bytes) && from !== null && !from.destroyed) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }

  /** Both sides are told by RST. */
  reset(): void {
    this.open = false
    if (!this.caller.destroyed) this.caller.resetAndDestroy()
    if (this.callee !== null && !this.callee.destroyed) this.callee.resetAndDestroy()
    this.proxy.connections.delete(this)
  }

  /** The callee's side is gone, and the caller is not told. */
  halfOpen(): void {
    this.deaf = true
    this.caller.resume()
    if (this.callee !== null && !this.callee.destroyed) this.callee.resetAndDestroy()
  }
}

interface Piece {
  readonly bytes: Buffer | null
  readonly due: number
}

function cutUp(bytes: Buffer | null, size: number): (Buffer | null)[] {
  if (bytes === null || size === 0 || bytes.length > 64 * 1024) return [bytes]
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}

/** Looks at the bytes of connections that are not HTTP; `rawDown` answers true when it has taken the piece away. */
export const rawUp = new WeakMap<Connection, (bytes: Buffer) => void>()
export const rawDown = new WeakMap<Connection, (bytes: Buffer) => boolean>()
