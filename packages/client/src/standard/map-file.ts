import { openTable } from '@huijiao/files'
import { collectProblems, type ProblemDocument, type ProblemGroup } from '@huijiao/problem'
import { type Assumed, crosswalk, type Lost, mapRecord, type Release, withoutNulls } from '@huijiao/standard'
import { openInput } from '../push/input.ts'
import { usage } from '../user-error.ts'
import { isTableFile, tableOptions, type TableWords, withFile } from '../validate/table-file.ts'
import { judge, recordsOf } from '../validate/validate-file.ts'

type Members = Record<string, unknown>

/** Something that records of a table lose, in all of them together. */
export interface LostGroup extends Omit<Lost, 'pointer'> {
  readonly entity: string
  readonly count: number
  /** Lines or rows of the first ones; positions, from 1, inside a JSON document. */
  readonly first: readonly number[]
}

export interface AssumedGroup extends Omit<Assumed, 'value'> {
  readonly entity: string
  readonly count: number
}

export interface MappedFile {
  readonly file: string
  readonly from: string
  readonly to: string
  readonly records: number
  /** `whole`: nothing was lost; `lossy`: something was; `unmapped`: no counterpart, or no record; `wouldBeRefused`: of the mapped, what the other release refuses. */
  readonly counts: { whole: number; lossy: number; unmapped: number; wouldBeRefused: number }
  readonly lost: readonly LostGroup[]
  readonly assumed: readonly AssumedGroup[]
  /** What the other release says of the mapped records. */
  readonly problems: readonly ProblemGroup[]
}

/**
 * Says the records of a file in the words of another release, for export.
 * @param write told each line of the result: first an envelope without id, so that pushing it is a submission of its own, then the records
 * @throws UserError (usage) when the file cannot be read, or nothing is known of how the releases correspond
 */
export async function mapFile(
  path: string,
  releases: { readonly from: Release; readonly to: Release; readonly words: TableWords; readonly at: Date },
  write: (line: object) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<MappedFile> {
  const { from, to, at } = releases
  if (crosswalk(from, to) === null)
    throw usage(`没有 ${from.id} 与 ${to.id} 两版的对照`, `there is no mapping between releases ${from.id} and ${to.id}`)
  const lost = new Map<string, LostGroup>()
  const assumed = new Map<string, AssumedGroup>()
  const problems = collectProblems()
  const counts = { whole: 0, lossy: 0, unmapped: 0, wouldBeRefused: 0 }
  let records = 0
  for await (const { place, value, envelope, fault } of recordsIn(path, from, releases.words)) {
    signal?.throwIfAborted()
    if (envelope !== undefined) {
      await write({ ...envelope, standard: to.id })
      continue
    }
    records += 1
    const mapped = fault === null ? mapOne(from, to, value, at) : { faults: [fault] }
    if ('faults' in mapped) {
      counts.unmapped += 1
      for (const problem of mapped.faults) problems.add({ ...problem, place: { row: place } }, records - 1)
      continue
    }
    const entity = String((value as Members)['entity'])
    for (const one of mapped.lost) addLost(lost, entity, one, place)
    for (const one of mapped.assumed) addAssumed(assumed, entity, one)
    if (mapped.record === null) {
      counts.unmapped += 1
      continue
    }
    counts[mapped.lost.length === 0 ? 'whole' : 'lossy'] += 1
    for (const problem of mapped.problems) problems.add({ ...problem, place: { row: place } }, records - 1)
    if (mapped.problems.some((problem) => (problem.severity ?? 'error') === 'error')) counts.wouldBeRefused += 1
    await write(mapped.record)
  }
  return {
    file: path,
    from: from.id,
    to: to.id,
    records,
    counts,
    lost: [...lost.values()],
    assumed: [...assumed.values()],
    problems: problems.list(),
  }
}

interface One {
  readonly place: number
  readonly value: unknown
  readonly fault: ProblemDocument | null
  readonly envelope?: object
}

async function* recordsIn(path: string, from: Release, words: TableWords): AsyncGenerator<One> {
  if (await isTableFile(path)) {
    const table = await withFile(path, () => openTable({ bytes: null, path }, tableOptions(path, from, words)))
    for await (const row of table.records()) yield { place: row.place.row, value: row.record, fault: null }
    return
  }
  const input = await openInput(path)
  const { standard, producedAt, responsible } = input.kind === 'document' ? input.document : input.envelope
  if (standard !== undefined && standard !== from.id)
    throw usage(`${path} 按 ${standard} 版报送，与 --from 不符`, `${path} says release ${standard}, --from another`)
  const envelope = { ...(producedAt === undefined ? {} : { producedAt }), ...(responsible === undefined ? {} : { responsible }) }
  if (standard !== undefined || responsible !== undefined) yield { place: 0, value: null, fault: null, envelope }
  let position = 0
  for await (const { line, value, fault } of recordsOf(input)) yield { place: line ?? (position += 1), value, fault }
}

type Outcome =
  | { readonly faults: readonly ProblemDocument[] }
  | {
      readonly record: Members | null
      readonly lost: readonly Lost[]
      readonly assumed: readonly Assumed[]
      readonly problems: readonly ProblemDocument[]
    }

function mapOne(from: Release, to: Release, value: unknown, at: Date): Outcome {
  const { entity, data, key, ...members } = (typeof value === 'object' && value !== null ? value : {}) as Members
  const known = typeof entity === 'string' && from.entities.has(entity)
  const content = members['operation'] === 'withdraw' ? key : data
  // A record without a form, or of a table that the release has not, is told as validating tells it.
  if (!known || typeof content !== 'object' || content === null || Array.isArray(content)) return { faults: judge(from, value, at) }
  const withdrawn = content === key
  const mapped = mapRecord(from, to, entity, withoutNulls(content as Members), null)
  if (mapped.entity === null) return { record: null, lost: mapped.lost, assumed: [], problems: [] }
  const record = { entity: mapped.entity, ...members, [withdrawn ? 'key' : 'data']: mapped.data }
  return { record, lost: mapped.lost, assumed: mapped.assumed, problems: judge(to, record, at) }
}

const firstMax = 5

function addLost(groups: Map<string, LostGroup>, entity: string, { pointer: _, ...lost }: Lost, place: number): void {
  const key = JSON.stringify([entity, lost.field, lost.name, lost.reason, lost.zh])
  const known = groups.get(key)
  const first = known?.first ?? []
  groups.set(key, { ...lost, entity, count: (known?.count ?? 0) + 1, first: first.length < firstMax ? [...first, place] : first })
}

function addAssumed(groups: Map<string, AssumedGroup>, entity: string, { value: _, ...assumed }: Assumed): void {
  const key = `${entity} ${assumed.pointer}`
  groups.set(key, { ...assumed, entity, count: (groups.get(key)?.count ?? 0) + 1 })
}
