import type { Socket } from 'node:net'
import type pg from 'pg'

/** A value from which on it is not copied: below, a piece of its own in the write costs more than its bytes. */
const inPlaceMin = 16 * 1024

interface BindConfig {
  readonly portal?: string
  readonly statement?: string
  readonly binary?: boolean
  readonly values?: readonly unknown[]
  readonly valueMapper?: (value: unknown, index: number) => Buffer | string | null
}

interface Connection {
  readonly stream: Socket
  bind(config: BindConfig): void
}

/**
 * Sends large values of a statement (the columns of a part, a megabyte and more) from where they are. The driver copies every value into one message, which
 * it makes larger step by step: several megabytes of memory a part, for which the collector of this process then works.
 * Whoever gives such a value leaves it as it is until the statement is answered.
 */
export function bindInPlace(client: pg.ClientBase): void {
  const { connection } = client as unknown as { readonly connection: Connection }
  const plain = connection.bind.bind(connection)
  connection.bind = (config) => {
    const { values = [] } = config
    if (!values.some((value) => Buffer.isBuffer(value) && value.length >= inPlaceMin)) return plain(config)
    if (!connection.stream.writable) return
    for (const piece of bindMessage(config, values)) connection.stream.write(piece)
  }
}

/** The message in pieces: https://www.postgresql.org/docs/current/protocol-message-formats.html, Bind. */
export function bindMessage({ portal = '', statement = '', binary = false, valueMapper }: BindConfig, given: readonly unknown[]): Buffer[] {
  const values = given.map((value, at) => (valueMapper === undefined ? (value as Buffer | string | null) : valueMapper(value, at)))
  const pieces: Buffer[] = []
  let small: Buffer[] = [Buffer.from(`${portal}\0${statement}\0`), int16(values.length)]
  for (const value of values) small.push(int16(Buffer.isBuffer(value) ? 1 : 0))
  small.push(int16(values.length))
  const flush = () => {
    pieces.push(Buffer.concat(small))
    small = []
  }
  for (const value of values) {
    if (value === null || value === undefined) {
      small.push(int32(-1))
      continue
    }
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value)
    small.push(int32(bytes.length))
    if (bytes.length < inPlaceMin) small.push(bytes)
    else {
      flush()
      pieces.push(bytes)
    }
  }
  small.push(int16(1), int16(binary ? 1 : 0))
  flush()
  const length = pieces.reduce((sum, piece) => sum + piece.length, 4)
  return [Buffer.concat([Buffer.from('B'), int32(length), pieces[0] as Buffer]), ...pieces.slice(1)]
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}
