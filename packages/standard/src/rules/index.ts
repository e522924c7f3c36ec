import { amountMagnitude } from './amount-rules.ts'
import { certificateNumber, companyCodes } from './company-rules.ts'
import { dateFuture, dateOrder, dateSentinel } from './date-rules.ts'
import { codesInForce, openDictionaries } from './dictionary-rules.ts'
import { derivedNumbers, permitNumber, phaseNumber, projectNumber, referredNumbers } from './number-rules.ts'
import { oldResidentId, publicationComplete, residentIdAgrees } from './person-rules.ts'
import { conductCode, qualificationExpired, qualificationKind, qualificationRole, qualificationSafety } from './qualification-rules.ts'
import { numberRegionAgrees, regionAbolished, regionNesting, reportingRegion } from './region-rules.ts'
import type { RuleMaker } from './rule.ts'
import { partsOf, shares, totals } from './sum-rules.ts'
import { classified, fixedDigits, identityInText } from './text-rules.ts'
import { textSigns } from './text-signs.ts'

/** The rules over several fields of one record, in the order in which people should read their findings. */
export const ruleMakers: readonly RuleMaker[] = [
  classified,
  textSigns,
  fixedDigits,
  dateSentinel,
  openDictionaries,
  codesInForce,
  regionNesting,
  numberRegionAgrees,
  reportingRegion,
  regionAbolished,
  projectNumber,
  phaseNumber,
  permitNumber,
  referredNumbers,
  derivedNumbers,
  companyCodes,
  certificateNumber,
  oldResidentId,
  residentIdAgrees,
  qualificationKind,
  qualificationRole,
  qualificationSafety,
  qualificationExpired,
  conductCode,
  amountMagnitude,
  totals,
  partsOf,
  shares,
  dateOrder,
  dateFuture,
  publicationComplete,
  identityInText,
]

export type { Findings, Rule } from './rule.ts'
