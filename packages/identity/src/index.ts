export { apiKeyDigest, isApiKey, newApiKey } from './api-key.ts'
export { type ContentDigest, contentDigest, contentDigestOf, digestMatches, parseContentDigest } from './http/content-digest.ts'
export type { HeaderFields } from './http/message.ts'
export { type ParsedSignature, parseSignatures } from './http/parse-signatures.ts'
export { type RequestToSign, type SignatureHeaders, signRequest } from './http/sign-request.ts'
export { type SignedRequest, type VerifiedRequest, verifyRequest } from './http/verify-request.ts'
export { keyedDigest } from './keyed-digest.ts'
export {
  createSigningKey,
  parsePublicKey,
  publicKeyFromPem,
  publicKeyFromRaw,
  rawPublicKey,
  readSigningKey,
  type SignatureAlgorithm,
  type SigningKey,
  type VerifyingKey,
} from './keys.ts'
export { coversRegion, firstNotCovered } from './region.ts'
export { SealError, type Sealer, type SealingKeys, sealer } from './sealer.ts'
export {
  type GivenSecrets,
  loadOrCreateSecrets,
  loadOrCreateSigningKey,
  loadSigningKey,
  pemBlocks,
  type Secrets,
  signingKeyFile,
  thirtyTwoBytes,
} from './secrets.ts'
export { type DocumentVerdict, type Signature, signDocument, verifyDocument } from './sign-document.ts'
