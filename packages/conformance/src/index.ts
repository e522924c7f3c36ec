export { type Finding, judgeAnswer, noAnswer, type Strictness } from './judge.ts'
export {
  conformanceKit,
  groupOf,
  groupsOf,
  type Kit,
  type KitManifest,
  kitOf,
  kitServedBy,
  kitText,
  parseKit,
  type ServedRelease,
} from './kit.ts'
export { referenceAnswer, referenceProblems } from './reference.ts'
export { verdictOf } from './rule-vectors.ts'
export {
  type Answer,
  type Answers,
  type Expectations,
  type Inputs,
  type NamedProblem,
  type Request,
  requestOf,
  type Task,
  tasks,
  type Vector,
  type VectorKey,
  type Verdict,
} from './vector.ts'
