import type { DraftTable } from './tables-drafts.ts'
import type { AttachmentScanTable } from './tables-evidence.ts'
import type { SentUpTable, SuccessionAgainTable, SuccessionHeardTable, SuccessionToldTable } from './tables-upward.ts'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type {
  LogEpochTable,
  NeighbourTable,
  NodeRefusal,
  NumberQuestionTable,
  OwnContactTable,
  ReceiptBeforeTable,
  ToldBeforeTable,
} from './tables-epochs.ts'
import type { LogRangeTable } from './tables-log-range.ts'
import type { DownVersionTable, NoticeTable, NoticeToldTable } from './tables-feed.ts'
import type { LinkAheadTable, LinkFlowColumns, LinkGroupTable } from './tables-transports.ts'
import type { EntryEntityTable, EntryRegionTable, SearchRecordTable } from './tables-search.ts'
import type { KeyStatementTable, KeyToldTable } from './tables-keys.ts'
import type { VersionRangeTable } from './tables-version-range.ts'

/** Row types of every table, in the order of the migrations. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface NodeTable {
  only_row: Generated<boolean>
  name: string
  region: string
  tier: Tier
  epoch: number
  epoch_id: string
  created_at: Date
  /** Since when the data directory holds how far the log has come. */
  high_water_since: Date | null
  /** Id of the key that signs now; null while that is the first. */
  signing_key_id: string | null
  /** Why it may sign nothing now; null when it may. */
  refusal: ColumnType<NodeRefusal | null, string | null | undefined, string | null>
}

export type Tier = 'national' | 'provincial' | 'municipal' | 'county'

export interface NodeKeyTable {
  key_id: string
  public_key: Buffer
  created_at: Date
  retired_at: Date | null
}

export interface ParticipantTable {
  participant_id: string
  kind: 'system' | 'node' | 'operators'
  name: string
  regions: string[]
  node_name: string | null
  created_at: Date
  revoked_at: Date | null
  /** Until when it may send existing stock. */
  legacy_until: Date | null
}

export interface ParticipantKeyTable {
  key_id: string
  participant_id: string
  kind: 'api-key' | 'ed25519' | 'ecdsa-p256-sha256'
  secret_digest: Buffer | null
  public_key: string | null
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
}

export interface UsedNonceTable {
  key_id: string
  nonce: string
  expires_at: Date
}

export interface SourceTable {
  source_no: GeneratedAlways<number>
  origin: string
  participant: string
}

export interface SubmissionTable {
  submission_no: GeneratedAlways<number>
  participant_id: string
  id: string
  digest: Buffer
  kind: 'records' | 'versions'
  media: 'json' | 'ndjson' | 'versions' | 'csv' | 'xlsx' | 'xml'
  mode: 'partial' | 'atomic'
  standard: string
  envelope: string
  key_id: string
  state: 'storing' | 'paused' | 'finished' | 'incomplete'
  spool_path: string | null
  body_bytes: number
  stored_bytes: Generated<number>
  stored_records: Generated<number>
  received_at: Date
  finished_at: Date | null
  outcome: string | null
  counts: Json<Record<string, number>> | null
  receipt: Buffer | null
  trace_parent: string | null
  standards: Json<Record<string, number>> | null
  /** Since when it is being stored without a break that somebody asked for. */
  storing_since: Date | null
  /** `participant:…` or `operator:…` while it is paused. */
  paused_by: string | null
  paused_at: Date | null
  /** Existing stock, told as such by its sender. */
  legacy: Generated<boolean>
  /** Name of the upstream whose records these are; null for what entered here or came from below. */
  came_from_above: string | null
  /** What the account may report for that handed it in; null where its participant's regions say it. */
  granted_regions: string[] | null
}

/** A file of rows as it was sent, sealed, until `keep_until`. */
export interface SentFileTable {
  participant_id: string
  id: string
  kind: 'csv' | 'xlsx' | 'xml'
  content: Buffer
  keep_until: Date
}

/** One revision of a release of the standard. */
export interface StandardTable {
  standard_no: GeneratedAlways<number>
  release: string
  revision: number
  issuer: string
  digest: Buffer
  document: string
  signatures: Json<{ alg: 'ed25519'; keyId: string; value: string }[]>
  origin: 'built-in' | 'file' | 'upstream' | 'local'
  source: string | null
  effective_from: Date | null
  loaded_at: Date
  loaded_by: string
}

export interface StandardActivationTable {
  activation_no: GeneratedAlways<number>
  standard_no: number
  release: string
  effective_from: Date
  decided_at: Date
  decided_by: string
  reason: string | null
  cancelled_at: Date | null
  announced_at: Date | null
}

export interface StandardRefusalTable {
  digest: Buffer
  source: string
  release: string
  revision: number
  tried_at: Date
  faults: Json<unknown[]>
}

export interface ShadowRunTable {
  run_no: GeneratedAlways<number>
  standard_no: number
  kind: 'live' | 'stored'
  state: 'running' | 'finished' | 'cancelled'
  from_index: number
  to_index: number | null
  at_index: number
  at_ordinal: Generated<number>
  records_total: number | null
  judged: Generated<number>
  would_refuse: Generated<number>
  would_doubt: Generated<number>
  passed_over: Generated<number>
  started_at: Date
  started_by: string
  finished_at: Date | null
}

export interface ShadowFindingTable {
  run_no: number
  severity: string
  code: string
  rule: string
  entity: string
  field: string
  participant: string
  count: number
  examples: Json<unknown[]>
}

export interface PartTable {
  part_id: number
  submission_no: number
  part_no: number
  first_record: number
  record_count: number
  byte_from: number
  byte_to: number
  root: Buffer
  version_count: number
  outcomes: Buffer
  outcomes_digest: Buffer
  counts: Json<Record<string, number>>
  stored_at: Date
}

export interface ProblemGroupsTable {
  submission_no: number
  records: number
  problems: number
  groups: Json<readonly unknown[]>
  /** Parts that the count goes up to; null: all of a submission that is finished. */
  parts: number | null
  made_at: Date
}

export type Operation = 'upsert' | 'withdraw' | 'no-longer-qualifies'
export type VersionState = 'accepted' | 'pending_review' | 'doubtful' | 'held' | 'superseded' | 'refused'

export interface VersionTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  operation: Operation
  epoch: number
  n: number
  source_version: number | null
  release: string
  commitment: Buffer
  open_text: string | null
  named_text: string | null
  sealed_text: Buffer | null
  salts: Buffer
  text_hashes: Buffer | null
  state: VersionState
  reporting_region: string
  source_id: string | null
  entered_by: string | null
  reason: string | null
  flags: string[] | null
  record_index: number
  prev_part: number | null
  prev_ordinal: number | null
}

export interface StreamTable {
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  epoch: number
  n: number
  source_version: number | null
  content_mac: Buffer | null
  head_operation: Operation
  head_state: VersionState
  head_part: number
  head_ordinal: number
  last_part: number
  last_ordinal: number
  force_part: number | null
  force_ordinal: number | null
}

export interface LogPendingTable {
  pending_id: GeneratedAlways<number>
  kind: string
  instant: Date
  part_id: number | null
  actor: string | null
  subject: string | null
  body_salt: Buffer
  body: string
}

export interface LogEntryTable {
  index: number
  kind: string
  instant: Date
  part_id: number | null
  actor: string | null
  subject: string | null
  leaf: string
  leaf_hash: Buffer
  body_salt: Buffer | null
  body: string | null
}

export interface LogTileTable {
  level: number
  tile: number
  hashes: Buffer
}

export interface LogCheckpointTable {
  size: number
  root: Buffer
  note: string
  signed_at: Date
}

export interface AccessEventTable {
  event_id: GeneratedAlways<number>
  at: Date
  actor: string
  action: string
  subject: string | null
  detail: Json<unknown> | null
  salt: Buffer
  sealed_in: number | null
}

export interface LinkTable extends LinkFlowColumns {
  link_no: GeneratedAlways<number>
  name: string
  url: string
  upstream_tier: Tier
  upstream_name: string
  paused_at: Date | null
  pause_reason: string | null
  cursor: Generated<number>
  created_at: Date
  last_attempt_at: Date | null
  last_success_at: Date | null
  last_error: string | null
  last_error_at: Date | null
  failures: Generated<number>
  mostly_refused: Generated<number>
  feed_cursor: Generated<number>
  /** Where this node stands in the upstream's feed, and in its records: as the upstream gave it. */
  feed_place: string | null
  down_place: string | null
  feed_read_at: Date | null
  sealed: Generated<'text' | 'hash'>
}

/** What the records of a delivery item need besides their rows: which go up as tombstones, and the flags that the judgement gave them. */
export interface DeliveryItemNotes {
  tombstones?: number[]
  flags?: Record<string, string[]>
  /** How the attachments of a record go up, by ordinal; `digest` where it says nothing. */
  attachments?: Record<string, 'none' | 'bytes'>
}

/** [log index of the part's entry, part id, ordinals or null for the whole part, notes or absent] */
export type DeliveryItem = [index: number, partId: number, ordinals: number[] | null, notes?: DeliveryItemNotes]

export interface DeliveryTable {
  delivery_id: string
  link_no: number
  number: number
  path: Generated<string>
  kind: 'range' | 'retry' | 'half'
  from_index: number
  to_index: number
  items: Json<DeliveryItem[]>
  digest: Buffer
  record_count: number
  body_bytes: number
  checkpoint_size: number
  created_at: Date
  /** Group of entities of its link; empty: the rest, or all. */
  group_name: Generated<string>
  state: 'open' | 'finished' | 'split'
  attempts: Generated<number>
  server_failures: Generated<number>
  last_status: number | null
  last_error: string | null
  finished_at: Date | null
  counts: Json<Record<string, number>> | null
  receipt: Buffer | null
  parent: string | null
}

export interface SkipTable {
  link_no: number
  part_id: number
  ordinal: number
  log_index: number
  reason: string
  kind: 'not-due' | 'incomplete'
  policy: string
  skipped_at: Date
  tombstone: Generated<boolean>
}

export interface ParkedTable {
  link_no: number
  part_id: number
  ordinal: number
  log_index: number
  record_id: string
  entity: string
  reporting_region: string
  participant: string
  reason: string
  problems: Json<unknown[]>
  delivery_id: string
  parked_at: Date
  state: 'parked' | 'retrying' | 'delivered' | 'superseded'
  retries: Generated<number>
  resolved_at: Date | null
  parent_part: number | null
  parent_ordinal: number | null
}

export interface CustodyTable {
  part_id: number
  seq: number
  ordinals: Json<[here: number, source: number][]>
  document: string
}

export interface OutcomeAboveTable {
  log_index: number
  upstream: string
  delivery_id: string
  at: Date
  counts: Json<Record<string, number>>
  exceptions: Json<[partId: number, ordinal: number, outcome: string, codes: string[]][]>
  /** Runs of ordinals by outcome, for what was taken; null when the upstream did not say. */
  places: Json<Record<string, [from: number, count: number][]>> | null
}

export interface HeldTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  parent_digest: Buffer
  entity: string
  held_at: Date
  parent_entity: string | null
  field: string | null
  rule: string | null
  until_at: Date | null
}

export interface KeyAliasTable {
  digest: Buffer
  key_digest: Buffer
}

export interface FindingTable {
  finding_no: GeneratedAlways<number>
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  reporting_region: string
  rule: string
  code: string
  severity: 'error' | 'doubt' | 'warning'
  about: Buffer
  problem: Json<unknown>
  state: 'open' | 'settled' | 'dismissed'
  found_at: Date
  settled_at: Date | null
  settled_by: string | null
  settle_reason: string | null
}

export interface LinkFactTable {
  part_id: number
  ordinal: number
  kind: 'term' | 'end' | 'manager'
  permit: Buffer
  key_digest: Buffer
  source_no: number
  project: Buffer
  person: Buffer | null
  from_on: string | null
  to_on: string | null
}

export interface LinkEdgeTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  parent_digest: Buffer
}

export interface ReaderTable {
  name: string
  cursor: number
}

export interface PolicyTable {
  policy_id: string
  document: string
  loaded_at: Date
  in_force_from: number | null
}

/** Keys of nodes above that were learnt at the first contact. */
export interface UpstreamKeyTable {
  upstream: string
  key_id: string
  public_key: Buffer
  pinned_at: Date
}

export interface AttachmentTable {
  digest: Buffer
  bytes: number
  media_type: string
  stored_at: Date
}

export interface AttachmentChunkTable {
  digest: Buffer
  seq: number
  bytes: Buffer
}

export interface AttachmentRightTable {
  participant_id: string
  digest: Buffer
  granted_at: Date
}

export interface AttachmentAccountTable {
  participant_id: string
  files: number
  bytes: number
}

export interface VersionAttachmentsTable {
  part_id: number
  ordinal: number
  text: Buffer
}

export interface AttachmentUseTable {
  digest: Buffer
  part_id: number
  ordinal: number
}

export interface AttachmentSentTable {
  link_no: number
  digest: Buffer
  sent_at: Date
}

export interface NumberCounterTable {
  scope: string
  last: number
}

export interface NumberIssuedTable {
  participant_id: string
  request_id: string
  request_digest: Buffer
  entity: string
  number: string
  scope: string
  issuer: string
  issued_at: Date
  answer: Buffer
}

export interface SuccessionTable {
  succession_id: string
  number: GeneratedAlways<number>
  entity: string
  kind: 'renamed' | 'merged' | 'split'
  effective_on: string | null
  reason: string
  rule: string | null
  actor: string
  made_at: Date
  undone_at: Date | null
  undone_by: string | null
  undo_reason: string | null
}

export interface SuccessionLinkTable {
  succession_id: string
  from_digest: Buffer
  to_digest: Buffer
  from_key: string | null
  to_key: string | null
  standing: Generated<boolean>
}

export interface CorrectionTable {
  part_id: number
  ordinal: number
  number: GeneratedAlways<number>
  key_digest: Buffer
  record_id: string
  entity: string
  corrects: Buffer
  fields: string[]
  reason: string
  actor: string
  made_at: Date
  ended_at: Date | null
  ended_by: string | null
  end_reason: string | null
}

/** What one source says of a field: [source number, part id, ordinal, keyed digest of the value in hex]. */
export type ConflictSide = [sourceNo: number, partId: number, ordinal: number, digest: string]

export interface ConflictTable {
  conflict_id: GeneratedAlways<number>
  key_digest: Buffer
  record_id: string
  entity: string
  field: string
  kind: 'sources' | 'correction'
  sides: Json<ConflictSide[]>
  source_nos: number[]
  values_mac: Buffer
  state: 'open' | 'decided' | 'settled'
  found_at: Date
  settled_at: Date | null
  actor: string | null
  reason: string | null
  chosen_source: number | null
}

export interface IdentityTraitTable {
  key_digest: Buffer
  trait: Buffer
  kind: string
}

export interface DuplicateTable {
  duplicate_id: GeneratedAlways<number>
  entity: string
  left_digest: Buffer
  right_digest: Buffer
  left_record: string
  right_record: string
  score: number
  reasons: string[]
  state: 'open' | 'same' | 'different' | 'gone'
  found_at: Date
  decided_at: Date | null
  actor: string | null
  reason: string | null
  succession_id: string | null
}

/** Versions that two nodes hold in common: delivered on a link (`up`), or stored from a lower node (`down`). */
export interface ReconcileSetTable {
  set_no: GeneratedAlways<number>
  side: 'up' | 'down'
  peer: string
}

export interface ReconcileGroupTable {
  group_no: GeneratedAlways<number>
  set_no: number
  period: string
  entity: string
  count: Generated<number>
  digest: Buffer | null
  top_epoch: number | null
  top_index: number | null
}

export interface ReconcileItemTable {
  group_no: number
  bucket: number
  id: Buffer
  value: Buffer
  epoch: number
  log_index: number
  part_id: number
  ordinal: number
  elsewhere: Generated<boolean>
}

export interface ReconcileBucketTable {
  group_no: number
  bucket: number
  count: Generated<number>
  digest: Buffer | null
  top_epoch: number
  top_index: number
}

export type ReconcileState = 'waiting' | 'comparing' | 'repairing' | 'equal' | 'diverged' | 'failed'

export interface ReconcileRunTable {
  run_id: string
  link_no: number
  state: ReconcileState
  started_at: Date
  started_by: string
  finished_at: Date | null
  cut_epoch: number | null
  cut_index: number | null
  records: number | null
  passes: Generated<number>
  rounds: Generated<number>
  bytes_sent: Generated<number>
  bytes_received: Generated<number>
  lost_here: Generated<number>
  found: Json<Record<string, unknown>>
  repairs: Generated<number>
  error: string | null
  certificate_no: number | null
}

export interface ReconcileCaseTable {
  case_no: GeneratedAlways<number>
  set_no: number
  id: Buffer
  run_id: string
  entity: string
  record_id: string
  stream: string
  epoch: number
  n: number
  log_index: number
  here: Buffer
  there: Buffer
  state: 'open' | 'settled'
  found_at: Date
  settled_at: Date | null
  settled_by: string | null
  reason: string | null
}

export interface ReconcileCertificateTable {
  certificate_no: GeneratedAlways<number>
  set_no: number
  run_id: string
  made_at: Date
  digest: Buffer
  document: string
}

export type OperatorRole = 'administrator' | 'operator' | 'clerk' | 'viewer'

export interface OperatorTable {
  operator_id: string
  user_name: string
  user_key: string
  display_name: string | null
  role: OperatorRole
  regions: string[]
  password_hash: string
  password_at: Date
  must_change: boolean
  password_history: Generated<string[]>
  totp_secret: Buffer | null
  totp_pending: Buffer | null
  totp_since: Date | null
  totp_step: Generated<number>
  recovery: Generated<Buffer[]>
  created_at: Date
  disabled_at: Date | null
}

export interface OperatorSessionTable {
  session_id: string
  digest: Buffer
  operator_id: string
  source: string
  agent: string | null
  second_factor: 'totp' | 'recovery' | null
  created_at: Date
  seen_at: Date
  ended_at: Date | null
}

export interface SignInChallengeTable {
  digest: Buffer
  operator_id: string
  tries: Generated<number>
  expires_at: Date
}

export interface CaptchaTable {
  captcha_id: string
  form: 'image' | 'work'
  answer: Buffer | null
  source: Buffer
  expires_at: Date
}

export interface SignInAttemptTable {
  bucket: Buffer
  failures: number
  last_at: Date
}

export interface Tables {
  log_epoch: LogEpochTable
  neighbour: NeighbourTable
  own_contact: OwnContactTable
  receipt_before: ReceiptBeforeTable
  told_before: ToldBeforeTable
  down_version: DownVersionTable
  notice: NoticeTable
  notice_told: NoticeToldTable
  link_group: LinkGroupTable
  link_ahead: LinkAheadTable
  search_record: SearchRecordTable
  entry_entity: EntryEntityTable
  entry_region: EntryRegionTable
  operator: OperatorTable
  operator_session: OperatorSessionTable
  sign_in_challenge: SignInChallengeTable
  captcha: CaptchaTable
  sign_in_attempt: SignInAttemptTable
  reconcile_set: ReconcileSetTable
  reconcile_group: ReconcileGroupTable
  reconcile_item: ReconcileItemTable
  reconcile_bucket: ReconcileBucketTable
  reconcile_run: ReconcileRunTable
  reconcile_case: ReconcileCaseTable
  reconcile_certificate: ReconcileCertificateTable
  sent_file: SentFileTable
  attachment: AttachmentTable
  attachment_chunk: AttachmentChunkTable
  attachment_scan: AttachmentScanTable
  attachment_right: AttachmentRightTable
  attachment_account: AttachmentAccountTable
  version_attachments: VersionAttachmentsTable
  attachment_use: AttachmentUseTable
  attachment_sent: AttachmentSentTable
  number_counter: NumberCounterTable
  number_issued: NumberIssuedTable
  number_question: NumberQuestionTable
  node: NodeTable
  node_key: NodeKeyTable
  key_statement: KeyStatementTable
  key_told: KeyToldTable
  participant: ParticipantTable
  participant_key: ParticipantKeyTable
  used_nonce: UsedNonceTable
  source: SourceTable
  submission: SubmissionTable
  part: PartTable
  problem_groups: ProblemGroupsTable
  version: VersionTable
  version_range: VersionRangeTable
  stream: StreamTable
  log_pending: LogPendingTable
  log_entry: LogEntryTable
  log_range: LogRangeTable
  log_tile: LogTileTable
  log_checkpoint: LogCheckpointTable
  access_event: AccessEventTable
  link: LinkTable
  upstream_key: UpstreamKeyTable
  delivery: DeliveryTable
  skip: SkipTable
  parked: ParkedTable
  custody: CustodyTable
  outcome_above: OutcomeAboveTable
  held: HeldTable
  key_alias: KeyAliasTable
  finding: FindingTable
  link_fact: LinkFactTable
  link_edge: LinkEdgeTable
  reader: ReaderTable
  policy: PolicyTable
  standard: StandardTable
  standard_activation: StandardActivationTable
  standard_refusal: StandardRefusalTable
  shadow_run: ShadowRunTable
  shadow_finding: ShadowFindingTable
  succession: SuccessionTable
  succession_link: SuccessionLinkTable
  succession_told: SuccessionToldTable
  succession_again: SuccessionAgainTable
  succession_heard: SuccessionHeardTable
  correction: CorrectionTable
  conflict: ConflictTable
  identity_trait: IdentityTraitTable
  duplicate: DuplicateTable
  draft: DraftTable
  sent_up: SentUpTable
}
