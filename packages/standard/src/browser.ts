/**
 * What of the standard runs in a page: the node's own validators, dictionaries, regions and rules, without files, without Node's modules and
 * without compiling anything. A page makes its releases of the documents that its node serves (`releaseOf`); none is built in here.
 */
export type * from './model.ts'
export type { RuleValues } from './rules/values.ts'
export { entitySchema } from './schema.ts'
export { releaseDigest, releaseDocument, releaseOf, releaseText } from './release/document.ts'
export { regionIndex, regionIndexOf, regionSources, type Region, type RegionIndex } from './regions.ts'
export { noteIn } from './notes.ts'
export { mapCode } from './mapping.ts'
export { recordDateOf, validOn, type RecordDate } from './record-date.ts'
export { businessKey, keyFields, keyProblems, normalDocumentNumber, type BusinessKey } from './key.ts'
export { validateRecord, withoutNulls } from './validate/validate-record.ts'
export { mask } from './validate/mask.ts'
export { applyFix } from './validate/apply-fix.ts'
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
export { notARecord, shapeProblems, unknownEntity } from './record/shape.ts'
export { crosswalk, type Crosswalk, type CodePath, type EntityPath, type FieldPath } from './crosswalk/crosswalk.ts'
export { type Change, type ChangedPart, diffReleases, type Effect, type ReleaseDifference } from './difference/difference.ts'
