import { Buffer } from '#buffer'
import { createPublicKey, sign, verify, type KeyObject } from '#crypto'
import { hashBytes, sha256 } from './hash.ts'

/** Signs notes: the name that stands in the signature line, and an Ed25519 private key. */
export interface NoteSigner {
  readonly name: string
  readonly keyObject: KeyObject
}

/** A verifier key, read. */
export interface VerifierKey {
  readonly name: string
  /** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), as a number. */
  readonly id: number
  /** The raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Buffer
}

const ed25519Type = 1
const nameForm = /^[^\s+\p{Z}\p{Cc}]+$/u
const signatureLine = /^— ([^\s+\p{Z}\p{Cc}]+) ([A-Za-z0-9+/]+={0,2})$/u
const signaturesMax = 100
const noteBytesMax = 1024 * 1024

function keyId(name: string, publicKey: Uint8Array): number {
  return sha256(Buffer.from(`${name}\n`), Buffer.from([ed25519Type]), publicKey).readUInt32BE(0)
}

function base64Bytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/**
 * Writes a verifier key, `<name>+<8 hex>+<base64>`: what others need to check this signer's notes.
 * @param publicKey raw Ed25519 public key, 32 bytes
 * @throws RangeError when the name is empty or holds a space or plus sign, or the key is not 32 bytes
 * @see C2SP signed-note, "Verifier keys"
 */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  if (!nameForm.test(name) || publicKey.length !== hashBytes)
    throw new RangeError('a verifier key has a name without spaces or plus signs and 32 bytes')
  const id = keyId(name, publicKey).toString(16).padStart(8, '0')
  return `${name}+${id}+${Buffer.concat([Buffer.from([ed25519Type]), publicKey]).toString('base64')}`
}

/**
 * Reads a verifier key.
 * @throws TypeError when it is malformed, of another algorithm than Ed25519, or its id does not belong to its key
 */
export function parseVerifierKey(text: string): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text)
  const bytes = match === null ? null : base64Bytes(match[3] as string)
  if (match === null || bytes === null || !nameForm.test(match[1] as string)) throw new TypeError('not a verifier key')
  if (bytes[0] !== ed25519Type || bytes.length !== 1 + hashBytes)
    throw new TypeError('a verifier key of an algorithm that is not known here')
  const [name, id, publicKey] = [match[1] as string, Number.parseInt(match[2] as string, 16), bytes.subarray(1)]
  if (keyId(name, publicKey) !== id) throw new TypeError('the id in the verifier key does not belong to its name and key')
  return { name, id, publicKey }
}

const rawKeys = new WeakMap<KeyObject, Buffer>()

/** The raw 32 bytes of an Ed25519 public key, or of the public half of a private one. Worked out once a key: it takes longer than to sign. */
export function rawPublicKey(key: KeyObject): Buffer {
  const known = rawKeys.get(key)
  if (known !== undefined) return known
  const { kty, crv, x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw new TypeError('not an Ed25519 key')
  const raw = Buffer.from(x, 'base64')
  rawKeys.set(key, raw)
  return raw
}

/** Few keys sign again and again; a stranger who offers many pushes out the oldest. */
const keyObjectsMax = 100
const keyObjects = new Map<string, KeyObject>()

/** The public key object for 32 raw Ed25519 bytes. */
export function publicKeyObject(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  let key = keyObjects.get(x)
  if (key === undefined) {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    if (keyObjects.size >= keyObjectsMax) keyObjects.delete(keyObjects.keys().next().value as string)
    keyObjects.set(x, key)
  }
  return key
}

function checkText(text: string): void {
  if (!text.endsWith('\n') || !text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    throw new TypeError('the text of a note ends in a newline and has no other control character')
  }
}

/**
 * Signs a text and returns the whole note.
 * @param text ends in a newline, holds no other control character
 * @throws TypeError when the text is not fit for a note or the key is not Ed25519
 * @see C2SP signed-note
 */
export function signNote(text: string, signer: NoteSigner): string {
  checkText(text)
  if (!nameForm.test(signer.name)) throw new TypeError('the name of a note key has no spaces or plus signs')
  const id = Buffer.alloc(4)
  id.writeUInt32BE(keyId(signer.name, rawPublicKey(signer.keyObject)))
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), signer.keyObject)]).toString('base64')
  return `${text}\n— ${signer.name} ${signature}\n`
}

interface SignatureLine {
  readonly name: string
  readonly id: number
  readonly signature: Buffer
}

/**
 * Takes a note apart without checking any signature: show nothing of it to anybody on the strength of this alone.
 * @throws TypeError when it is not a note
 */
export function splitNote(note: string): { text: string; signatures: SignatureLine[] } {
  if (note.length > noteBytesMax) throw new TypeError('the note is too large')
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new TypeError('not a signed note')
  const text = note.slice(0, end + 1)
  checkText(note)
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw new TypeError('the note has too many signatures')
  const signatures = lines.map((line) => {
    const match = signatureLine.exec(line)
    const bytes = match === null ? null : base64Bytes(match[2] as string)
    if (match === null || bytes === null || bytes.length < 5) throw new TypeError('a signature line of the note is malformed')
    return { name: match[1] as string, id: bytes.readUInt32BE(0), signature: bytes.subarray(4) }
  })
  return { text, signatures }
}

/**
 * Opens a signed note.
 * @param verifierKeys the keys one trusts, as `verifierKey` writes them; signatures of others are passed over
 * @returns the signed text, and the names of the keys whose signatures hold
 * @throws TypeError when the note is malformed, the signature of a known key does not hold, or no known key signed it
 * @see C2SP signed-note
 */
export function openNote(note: string, verifierKeys: readonly string[]): { text: string; verified: string[] } {
  const { text, signatures } = splitNote(note)
  const known = verifierKeys.map(parseVerifierKey)
  const verified = new Set<string>()
  for (const line of signatures) {
    const keys = known.filter((key) => key.name === line.name && key.id === line.id)
    if (keys.length === 0) continue
    const holds = keys.some((key) => verify(null, Buffer.from(text), publicKeyObject(key.publicKey), line.signature))
    if (!holds) throw new TypeError(`the signature of ${line.name} does not hold`)
    verified.add(line.name)
  }
  if (verified.size === 0) throw new TypeError('no known key signed the note')
  return { text, verified: [...verified] }
}
