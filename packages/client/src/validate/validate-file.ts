import { jsonFaultAt, recordProblem, type ProblemDocument } from '@huijiao/problem'
import {
  defaultPolicy,
  type Entity,
  keyProblems,
  notARecord,
  shapeProblems,
  unknownEntity,
  validateRecord,
  withoutNulls,
  type Release,
} from '@huijiao/standard'
import { createAttacher } from '../attachments/attach.ts'
import { openInput, type Input } from '../push/input.ts'
import { lineFault, readLines, type Line } from '../push/lines.ts'
import { usage } from '../user-error.ts'
import { openCopy } from './mend-copy.ts'
import type { Mended } from './mend-records.ts'
import { envelopeFaults, releaseOf, type EnvelopeFault } from './envelope-shape.ts'

type Members = Record<string, unknown>

/** A record with problems, where it stands. */
export interface Judged {
  /** 1-based line; null inside a JSON document. */
  readonly line: number | null
  /** 0-based position among the records. */
  readonly index: number
  readonly entity: string | null
  readonly sourceId: string | null
  readonly problems: readonly ProblemDocument[]
}

export interface FileVerdict {
  readonly file: string
  readonly standard: string
  readonly records: number
  /** Records by what a node would make of them, as far as the standard alone decides. */
  readonly counts: { faultless: number; warned: number; doubtful: number; refused: number }
  readonly envelope: readonly EnvelopeFault[]
  /** The copy with the patches applied, and what it leaves to be done by hand. */
  readonly mended?: Mended
}

/** The node's own limit of a record, in bytes. */
const recordBytesMax = 1024 * 1024

/**
 * Judges a file by the standard, offline: what the node would say of each record but for what only it knows (grants, versions already
 * stored, parents that are missing).
 * @param standard release to judge by when the file names none
 * @param onRecord told of every record that has problems
 * @param mend where a copy goes with the patches applied, in UTF-8; lines that nothing changes are as they were
 * @throws UserError (usage)
 */
export async function validateFile(
  path: string,
  standard: string | undefined,
  at: Date,
  onRecord: (judged: Judged) => void,
  onProgress: (bytes: number, total: number, records: number) => void = () => {},
  mend?: string,
): Promise<FileVerdict> {
  const input = await openInput(path)
  const copy = mend === undefined ? null : await openCopy(input, mend)
  const { records: _records, ...envelope } = input.kind === 'document' ? input.document : { ...input.envelope, records: undefined }
  if (standard !== undefined && envelope.standard !== undefined && envelope.standard !== standard)
    throw usage(
      `${path} 按 ${envelope.standard} 版报送，与 --standard 不符`,
      `${path} says release ${envelope.standard}, --standard another`,
    )
  const release = releaseOf(envelope.standard ?? standard ?? '2018')
  if (release === undefined)
    throw usage(`没有数据标准 ${envelope.standard ?? standard}`, `there is no release ${envelope.standard ?? standard}`)
  const counts = { faultless: 0, warned: 0, doubtful: 0, refused: 0 }
  let records = 0
  const attacher = createAttacher({ records: path }) // no node: files are digested only
  for await (const { line, value, fault, done, text } of recordsOf(input)) {
    const attached = fault === null ? await attacher.record(value) : { record: value }
    const problems = 'problem' in attached ? [attached.problem] : fault === null ? judge(release, attached.record, at) : [fault]
    counts[verdictOf(problems)] += 1
    const members = value as Members | null
    if (problems.length > 0)
      onRecord({ line, index: records, entity: named(members?.['entity']), sourceId: named(members?.['sourceId']), problems })
    await copy?.take(value, text, problems)
    records += 1
    onProgress(done, input.kind === 'document' ? input.bytes.length : input.size, records)
  }
  const mended = await copy?.close()
  return {
    file: path,
    standard: release.id,
    records,
    counts,
    envelope: envelopeFaults(envelope),
    ...(mended === undefined ? {} : { mended }),
  }
}

function named(member: unknown): string | null {
  return typeof member === 'string' && member.length <= 200 ? member : null
}

export function verdictOf(problems: readonly ProblemDocument[]): keyof FileVerdict['counts'] {
  if (problems.length === 0) return 'faultless'
  if (problems.some((problem) => (problem.severity ?? 'error') === 'error')) return 'refused'
  return problems.some((problem) => problem.severity === 'doubt') ? 'doubtful' : 'warned'
}

/** What the standard says of one record, parsed; pointers relative to it. */
export function judge(release: Release, value: unknown, at: Date): ProblemDocument[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [notARecord()]
  const record: Members = withoutNulls(value as Members)
  const problems = shapeProblems(record)
  if (problems.length > 0) return problems
  const entity = release.entities.get(record['entity'] as string)
  if (entity === undefined) return [unknownEntity(release, record['entity'] as string)]
  if (record['operation'] === 'withdraw') return withdrawalProblems(entity, record['key'])
  return validateRecord(release, entity, withoutNulls(record['data'] as Members), at)
}

/** As the built-in policy has it; what is in force, and so cannot be withdrawn any more, only the node knows. */
function withdrawalProblems(entity: Entity, key: unknown): ProblemDocument[] {
  const problems = keyProblems(entity, key)
  if (problems.length > 0 || defaultPolicy.rulesOf(entity.code).withdraw !== 'never') return problems
  return [
    recordProblem('withdraw-conduct', {
      pointer: '',
      detail: { zh: '行为记录由变更、撤销程序处理，不接受撤回', en: 'Conduct is changed or revoked by its own procedure, never withdrawn' },
    }),
  ]
}

/** One record of a file as it was read, or what is wrong with its line. */
export interface ReadRecord {
  readonly line: number | null
  readonly value: unknown
  readonly fault: ProblemDocument | null
  readonly done: number
  /** The line in UTF-8; null inside a JSON document, and for a line that is too long to be held. */
  readonly text: Buffer | null
}

/** The records of a file of JSON or NDJSON, one after the other. */
export async function* recordsOf(input: Input): AsyncGenerator<ReadRecord> {
  if (input.kind === 'document') {
    for (const value of input.document.records) yield { line: null, value, fault: null, done: input.bytes.length, text: null }
    return
  }
  const wrapped = input.kind === 'records' && input.wrapped
  for await (const line of readLines(input.path, input.from, input.fromLine, Infinity, input.encoding)) {
    const { value, fault } = parseLine(line)
    yield { line: line.number, done: line.to, text: line.bytes, fault, value: wrapped && fault === null ? unwrapped(value) : value }
  }
}

/** The record of a line of `FILE.refused.ndjson`; one that could not be read stands there as text. */
function unwrapped(value: unknown): unknown {
  const { record } = (value ?? {}) as { record?: unknown }
  return record ?? value
}

function parseLine(line: Line): { value: unknown; fault: ProblemDocument | null } {
  const refused = (
    code: 'record-too-large' | 'line-malformed' | 'number-unsafe' | 'text-invalid',
    zh: string,
    en: string,
    pointer = '',
  ) => ({
    value: null,
    fault: recordProblem(code, { pointer, detail: { zh, en } }),
  })
  if (line.bytes === null || line.bytes.length > recordBytesMax) {
    return refused('record-too-large', `本条记录 ${line.to - line.from} 字节`, `The record has ${line.to - line.from} bytes`)
  }
  if (lineFault(line) === 'not-utf8')
    return refused('text-invalid', '此行不是 UTF-8（常见原因：GBK）', 'The line is not UTF-8 (GBK is the usual cause)')
  const text = line.bytes.toString('utf8')
  try {
    const unsafe = mayHoldUnsafeNumber.test(text) ? findUnsafeNumber(text) : null
    if (unsafe === null) return { value: JSON.parse(text), fault: null }
    const { source, pointer } = unsafe
    return refused(
      'number-unsafe',
      `数字 ${source} 超出可精确表示的范围（±2^53），请改用字符串`,
      `The number ${source} is beyond ±2^53; send it as a string`,
      pointer,
    )
  } catch {
    const character = (jsonFaultAt(text) ?? text.length) + 1
    return refused('line-malformed', `第 ${character} 个字符处不是合法的 JSON`, `Not JSON at character ${character}`)
  }
}

const mayHoldUnsafeNumber = /\d{16}|\d[eE]/

class UnsafeNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** The first number of a JSON text that a double cannot hold, and its place. */
function findUnsafeNumber(text: string): { source: string; pointer: string } | null {
  const marked: unknown = JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))) return value
    return new UnsafeNumber((context?.source ?? String(value)).slice(0, 40))
  })
  const search = (value: unknown, pointer: string): { source: string; pointer: string } | null => {
    if (value instanceof UnsafeNumber) return { source: value.source, pointer }
    if (typeof value !== 'object' || value === null) return null
    for (const [name, member] of Object.entries(value)) {
      const found = search(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      if (found !== null) return found
    }
    return null
  }
  return search(marked, '')
}
