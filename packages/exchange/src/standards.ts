import type { Tables } from '@huijiao/database'
import { type Release, type ReleaseDocument, releaseOf } from '@huijiao/standard'
import type { Kysely } from 'kysely'
import { builtIn, registerBuiltIn } from './standards-built-in.ts'
import type { Clock, Log } from './hub.ts'
import { type Activation, activeAt, readActivations, type StandardFacts } from './standards-store.ts'

/** Numbers of the revisions that a submission is judged by, from its first record to its last: `{"2018": 3}`. */
export type Pins = Readonly<Record<string, number>>

/** One release as it counts at an instant. */
export interface RevisionInForce extends StandardFacts {
  readonly release: Release
  /** Since when it counts here. */
  readonly since: Date
}

/** What a node judges by at one instant. */
export interface StandardsInForce {
  /** By release id, in order of the ids. */
  readonly releases: ReadonlyMap<string, Release>
  readonly revisions: ReadonlyMap<string, RevisionInForce>
  /** What a submission that begins at this instant keeps. */
  readonly pins: Pins
}

/** A revision as the log and the status of a submission name it. */
export interface JudgedBy {
  readonly release: string
  readonly revision: number
  readonly issuer: string
}

/** What a submission is judged by, in words that mean the same elsewhere. */
export const judgedBy = (standards: StandardsInForce, release?: string): JudgedBy[] =>
  [...standards.revisions.values()]
    .filter((one) => release === undefined || one.id === release)
    .map(({ id, revision, issuer }) => ({ release: id, revision, issuer }))

/**
 * The node's releases, held in memory. Processes on one database agree about every instant: a change is written down at least `noticeMs` before its
 * instant, and no view that is older than half of that begins a submission.
 */
export interface ReleaseShelf {
  /** What counts now, as far as this process knows. */
  inForce(): StandardsInForce
  /** What counts now, read again first when the view in memory may be too old. For whatever begins. */
  current(): Promise<StandardsInForce>
  /** What a submission began with; what counts now for one from before there were pins. */
  pinned(pins: Pins | null): Promise<StandardsInForce>
  /** One revision, whether it counts or not. @throws Error when there is none of this number */
  revision(standardNo: number): Promise<Release>
  /** Whether this node may serve what an authority issued under this id. */
  serves(release: string, issuer: string): boolean
  /** Instants at which something else will count, as far as they are known, in order. */
  upcoming(): readonly Activation[]
  refresh(): Promise<void>
  readonly noticeMs: number
}

export interface ShelfOptions {
  readonly region: string
  readonly clock: Clock
  readonly log: Log
  /** Ids of the releases to serve; null: those whose issuer's region covers this node's. */
  readonly served: readonly string[] | null
  /** How long before its instant a change is known to all processes of the node. */
  readonly noticeMs: number
  readonly covers: (issuer: string, region: string) => boolean
}

interface View {
  readonly readAt: number
  readonly activations: readonly Activation[]
  readonly releases: ReadonlyMap<number, Release>
}

/** Opens the shelf, after writing down what this program brings along. */
export async function openShelf(db: Kysely<Tables>, options: ShelfOptions): Promise<ReleaseShelf> {
  const { clock, noticeMs } = options
  const maxAgeMs = noticeMs === 0 ? Infinity : noticeMs / 2
  await registerBuiltIn(db, options)
  const serves = (release: string, issuer: string) =>
    options.served === null ? options.covers(issuer, options.region) : options.served.includes(release)
  let view = await readView(db, options, serves, null)
  let cached: { from: number; until: number; value: StandardsInForce } | null = null
  let last: StandardsInForce | null = null
  let reading: Promise<void> | null = null
  const refresh = () =>
    (reading ??= readView(db, options, serves, view)
      .then((next) => {
        view = next
        cached = null
      })
      .finally(() => {
        reading = null
      }))
  const inForce = () => {
    const now = clock.now().getTime()
    if (cached === null || now < cached.from || now >= cached.until) {
      const value = at(view, now)
      // Whoever has made something of what counts keeps it while that stays the same.
      const same = last !== null && sameRevisions(last, value)
      cached = { from: now, until: nextChange(view, now), value: same ? (last as StandardsInForce) : value }
      last = cached.value
    }
    return cached.value
  }
  const revision = async (standardNo: number) => view.releases.get(standardNo) ?? (await readRevision(db, standardNo))
  return {
    inForce,
    current: async () => {
      if (Math.abs(clock.now().getTime() - view.readAt) > maxAgeMs) await refresh()
      return inForce()
    },
    pinned: async (pins) => {
      if (pins === null) return inForce()
      const rows = await readActivationsOf(db, view, Object.values(pins))
      const list = await Promise.all(
        rows.map(async (row) => ({ ...row, release: await revision(row.standardNo), since: row.effectiveFrom })),
      )
      return toStandards(list)
    },
    revision,
    serves,
    upcoming: () =>
      view.activations
        .filter((one) => one.effectiveFrom.getTime() > clock.now().getTime())
        .toSorted((a, b) => a.effectiveFrom.getTime() - b.effectiveFrom.getTime()),
    refresh,
    noticeMs,
  }
}

/** Documents never change under their number and were checked when they were loaded, so one that is read may be kept for good; a few of them. */
const parsed = new Map<string, Release>()

async function readRevision(db: Kysely<Tables>, standardNo: number): Promise<Release> {
  const row = await db.selectFrom('standard').select(['digest', 'document']).where('standard_no', '=', standardNo).executeTakeFirst()
  if (row === undefined) throw new Error(`there is no revision ${standardNo} of the standard`)
  return parseOnce(row.digest.toString('hex'), row.document)
}

function parseOnce(digest: string, document: string): Release {
  const own = builtIn().get(digest)?.release
  if (own !== undefined) return own
  let release = parsed.get(digest)
  if (release === undefined) {
    release = releaseOf(JSON.parse(document) as ReleaseDocument)
    parsed.set(digest, release)
    if (parsed.size > 24) parsed.delete(parsed.keys().next().value as string)
  }
  return release
}

async function readView(
  db: Kysely<Tables>,
  { clock, log }: ShelfOptions,
  serves: ReleaseShelf['serves'],
  before: View | null,
): Promise<View> {
  const now = clock.now().getTime()
  const all = (await readActivations(db)).filter((one) => one.cancelledAt === null && serves(one.id, one.issuer))
  const releases = new Map<number, Release>()
  const usable: Activation[] = []
  for (const one of all) {
    // What has passed and was replaced is read only when a submission that began with it goes on.
    const needed = one.effectiveFrom.getTime() > now || activeAt(all, one.id, now)?.standardNo === one.standardNo
    if (needed && !releases.has(one.standardNo)) {
      try {
        releases.set(one.standardNo, before?.releases.get(one.standardNo) ?? (await readRevision(db, one.standardNo)))
      } catch (error) {
        log.error(
          { err: error, release: one.id, revision: one.revision, issuer: one.issuer },
          'a revision of the standard cannot be read by this program and is left out; bring all processes to one version',
        )
        continue
      }
    }
    usable.push(one)
  }
  return { readAt: now, activations: usable, releases }
}

/** The next instant after `now` at which something else counts. */
function nextChange(view: View, now: number): number {
  return Math.min(...view.activations.map((one) => one.effectiveFrom.getTime()).filter((instant) => instant > now), Infinity)
}

function at(view: View, now: number): StandardsInForce {
  const ids = [...new Set(view.activations.map((one) => one.id))]
  return toStandards(
    ids.flatMap((id) => {
      const active = activeAt(view.activations, id, now)
      const release = active === null ? undefined : view.releases.get(active.standardNo)
      return active === null || release === undefined ? [] : [{ ...active, release, since: active.effectiveFrom }]
    }),
  )
}

function toStandards(list: readonly RevisionInForce[]): StandardsInForce {
  const sorted = list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    releases: new Map(sorted.map((one) => [one.id, one.release])),
    revisions: new Map(sorted.map((one) => [one.id, one])),
    pins: Object.fromEntries(sorted.map((one) => [one.id, one.standardNo])),
  }
}

const sameRevisions = (a: StandardsInForce, b: StandardsInForce): boolean =>
  a.revisions.size === b.revisions.size &&
  [...a.revisions].every(([id, one]) => {
    const other = b.revisions.get(id)
    return other?.standardNo === one.standardNo && other.release === one.release && +other.since === +one.since
  })

/** The facts of the pinned revisions: most often they still count, and nothing has to be read. */
async function readActivationsOf(db: Kysely<Tables>, view: View, numbers: readonly number[]): Promise<Activation[]> {
  const find = (list: readonly Activation[]) => numbers.map((no) => list.findLast((one) => one.standardNo === no))
  const known = find(view.activations)
  const complete = known.every((one) => one !== undefined) ? known : find(await readActivations(db))
  return complete.filter((one) => one !== undefined)
}
