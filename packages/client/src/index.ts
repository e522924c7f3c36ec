export {
  feedKinds,
  type FeedItem,
  type FeedKind,
  type FeedOptions,
  type FeedPage,
  followFeed,
  type NoticeItem,
  type OutcomeItem,
  readFeed,
  type RecordItem,
  type StandardItem,
} from './feed.ts'
export type { Credentials, Destination } from './http/destination.ts'
export { type LocalFile, readLocalFile } from './attachments/local-file.ts'
export { type HandedIn, putAttachment } from './attachments/put-attachment.ts'
export { NodeProblem } from './http/node-problem.ts'
export { defaultPatience, type Patience, type RequestBody } from './http/send.ts'
export { keysOf, nodeFacts, type NodeFacts } from './node-facts.ts'
export { isReceipt, parseReceipt, verifyReceipt, type Outcome, type Receipt, type RecordOutcome, type SignatureFinding } from './receipt.ts'
export { OutcomesForged, readOutcomes } from './outcomes.ts'
export { custody, lookup, type FoundRecord, type LookupKey } from './records.ts'
export {
  dryRun,
  getSubmission,
  ReceiptForged,
  submissionBody,
  submit,
  type SubmissionState,
  type SubmitOptions,
  type Submitted,
} from './submit.ts'
export { readTrustedKey, readTrustFile, type TrustedKey } from './trust.ts'
export { exitCodes, UserError } from './user-error.ts'
