export type { Caller, Clock, Hub, Log, NodeFacts } from './hub.ts'
export { outcomes, type Outcome, type PreparedRecord, type PreparedVersion, type RecordOutcome, type RefusedRecord } from './prepared.ts'
export { type AccessEvent, accessText, listAccess, recordAccess, sealAccess } from './access.ts'
export { listCheckpoints, readEntry } from './read-entry.ts'
export { countWaitingWork, type FlowStep, flowOf, linkFlowOf, type SenderFacts, sendersOf, type WaitingWork } from './live-flow.ts'
export {
  type BodyLimits,
  type BodyOptions,
  claimOf,
  defaultBodyLimits,
  discardBody,
  type ReceivedBody,
  receiveBody,
  submittedTypes,
  versionsMediaType,
} from './body.ts'
export {
  maySeeConflict,
  maySeeDuplicate,
  maySeeFinding,
  maySeeParticipant,
  maySeePlaces,
  maySeeRecord,
  maySeeSubmission,
} from './bounds.ts'
export { consoleParticipant, consoleParticipantId } from './console-participant.ts'
export { attachLog, detachLog, type DetachRequest, type LogKeeper, type MovedRange } from './detach-log.ts'
export { type DetachOldRequest, detachOldLog, type OldDetached } from './detach-old-log.ts'
export { attachVersions, checkVersions, type VersionsChecked } from './attach-versions.ts'
export {
  type DetachVersionsRequest,
  detachVersions,
  type MovedVersions,
  type VersionKeeper,
  type VersionsDetached,
} from './detach-versions.ts'
export { detachedVersionRanges, elsewhereOf, type VersionsElsewhere } from './version-range.ts'
export { detachedRanges, rangeOf } from './log-range.ts'
export { LogRangeError } from './log-range-files.ts'
export { type DetachPlan, type DetachWish, type LogNeed, logNeeds, planDetach } from './log-range-needs.ts'
export { keepLogPartitions, logPartitions, partitionEntries } from './log-partitions.ts'
export { type RangePartition } from './partitions.ts'
export { keepVersionPartitions, leastWidth, mostWidth, partitionWidth, versionPartitions } from './version-partitions.ts'
export { addPendingEntry, type EntryKind, type LogHead, type NewEntry, pendingChannel, readCheckpointAt, readLogHead } from './log.ts'
export { type HubOptions, openHub } from './open-hub.ts'
export { authenticateApiKey, findVerificationKey, forgetNonces } from './authenticate.ts'
export {
  createParticipant,
  listParticipants,
  type NewParticipant,
  type ParticipantRow,
  permitLegacy,
  revokeParticipant,
} from './participant.ts'
export { addApiKey, addPublicKey, type KeyAlgorithm, listKeys, revokeKey, type ShownKey } from './participant-key.ts'
export { namesMentioned } from './participant-names.ts'
export { type DictionaryUse, dictionaryUse, type UseLimits } from './dictionary-use.ts'
export { type EntryFilter, entryProof, readEntryBundle, readTile, searchLog, type ShownEntry } from './read-log.ts'
export { continueSubmission, openSubmissions, type StoreOptions, type StoreState } from './continue-submission.ts'
export { cancelSubmission, pauseSubmission, resumeSubmission } from './import-control.ts'
export { type ImportProgress, progressMark, progressOf } from './import-progress.ts'
export { legacyFlag } from './legacy.ts'
export { receiveSubmission } from './receive-submission.ts'
export type { Mode, RequestNonce, SubmissionAnswer, SubmissionRequest } from './submission-request.ts'
export { spendNonce } from './claim.ts'
export { partsOfRecord, readVersions, type ShowOptions } from './record.ts'
export { readRecord } from './record-read.ts'
export { type FoundRecord, type LookupQuery, lookupRecord } from './record-lookup.ts'
export { composeInForce, type Composed, type SourceView, tierOfName } from './authority.ts'
export { correctRecord, type CorrectionAnswer, type CorrectionInput } from './correction.ts'
export { type CorrectionFilter, endCorrection, listCorrections, ownStreamOf } from './correction-end.ts'
export { addSuccession, type Endpoint, type NewSuccession, resolveKeys, type SuccessionKind, undoSuccession } from './succession.ts'
export { chainOf, listSuccessions, type ShownStep, type SuccessionFilter } from './succession-list.ts'
export { type ConflictFilter, decideConflict, listConflicts } from './conflict-list.ts'
export { decideDuplicate, type DuplicateDecision, type DuplicateFilter, listDuplicates } from './duplicate-list.ts'
export { takeSuccessions } from './succession-take.ts'
export { tellAgainMs, tellSuccessions } from './succession-tell.ts'
export { type SuccessionAnswer, successionsToldMax, type TellSuccessions, type ToldSuccession } from './succession-wire.ts'
export { watchIdentities } from './identity-reader.ts'
export { parseRecordId, publicRecordId } from './record-id.ts'
export {
  announcedKey,
  announceKey,
  bringKeyInForce,
  firstKeyId,
  giveUpKey,
  keyIdOf,
  keyInForce,
  keyNumberOf,
  keyOverlapMs,
  nextKeyNumber,
  type OwnKey,
  ownKeyList,
  restoreKey,
  statementsOf,
  useKey,
} from './node-key.ts'
export { type KeysTold, noteTold, statementsToldMax, takeKeys, untoldKeys, wasTold } from './node-key-told.ts'
export { LogChanged, type SequencedEntry, type SequencedHead, sequencedHead, sequenceLog } from './sequence-log.ts'
export { type NumberedHere, numberWithStoring } from './number-alone.ts'
export {
  beginEpoch,
  epochEntries,
  epochOf,
  type EpochReason,
  type KnownHead,
  listEpochs,
  type LogEpochRow,
  refreshEpoch,
  sameEpoch,
} from './epoch.ts'
export { numberQuestion, numberSkipMax, raiseCounters, settleNumbers } from './number-floor.ts'
export { endRefusal, type NodeRefusal, noteRefusal, readRefusal, type RefusalEnd } from './refusal.ts'
export { decideStart, holdAgainst, type SeenHead, type StartDecision, type StartFacts, type UpstreamStanding } from './epoch-compare.ts'
export { findNeighbour, headOfNote, isOwnCheckpoint, listNeighbours, type NeighbourRow, ownLog } from './neighbour.ts'
export { askUpstream, type CallUpstream, type Contacted, contactUpstream, noteCarried } from './contact.ts'
export { buildReturn, listReturns, type ReturnedDelivery, type ReturnsPage, type ReturnsQuery } from './returns.ts'
export { type AskReturns, endHealing, type HealingReport, healingEpoch, type Returned, takeReturns } from './take-returns.ts'
export { deliveriesAskedMax, openForks, reopenDeliveries, reopenPutBack, unknownDeliveries } from './reopen.ts'
export { answerContact, tellLog } from './contact-answer.ts'
export { type ContactRequest, readToldLog, type ToldLog } from './contact-wire.ts'
export { claimHeaders, epochHeader, judgeClaim, judgeSeen, type LinkClaim, readClaim, seenHeader } from './link-claim.ts'
export { findSubmission, listSubmissions, type SubmissionFilter, submissionOutcomes, submissionStatus } from './submission-status.ts'
export { eachProblemPage, isMeant, type ProblemFilter, type ProblemPage, submissionProblems } from './submission-problems.ts'
export { type GroupedProblems, groupedProblems, type SubmissionOfProblems, watchProblemGroups } from './problem-groups.ts'
export { at as faultPoint, type FaultPoint } from './fault-point.ts'
export { type FeedItem, type FeedKind, feedKinds, type FeedPage, type FeedRequest, outcomesAbove, readFeed, usualKinds } from './feed.ts'
export type { FeedEntry, FeedSubmission } from './feed-outcomes.ts'
export { audienceOf, eventsStart, type EventsPlace, type FeedEvents, readFeedEvents } from './feed-events.ts'
export { authoritativeEntities, watchDown } from './down-reader.ts'
export { type DownPage, type DownRequest, readDown } from './down-body.ts'
export { aboveParticipant, type DownAnswer, type FetchDown, takeDown, type TakenDown } from './take-down.ts'
export { noteNoticesTold, noticeReaders } from './notice-told.ts'
export { listNotices, type NewNotice, type NoticeItem, type NoticeRow, publishNotice, withdrawNotice } from './notice.ts'
export { type FetchFeed, takeFeed } from './take-feed.ts'
export { forwardLink, type ProbeResult } from './forward.ts'
export {
  AnswerPending,
  type AttachmentAnswer,
  type DeliveryAnswer,
  type DeliveryRequest,
  type Forwarded,
  type SendAttachment,
  type SendDelivery,
} from './link-send.ts'
export { ensureLinks, findLink, type LinkSettings, linksWithWork, pauseLink, resumeLink, testLink } from './link.ts'
export { type LinkFacts, listDeliveries, listLinks } from './link-facts.ts'
export type { LinkPace } from './link-pace.ts'
export type { LinkRow } from './next-delivery.ts'
export { countParked, listParked, type ParkedFilter, type ParkedRow } from './parked.ts'
export { groupParked, type ParkedAge, parkedAges, type ParkedGroup } from './parked-groups.ts'
export { type ParkedChoice, retryParked } from './parked-retry.ts'
export { judgeFor, policyHolder, policyInForce, type PolicyInForce } from './policy-in-force.ts'
export { countSkips, listSkips, type ShownSkip, type SkipFilter } from './skip.ts'
export { type EntityGroup, groupNames, isPlain, type LinkFlow, type RateContract, restOfEntities, schedulesOf } from './link-flow.ts'
export { noteCaughtUp, readGroups, rewindLink } from './link-group.ts'
export { type Cost, createRateBucket, type RateBucket } from './rate-bucket.ts'
export { inWindow, nextOpening, nextTurn, parseEvery, parseWindow, type Schedule } from './schedule.ts'
export { batchRecordsMax } from './batch-size.ts'
export { resolveHeld, sweepHeld } from './held.ts'
export { findLinkage } from './link-rules.ts'
export { countHeld, extendHeld, type HeldFilter, listHeld, type ShownHeld } from './held-list.ts'
export {
  countFindings,
  dismissFinding,
  findingsOfRecords,
  type FindingFilter,
  type FindingRow,
  listFindings,
  showFinding,
} from './finding.ts'
export { endSendUp, type SendUpDecision, sendUp, type SentUp } from './send-up.ts'
export { listSentUp, type SentUpFilter, showSentUp } from './sent-up.ts'
export { listPolicies, loadPolicy, type LoadedPolicy, requalify } from './policy.ts'
export { retryDelayMs } from './link.ts'
export { wholeOutcomes } from './receipt.ts'
export { linkReasons } from './skip.ts'
export { custodyDepthMax, type CustodyStep, stepsOfRecord, verifyStep } from './custody.ts'
export { readVersionsBody } from './read-versions-body.ts'
export { deliveryIdOf, type VersionsEnvelope, type WireBody, type WireRecord, writeVersionsBody } from './versions-body.ts'
export { custodyDocument, type CustodyQuery } from './custody-document.ts'
export { type AskAbove, issueNumber, type NumberRequest } from './number.ts'
export {
  checkAttachment,
  listScans,
  type ScanFilter,
  type ScanRow,
  scanAttachment,
  scanOf,
  showListedScan,
  showScan,
} from './attachment-scan.ts'
export {
  attachmentAccount,
  type AttachmentFacts,
  type AttachmentLimits,
  type AttachmentRequest,
  defaultAttachmentLimits,
  findAttachment,
  readAttachment,
  receiveAttachment,
  sweepAttachments,
} from './attachment.ts'
export { type Pins, type ReleaseShelf, type RevisionInForce, type StandardsInForce } from './standards.ts'
export { type LoadedStandard, loadStandard, type LoadRequest, standardBytesMax } from './standards-load.ts'
export { activateStandard, announceStandards, cancelActivation, findStandard, type RevisionName } from './standards-change.ts'
export {
  type OfferedStandard,
  offeredStandards,
  retryUnknownReleases,
  type ShownStandard,
  showStandards,
  signedStandard,
  wantedStandards,
} from './standards-shown.ts'
export { type DictionaryRequest, proposeDictionary, type ProposedDictionary, replaceDictionaryHere } from './standards-dictionary.ts'
export { shadowOpen, startStoredShadow, stepShadows } from './shadow.ts'
export { listShadowRuns, type ShadowReport, shadowReport } from './shadow-report.ts'
export { forgetSentFiles, type KeptFile, sentFile } from './sent-file.ts'
export type { SentFile } from './body.ts'
export { endReconciles, openReconciles, type Reconciled, type RunRow, startReconcile, stepReconcile } from './reconcile-run.ts'
export { type ReconcileReply, type SendReconcile } from './reconcile-talk.ts'
export { answerReconcile } from './reconcile-answer.ts'
export { catchUpSets, watchSets, untilNumbered } from './reconcile-reader.ts'
export { type ReconcileAnswer, type ReconcileRequest } from './reconcile-wire.ts'
export { listCertificates, type ShownCertificate } from './reconcile-certificate.ts'
export { type CaseFilter, listReconcileCases, settleReconcileCase } from './reconcile-case.ts'
export { findReconcileRun, listReconcileRuns, type ShownRun } from './reconcile-list.ts'
export { describeFields, type DescribedField, entityNames, regionName } from './record-fields.ts'
export { findSubject, linkedOfEntity, linkedRecords, type LinkGroup, recordsThatAre, type Subject, subjectsOf } from './record-links.ts'
export { type FoundRow, type SearchPage, type SearchQuery, searchRecords, type SearchScope } from './search.ts'
export { noteEntryEntities } from './entry-entities.ts'
export { clocksOf, entityOf, indexRecords, searchLag } from './search-reader.ts'
export { searchTraits } from './search-traits.ts'
export {
  conductOf,
  type ConductItem,
  listGroups,
  listRecords,
  type ListedRecord,
  publicRecord,
  publicScope,
  publicSearchScope,
} from './public-record.ts'
export { partiesOf, type Party, type ProjectOf, projectsOf } from './public-links.ts'
export { publicCustody } from './public-custody.ts'
export { describeRecord, versionHistory, type VersionChanges } from './record-history.ts'
