export { canonicalDepthMax, canonicalize, compileCanonical } from './canonical.ts'
export { digestText, emptyRoot, hashBytes, leafHash, nodeHash, parseDigestText, sha256 } from './hash.ts'
export { commitment, saltBytes, textHash, type TextHashes } from './commitment.ts'
export { recordLeafHash, recordLeafText, type RecordIdentity } from './record-leaf.ts'
export { logLeafBytesMax, logLeafText, parseLogLeaf, type LogLeaf } from './log-leaf.ts'
export { appendLeaf, emptyRange, rangeRoot, treeRoot, type TreeRange } from './tree.ts'
export { hashesAtLevel, parseTilePath, tileHashes, tilePath, tileWidth, tileWidthAt, type ReadTile, type TileName } from './tile.ts'
export { consistencyProof, inclusionProof, rangeFromTiles, rootFromTiles } from './tile-proof.ts'
export { newTiles, type AppendedTiles, type NewTile } from './tile-append.ts'
export { verifyConsistency, verifyInclusion } from './verify-proof.ts'
export { partMultiproof, subsetMultiproof, verifyPartMultiproof } from './part-proof.ts'
export { decodeEntryBundle, encodeEntryBundle } from './bundle.ts'
export {
  openNote,
  parseVerifierKey,
  publicKeyObject,
  rawPublicKey,
  signNote,
  splitNote,
  verifierKey,
  type NoteSigner,
  type VerifierKey,
} from './note.ts'
export { formatCheckpoint, logOrigin, parseCheckpoint, parseLogOrigin, type Checkpoint, type Epoch } from './checkpoint.ts'
export {
  epochBodyText,
  type EpochBegin,
  epochEntriesProven,
  type EpochEntry,
  epochKind,
  forkFrom,
  readEpochEntry,
  readEpochs,
} from './epoch-entry.ts'
export { checkLog } from './check-log.ts'
export { bodiesPath, bundlePath, type DetachedRange, EntriesDetached, type LogRangeFile, parseLogRange, rangeFile } from './log-range.ts'
export type { LogExpectation, LogFinding, LogReader, LogReport } from './log-report.ts'
export { verifyCustody, type CustodyCheck, type CustodyCheckName, type CustodyReport } from './custody.ts'
export type { CustodyDocument, CustodyStep, CustodyText } from './custody-document.ts'
export {
  answerStatements,
  type Bucket,
  bucketDigits,
  childrenDigest,
  childrenOfBuckets,
  childrenOfItems,
  compareSets,
  type Comparison,
  countOf,
  type Difference,
  itemId,
  itemOperations,
  itemsDigest,
  itemsToldMax,
  itemValue,
  parseRange,
  type RangeChild,
  type RangeName,
  type RangeSource,
  type RangeStatement,
  ReconcileError,
  type SetItem,
  statementsMax,
} from './reconcile.ts'
export {
  type CertificateGroup,
  type CertificateNode,
  certificateRoot,
  certificateText,
  type CertificateReport,
  type EqualityCertificate,
  isCertificate,
  verifyCertificate,
} from './certificate.ts'
export { memorySource, type PlacedItem } from './reconcile-memory.ts'
export { signersOf, type PublicKey, type TextSignature } from './signed-text.ts'
export { followKeys, type KeyStatement, keyStatementsMax, readKeyStatement, signKeyStatement } from './key-statement.ts'
