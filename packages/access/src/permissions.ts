import type { Role } from './settings.ts'

/**
 * How far a route reaches, and so whose regions it is for:
 *
 * - `open`: no sign-in. - `own`: about the caller alone; the only routes open to somebody who must first change a password or enrol a second factor.
 * - `general`: tells of the node, not of records, submissions or participants; the same for all.
 * - `bounded`: shows and changes only what lies in the operator's regions; `by` says how.
 * - `whole`: cannot be cut by region, or acts on the whole node: only for accounts whose regions cover the node's own.
 */
export type Reach = 'open' | 'own' | 'general' | 'bounded' | 'whole'

/**
 * How a bounded route is cut. `list`: the route asks for rows of the regions only. The others are checked before the route runs: the record, submission,
 * participant, finding, conflict or duplicate that the address names; every version in the body's `records` (`places`); the body's `regions`.
 * `account`: only what is the caller's own, whatever the regions.
 */
export type BoundedBy =
  | 'list'
  | 'record'
  | 'submission'
  | 'participant'
  | 'finding'
  | 'conflict'
  | 'duplicate'
  | 'places'
  | 'regions'
  | 'accounts'
  | 'account'

export interface Permission {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Under `/admin/v1`, as the route is written; `/admin/queues` stands for the whole board. */
  readonly route: string
  readonly roles: readonly Role[]
  readonly reach: Reach
  readonly by?: BoundedBy
}

const everyone: readonly Role[] = ['administrator', 'operator', 'clerk', 'viewer']
const watching: readonly Role[] = ['administrator', 'operator', 'viewer']
const working: readonly Role[] = ['administrator', 'operator']
const entering: readonly Role[] = ['administrator', 'operator', 'clerk']
const ruling: readonly Role[] = ['administrator']

type Row = readonly [Permission['method'], string, readonly Role[], Reach, BoundedBy?]

const rows: readonly Row[] = [
  ['POST', '/session', everyone, 'open'],
  ['GET', '/captcha', everyone, 'open'],
  // Says yes or no about the cookie that was sent.
  ['GET', '/session/state', everyone, 'open'],
  ['GET', '/session', everyone, 'own'],
  ['DELETE', '/session', everyone, 'own'],
  ['GET', '/sessions', everyone, 'own'],
  ['DELETE', '/sessions/:sessionId', everyone, 'own'],
  ['POST', '/password', everyone, 'own'],
  ['POST', '/second-factor', everyone, 'own'],
  ['POST', '/second-factor/confirm', everyone, 'own'],
  ['POST', '/second-factor/disable', everyone, 'own'],

  ['GET', '/operators', ruling, 'bounded', 'accounts'],
  // Who is behind an id of the log and of decisions: names only, of accounts within the reader's regions.
  ['GET', '/operators/names', working, 'bounded', 'accounts'],
  ['POST', '/operators', ruling, 'bounded', 'accounts'],
  ['GET', '/operators/:operatorId', ruling, 'bounded', 'accounts'],
  ['PATCH', '/operators/:operatorId', ruling, 'bounded', 'accounts'],
  ['POST', '/operators/:operatorId/reset-password', ruling, 'bounded', 'accounts'],
  ['POST', '/operators/:operatorId/reset-second-factor', ruling, 'bounded', 'accounts'],

  ['GET', '/node', everyone, 'general'],
  ['GET', '/live', everyone, 'general'],
  ['GET', '/flow', everyone, 'general'],
  ['GET', '/epochs', watching, 'general'],
  ['POST', '/epochs/go-on', ruling, 'whole'],
  ['POST', '/epochs/take-over', ruling, 'whole'],
  ['POST', '/epochs/numbers', ruling, 'whole'],
  ['GET', '/node/keys', watching, 'general'],
  ['POST', '/node/keys/rotate', ruling, 'whole'],
  ['GET', '/links', watching, 'general'],
  ['GET', '/links/:name', watching, 'general'],
  ['GET', '/links/:name/flow', watching, 'general'],
  ['POST', '/links/:name/pause', working, 'whole'],
  ['POST', '/links/:name/resume', working, 'whole'],
  ['POST', '/links/:name/test', working, 'whole'],
  // A delivery holds records of all regions.
  ['GET', '/links/:name/deliveries', ruling, 'whole'],
  // What a comparison found is of all regions.
  ['POST', '/links/:name/reconcile', working, 'whole'],
  ['GET', '/links/:name/reconcile', working, 'whole'],
  ['GET', '/links/:name/reconcile/:run', working, 'whole'],
  ['GET', '/links/:name/certificates', working, 'whole'],
  ['GET', '/participants/:participantId/certificates', working, 'bounded', 'participant'],
  ['GET', '/reconcile/cases', ruling, 'whole'],
  ['POST', '/reconcile/cases/:number/settle', ruling, 'whole'],
  ['GET', '/links/:name/skips', watching, 'bounded', 'list'],
  ['GET', '/parked', watching, 'bounded', 'list'],
  ['POST', '/parked/retry', working, 'bounded', 'list'],
  ['GET', '/parked/groups', watching, 'bounded', 'list'],
  ['GET', '/notices', everyone, 'general'],
  ['GET', '/notices/:id/readers', working, 'bounded', 'list'],
  ['POST', '/notices', working, 'whole'],
  ['POST', '/notices/:id/withdraw', working, 'whole'],

  ['GET', '/submissions', everyone, 'bounded', 'list'],
  ['GET', '/submissions/:id', everyone, 'bounded', 'submission'],
  ['GET', '/submissions/:id/problems', everyone, 'bounded', 'submission'],
  // The sender's own file, its personal fields as they came.
  ['GET', '/submissions/:id/marked-file', entering, 'bounded', 'submission'],
  ['GET', '/submissions/:id/progress', everyone, 'bounded', 'submission'],
  ['GET', '/submissions/:id/receipt', everyone, 'bounded', 'submission'],
  ['GET', '/submissions/:id/outcomes', everyone, 'bounded', 'submission'],
  ['POST', '/submissions/:id/pause', entering, 'bounded', 'submission'],
  ['POST', '/submissions/:id/resume', entering, 'bounded', 'submission'],
  ['POST', '/submissions/:id/cancel', entering, 'bounded', 'submission'],

  ['GET', '/drafts', entering, 'bounded', 'account'],
  ['POST', '/drafts', entering, 'bounded', 'account'],
  ['GET', '/drafts/:draftId', entering, 'bounded', 'account'],
  ['PUT', '/drafts/:draftId', entering, 'bounded', 'account'],
  ['DELETE', '/drafts/:draftId', entering, 'bounded', 'account'],

  // Stored once for all who handed it in: it has no region.
  ['GET', '/attachments', ruling, 'whole'],
  ['GET', '/attachments/:digest', ruling, 'whole'],
  ['POST', '/attachments/:digest/check', ruling, 'whole'],
  ['GET', '/participants', working, 'bounded', 'list'],
  ['POST', '/participants', ruling, 'bounded', 'regions'],
  ['GET', '/participants/:participantId', working, 'bounded', 'participant'],
  ['DELETE', '/participants/:participantId', ruling, 'bounded', 'participant'],
  ['PUT', '/participants/:participantId/legacy', ruling, 'bounded', 'participant'],
  ['POST', '/participants/:participantId/keys', ruling, 'bounded', 'participant'],
  ['DELETE', '/participants/:participantId/keys/:keyId', ruling, 'bounded', 'participant'],
  ['POST', '/participants/:participantId/keys/:keyId/rotate', ruling, 'bounded', 'participant'],

  // Entries and reads of all regions, one after the other.
  ['GET', '/log', ruling, 'whole'],
  ['GET', '/log/:index', ruling, 'whole'],
  ['GET', '/access', ruling, 'whole'],

  ['GET', '/policy', watching, 'general'],
  ['PUT', '/policy', ruling, 'whole'],
  ['GET', '/standards', everyone, 'general'],
  ['POST', '/standards', ruling, 'whole'],
  ['POST', '/standards/:release/activate', ruling, 'whole'],
  ['POST', '/standards/:release/cancel', ruling, 'whole'],
  ['POST', '/standards/:release/shadow', ruling, 'whole'],
  ['POST', '/standards/:release/dictionaries/:code', ruling, 'whole'],
  ['POST', '/standards/:release/dictionaries/:code/check', ruling, 'whole'],
  // Examples of records of all regions stand in the reports.
  ['GET', '/shadow-runs', ruling, 'whole'],
  ['GET', '/shadow-runs/:run', ruling, 'whole'],

  ['GET', '/records', everyone, 'bounded', 'list'],
  ['GET', '/records/:recordId', everyone, 'bounded', 'record'],
  ['GET', '/records/:recordId/linked', everyone, 'bounded', 'record'],
  ['GET', '/records/:recordId/custody', everyone, 'bounded', 'record'],
  ['GET', '/records/:recordId/versions', everyone, 'bounded', 'record'],
  ['POST', '/records/:recordId/corrections', working, 'bounded', 'record'],
  ['POST', '/records/:recordId/corrections/end', working, 'bounded', 'record'],
  ['GET', '/corrections', watching, 'bounded', 'list'],
  ['POST', '/records/:recordId/send-up', ruling, 'bounded', 'record'],
  ['POST', '/records/:recordId/send-up/end', ruling, 'bounded', 'record'],
  ['GET', '/sent-up', watching, 'bounded', 'list'],

  // A number has no region before a record bears it.
  ['GET', '/successions', ruling, 'whole'],
  ['POST', '/successions', ruling, 'whole'],
  ['POST', '/successions/:id/undo', ruling, 'whole'],
  ['GET', '/conflicts', watching, 'bounded', 'list'],
  ['POST', '/conflicts/:id/decide', working, 'bounded', 'conflict'],
  ['GET', '/duplicates', watching, 'bounded', 'list'],
  ['POST', '/duplicates/:id/decide', working, 'bounded', 'duplicate'],

  ['GET', '/held', everyone, 'bounded', 'list'],
  ['POST', '/held/extend', working, 'bounded', 'places'],
  ['GET', '/findings', everyone, 'bounded', 'list'],
  ['POST', '/findings/:number/dismiss', working, 'bounded', 'finding'],

  ['GET', '/admin/queues', ruling, 'whole'],
  ['POST', '/admin/queues', ruling, 'whole'],
  ['PUT', '/admin/queues', ruling, 'whole'],
  ['PATCH', '/admin/queues', ruling, 'whole'],
  ['DELETE', '/admin/queues', ruling, 'whole'],
]

/** Who may do what. A route that is not here is nobody's: a test holds the table against every route that exists. */
export const permissions: readonly Permission[] = rows.map(([method, route, roles, reach, by]) => ({
  method,
  route,
  roles,
  reach,
  ...(by === undefined ? {} : { by }),
}))

const byName = new Map(permissions.map((one) => [`${one.method} ${one.route}`, one]))

/** @param method as requested; HEAD asks what GET asks */
export const permissionOf = (method: string, route: string): Permission | undefined =>
  byName.get(`${method === 'HEAD' ? 'GET' : method} ${route}`)

/** Whether a route is for this role with these bounds (null: the whole node). */
export const mayUse = (permission: Permission, role: Role, bounds: readonly string[] | null): boolean =>
  permission.roles.includes(role) && (permission.reach !== 'whole' || bounds === null)

/** Who may submit with a session, and read what came of it: over the routes of participants, in the name of the node's own participant. */
export const mayEnter = (role: Role): boolean => entering.includes(role)
