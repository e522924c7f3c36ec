import { amountMagnitude } from './amount-rules.ts'
import { dateFuture, dateOrder, dateSentinel } from './date-rules.ts'
import { phaseNumber, projectNumber } from './number-rules.ts'
import { oldResidentId, publicationComplete, residentIdAgrees } from './person-rules.ts'
import { numberRegionAgrees, regionAbolished, regionNesting } from './region-rules.ts'
import type { RuleMaker } from './rule.ts'
import { classified, identityInText, openDictionaries, placeholders } from './text-rules.ts'

/** The rules over several fields of one record, in the order in which people should read their findings. */
export const ruleMakers: readonly RuleMaker[] = [
  classified,
  placeholders,
  openDictionaries,
  regionNesting,
  numberRegionAgrees,
  regionAbolished,
  projectNumber,
  phaseNumber,
  oldResidentId,
  residentIdAgrees,
  amountMagnitude,
  dateSentinel,
  dateOrder,
  dateFuture,
  publicationComplete,
  identityInText,
]

export type { Findings, Rule } from './rule.ts'
