export type { Caller, Clock, Hub, Log, NodeFacts } from './hub.ts'
export { outcomes, type Outcome, type PreparedRecord, type PreparedVersion, type RecordOutcome, type RefusedRecord } from './prepared.ts'
