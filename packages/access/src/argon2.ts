import * as crypto from 'node:crypto'

/** Argon2id (RFC 9106). Memory in KiB. */
export interface Argon2Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

export interface Argon2Input extends Argon2Cost {
  readonly password: Buffer
  /** At least 8 bytes. */
  readonly salt: Buffer
  readonly length: number
}

/**
 * Node's own implementation, on the thread pool. Node has it since 24.7; the one package that brings Node to macOS on ARM is 24.0
 * (decision 0002), and there the same function comes from WebAssembly, which holds the thread while it computes.
 */
export const argon2id: (input: Argon2Input) => Promise<Buffer> = typeof crypto.argon2 === 'function' ? native : webAssembly

export function native({ password, salt, length, memory, passes, lanes }: Argon2Input): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parameters = { message: password, nonce: salt, parallelism: lanes, tagLength: length, memory, passes }
    crypto.argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(Buffer.from(key))))
  })
}

export async function webAssembly({ password, salt, length, memory, passes, lanes }: Argon2Input): Promise<Buffer> {
  const library = await import('hash-wasm')
  const options = { password, salt, parallelism: lanes, iterations: passes, memorySize: memory, hashLength: length }
  return Buffer.from(await library.argon2id({ ...options, outputType: 'binary' }))
}
