import { authenticityCases } from './authenticity.ts'
import type { RuleCases } from './case.ts'
import { legalityCases } from './legality.ts'
import { logicCases } from './logic.ts'

/** Every rule that is judged from one record → records that pass and fail it. */
export const ruleCases: Readonly<Record<string, RuleCases>> = { ...authenticityCases, ...legalityCases, ...logicCases }
