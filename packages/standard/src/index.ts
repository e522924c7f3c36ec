export type {
  Clock,
  Condition,
  Dictionary,
  DictionaryCode,
  DictionaryDocument,
  DictionaryMapping,
  DictionarySource,
  Duration,
  Entity,
  EntityGroup,
  EntityPlace,
  Field,
  FieldCheck,
  FieldKind,
  Privacy,
  PrivatePerson,
  RecordDateRule,
  RegionLevel,
  RegionRules,
  RegionSuccession,
  RegisteredRegion,
  Release,
  ReleaseDocument,
  ReleaseId,
  ReleaseRef,
} from './model.ts'
export type { RuleValues } from './rules/values.ts'
export { releases, schemaOf } from './releases.ts'
export { entitySchema } from './schema.ts'
export { releaseDigest, releaseDocument, releaseOf, releaseText } from './release/document.ts'
export { checkRelease, loadRelease } from './release/check.ts'
export { type OfficialRow, replaceDictionary, type Replacement } from './release/replace-dictionary.ts'
export { type CodeChange, type CodeChangeKind, type DictionaryDifference, dictionaryDifference } from './release/dictionary-difference.ts'
export { type Fault, type FaultCode, ReleaseError } from './release/fault.ts'
export { regionTableDigest } from './divisions.ts'
export { regionIndex, regionIndexOf, regionSources, type Region, type RegionIndex } from './regions.ts'
export { mapCode } from './mapping.ts'
export { recordDateOf, validOn, type RecordDate } from './record-date.ts'
export { isPrivateDeveloper, joinTexts, privacyIn, splitRecord, type SplitTexts } from './split.ts'
export { businessKey, keyFields, keyProblems, normalDocumentNumber, type BusinessKey } from './key.ts'
export { validateRecord, withoutNulls } from './validate/validate-record.ts'
export { mask } from './validate/mask.ts'
export { applyFix } from './validate/apply-fix.ts'
export { identityNumbersIn } from './rules/text-rules.ts'
export { ruleById, ruleCatalogue, type RuleKind, type RuleKindName } from './rules/catalogue.ts'
export {
  certificateCheck,
  creditCodeCheck,
  isCompanyCode,
  isCreditCode,
  isDate,
  isInstant,
  isOldResidentId,
  isOrganisationCode,
  isResidentId,
  organisationCodeCheck,
  organisationCodeIn,
  residentIdCheck,
} from './check-digits.ts'
export type * as Release2014 from './generated/types-2014.ts'
export type * as Release2018 from './generated/types-2018.ts'
export type * as Release2018Js from './generated/types-2018-js.ts'
export {
  aliasTexts,
  heldReferences,
  organisationCodeOf,
  references,
  regionsInForce,
  regionsOf,
  splitNumbers,
  type RecordRegions,
  type Reference,
} from './references.ts'
export {
  defaultPolicy,
  parsePolicy,
  policyFaults,
  type EntitySteps,
  type Policy,
  type PolicyDocument,
  type QualificationRule,
  type ReferenceRule,
  type Tier,
} from './policy/policy.ts'
export { authorityOf } from './policy/policy.ts'
export {
  type Authority,
  type AuthorityDocument,
  type AutomaticSuccession,
  identityOf,
  type IdentityDocument,
  type SourceFacts,
} from './policy/authority.ts'
export { type DoubtRule, foundBy, holdDaysDefault, type LinkageDocument, type ManagerSource, type OnMissing } from './policy/linkage.ts'
export { isFieldShown, type PublicationDocument, publicationOf, publicationTerm, shownEntities } from './policy/publication.ts'
export { judgeQualification, type Qualification, type QualificationSubject } from './policy/qualification.ts'
export { englishBasis, withEnglishBasis } from './basis.ts'
export { levelClaim, regionNotGranted } from './caller.ts'
export { notARecord, shapeProblems, unknownEntity } from './record/shape.ts'
export {
  type AttachmentsDocument,
  attachmentTravel,
  type AttachmentTravel,
  attachmentTypes,
  type NumberIssuer,
  numberIssuer,
  type NumbersDocument,
} from './policy/evidence.ts'
export { detectMediaType, knownMediaTypes, type ReadAt } from './record/media-type.ts'
export { attachmentsMax, attachmentsOf, attachmentsText, type NamedAttachment, parseAttachmentsText } from './record/attachments.ts'
export { validSamples } from './generate/samples.ts'
export { crosswalk, type Crosswalk, type CodePath, type EntityPath, type FieldPath } from './crosswalk/crosswalk.ts'
export { type Assumed, type Lost, type LossReason, type MappedRecord, mapRecord } from './crosswalk/map-record.ts'
export { mappingReport, type MappingReport } from './crosswalk/report.ts'
export type { ReleaseMapping } from './crosswalk/model.ts'
export { type Change, type ChangedPart, diffReleases, type Effect, type ReleaseDifference } from './difference/difference.ts'
export { type PageLinks, releasePage } from './document/release-page.ts'
export { differencePage } from './document/difference-page.ts'
export { mappingPage } from './document/mapping-page.ts'
