/** What of this room runs in a page: everything but the examples, which are files. */
export { catalogue, type ProblemCode, type ProblemKind } from './catalogue.ts'
export {
  collectProblems,
  defaultGroupLimits,
  type GroupExample,
  type GroupLimits,
  groupProblems,
  type ProblemGroup,
  type ProblemGroups,
} from './groups.ts'
export { jsonFaultAt, placeInText } from './json-fault.ts'
export {
  Problem,
  recordProblem,
  type DocumentFault,
  type FilePlace,
  type FixOperation,
  type ProblemDocument,
  type ProblemOptions,
  type RecordProblemParts,
  type Severity,
  type Words,
} from './problem.ts'
export { type NodeRule, nodeRules, type Teaching, teachings } from './teaching/index.ts'
