import type {
  AttachmentAccountTable,
  AttachmentChunkTable,
  AttachmentRightTable,
  AttachmentSentTable,
  AttachmentTable,
  AttachmentUseTable,
  VersionAttachmentsTable,
} from './tables-attachment.ts'
import type { DraftTable } from './tables-drafts.ts'
import type {
  LogEpochTable,
  NeighbourTable,
  NumberQuestionTable,
  OwnContactTable,
  ReceiptBeforeTable,
  ToldBeforeTable,
} from './tables-epochs.ts'
import type { AttachmentScanTable } from './tables-evidence.ts'
import type { DownVersionTable, NoticeTable, NoticeToldTable } from './tables-feed.ts'
import type {
  ConflictTable,
  CorrectionTable,
  DuplicateTable,
  IdentityTraitTable,
  SuccessionLinkTable,
  SuccessionTable,
} from './tables-identity.ts'
import type { KeyStatementTable, KeyToldTable } from './tables-keys.ts'
import type { DeliveryTable, LinkTable, OutcomeAboveTable, ParkedTable, SkipTable } from './tables-link.ts'
import type { FindingTable, HeldTable, LinkEdgeTable, LinkFactTable } from './tables-linkage.ts'
import type { LogRangeTable } from './tables-log-range.ts'
import type { AccessEventTable, LogCheckpointTable, LogEntryTable, LogPendingTable, LogTileTable } from './tables-log.ts'
import type {
  NodeKeyTable,
  NodeTable,
  NumberCounterTable,
  NumberIssuedTable,
  ParticipantKeyTable,
  ParticipantTable,
  PolicyTable,
  ReaderTable,
  UpstreamKeyTable,
  UsedNonceTable,
} from './tables-node.ts'
import type { CaptchaTable, OperatorSessionTable, OperatorTable, SignInAttemptTable, SignInChallengeTable } from './tables-operator.ts'
import type {
  ReconcileBucketTable,
  ReconcileCaseTable,
  ReconcileCertificateTable,
  ReconcileGroupTable,
  ReconcileItemTable,
  ReconcileRunTable,
  ReconcileSetTable,
} from './tables-reconcile.ts'
import type { EntryEntityTable, EntryRegionTable, SearchRecordTable } from './tables-search.ts'
import type { ShadowFindingTable, ShadowRunTable, StandardActivationTable, StandardRefusalTable, StandardTable } from './tables-standard.ts'
import type { PartTable, ProblemGroupsTable, SentFileTable, SubmissionTable } from './tables-submission.ts'
import type { LinkAheadTable, LinkGroupTable } from './tables-transports.ts'
import type { SentUpTable, SuccessionAgainTable, SuccessionHeardTable, SuccessionToldTable } from './tables-upward.ts'
import type { VersionRangeTable } from './tables-version-range.ts'
import type { CustodyTable, KeyAliasTable, SourceTable, StreamTable, VersionTable } from './tables-version.ts'

/** Every table with the type of its rows, for Kysely. */
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
