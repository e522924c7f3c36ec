import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'

/** Encrypts texts for storage and opens them again. Both throw; neither tells anything of the text. */
export interface Sealer {
  /** @param aad what the text belongs to, such as a record id and version; the same must be given to open it */
  seal(text: string | Uint8Array, aad: string | Uint8Array): Buffer
  /** @throws SealError when the bytes are not ours, were changed, belong to another `aad`, or their key is not here */
  open(sealed: Uint8Array, aad: string | Uint8Array): string
  /** As `open`, for what is no text. @throws SealError */
  openBytes(sealed: Uint8Array, aad: string | Uint8Array): Buffer
}

/** Several keys, by number 0–255: `current` seals, all open. To rotate, add a key and make it current. */
export interface SealingKeys {
  readonly current: number
  readonly keys: ReadonlyMap<number, Uint8Array>
}

export class SealError extends Error {
  override readonly name = 'SealError'
}

const version = 1
const headerBytes = 14 // version, key number, nonce of 12
const tagBytes = 16

/**
 * AES-256-GCM with a random 12-byte nonce: version byte 1, key number, nonce, ciphertext, tag of 16 bytes. Version and key number are
 * authenticated with `aad`. One key is good for 2^32 texts (NIST SP 800-38D §8.3).
 * @param keys 32 bytes, which become key 1; or several
 */
export function sealer(keys: Uint8Array | SealingKeys): Sealer {
  const ring: SealingKeys = keys instanceof Uint8Array ? { current: 1, keys: new Map([[1, keys]]) } : keys
  for (const [number, key] of ring.keys) {
    if (!Number.isInteger(number) || number < 0 || number > 255) throw new RangeError(`a key number is 0 to 255, not ${number}`)
    if (key.length !== 32) throw new RangeError(`sealing key ${number} has ${key.length} bytes, not 32`)
  }
  // Key objects are made once: made anew for each text they cost four times the encryption itself.
  const keyObjects = new Map<number, KeyObject>([...ring.keys].map(([number, key]) => [number, createSecretKey(key)]))
  const currentKey = keyObjects.get(ring.current)
  if (currentKey === undefined) throw new RangeError(`there is no sealing key ${ring.current}`)
  const openBytes: Sealer['openBytes'] = (sealed, aad) => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes.length < headerBytes + tagBytes || bytes[0] !== version) throw new SealError('these are not the bytes of a sealed text')
    const key = keyObjects.get(bytes[1] as number)
    if (key === undefined) throw new SealError(`sealing key ${bytes[1]} is not here`)
    const header = bytes.subarray(0, headerBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, header.subarray(2), { authTagLength: tagBytes })
    decipher.setAAD(associated(header, aad)).setAuthTag(bytes.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(headerBytes, -tagBytes)), decipher.final()])
    } catch (cause) {
      throw new SealError('the sealed text was changed, or belongs to something else', { cause })
    }
  }
  return {
    openBytes,
    open: (sealed, aad) => openBytes(sealed, aad).toString('utf8'),
    seal(text, aad) {
      const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length
      const sealed = Buffer.allocUnsafe(headerBytes + length + tagBytes)
      sealed[0] = version
      sealed[1] = ring.current
      sealed.set(nonce(), 2)
      const cipher = createCipheriv('aes-256-gcm', currentKey, sealed.subarray(2, headerBytes)).setAAD(associated(sealed, aad))
      // A stream cipher: what goes in comes out at once, and nothing is left for the end but the tag.
      sealed.set(cipher.update(text), headerBytes)
      cipher.final()
      sealed.set(cipher.getAuthTag(), headerBytes + length)
      return sealed
    },
  }
}

let nonces = Buffer.alloc(0)

/** 12 random bytes, never given twice; drawn from the system a few thousand at a time. */
function nonce(): Buffer {
  if (nonces.length < 12) {
    nonces = Buffer.allocUnsafeSlow(12 * 1024)
    randomFillSync(nonces)
  }
  const drawn = nonces.subarray(0, 12)
  nonces = nonces.subarray(12)
  return drawn
}

function associated(header: Buffer, aad: string | Uint8Array): Buffer {
  const bytes = typeof aad === 'string' ? Buffer.from(aad) : aad
  const whole = Buffer.allocUnsafe(2 + bytes.length)
  whole[0] = header[0] as number
  whole[1] = header[1] as number
  whole.set(bytes, 2)
  return whole
}
