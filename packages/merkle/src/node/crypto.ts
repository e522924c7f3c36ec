/** SHA-256 and Ed25519. In a page `browser/crypto.ts` stands for this file. */
export { createHash, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
