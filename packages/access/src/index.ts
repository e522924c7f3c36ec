export { type Access, actorOfOperator, openAccess } from './access.ts'
export { type Captcha, type CaptchaForm, makeCaptcha } from './captcha.ts'
export { newDevice } from './device.ts'
export {
  createDraft,
  deleteDraft,
  type Draft,
  draftBytesMax,
  draftsMax,
  findDraft,
  forgetDrafts,
  listDrafts,
  type NewDraft,
  saveDraft,
} from './draft.ts'
export { forgetOver } from './forget.ts'
export {
  changeOperator,
  createOperator,
  findOperator,
  listOperators,
  type Manager,
  type NewOperator,
  type OperatorChange,
  resetPassword,
  resetSecondFactor,
} from './operator.ts'
export { accountNamesMentioned, type OperatorName, operatorNames } from './operator-names.ts'
export type { Duty, OperatorRow } from './operator-row.ts'
export { changePassword } from './password-change.ts'
export { mayEnter, mayUse, type Permission, permissionOf, permissions } from './permissions.ts'
export { confirmSecondFactor, disableSecondFactor, enrolSecondFactor } from './second-factor.ts'
export {
  csrfIsRight,
  peekSession,
  listSessions,
  type LiveSession,
  type OpenedSession,
  revokeSession,
  type SessionRow,
  signOut,
  useSession,
} from './session.ts'
export { type AccessSettings, defaultAccessSettings, type Role, roles } from './settings.ts'
export { type FirstStep, type Origin, type SecondStep, type SignedIn, signIn, signInWithCode } from './sign-in.ts'
export { MustWait } from './throttle.ts'
export { codeOf, stepAt } from './totp.ts'
