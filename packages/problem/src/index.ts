export { catalogue, type ProblemCode, type ProblemKind } from './catalogue.ts'
export {
  Problem,
  recordProblem,
  type FixOperation,
  type ProblemDocument,
  type RecordProblemParts,
  type Severity,
  type Words,
} from './problem.ts'
