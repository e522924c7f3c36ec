import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ruleById } from '../rules/catalogue.ts'
import { type ReceiveCaller, receiveCases } from './receive-cases.ts'

export const receiveFolder = 'packages/standard/vectors/receive'

const schemas = join(import.meta.dirname, '..', '..', '..', '..', 'schemas')

/** A line of a submission, as it is sent. */
export interface ReceivedRecord {
  readonly entity: string
  readonly operation: 'upsert' | 'withdraw'
  readonly data?: Readonly<Record<string, unknown>>
  readonly key?: unknown
}

interface ReceiveCase {
  readonly release: string
  /** The instant of judgement. */
  readonly at: string
  readonly caller: ReceiveCaller
  readonly record: ReceivedRecord
  readonly note: string
}

/** Lines that a node takes from a caller, and lines that it refuses with exactly these problems; `fixed`: the record after the patch. */
export interface ReceiveVector {
  readonly rule: string
  readonly kind: string
  readonly valid: readonly ReceiveCase[]
  readonly invalid: readonly (ReceiveCase & {
    readonly problems: readonly { readonly code: string; readonly rule: string; readonly pointer: string; readonly severity: string }[]
    readonly fixed?: ReceivedRecord
  })[]
}

export function receiveVectors(): ReceiveVector[] {
  return Object.entries(receiveCases).map(([rule, { valid, invalid }]) => ({
    rule,
    kind: ruleById.get(rule)!.kind,
    valid: valid.map(caseOf),
    invalid: invalid.map(({ problems, mended, ...one }) => {
      const made = caseOf(one)
      return {
        ...made,
        problems: problems.map(([severity, code, pointer]) => ({ code, rule, pointer, severity })),
        ...(mended === undefined ? {} : { fixed: { ...made.record, data: { ...made.record.data, ...mended } } }),
      }
    }),
  }))
}

function caseOf({ note, caller, line }: (typeof receiveCases)[string]['valid'][number]): ReceiveCase {
  const record: ReceivedRecord =
    'upsert' in line
      ? { entity: line.upsert, operation: 'upsert', data: { ...sampleOf(line.upsert), ...line.change } }
      : { entity: line.withdraw, operation: 'withdraw', ...(line.key === undefined ? {} : { key: line.key }) }
  return { release: '2018', at: '2027-01-01T00:00:00Z', caller, record, note }
}

const sampleOf = (entity: string) =>
  JSON.parse(readFileSync(join(schemas, '2018', 'valid', `${entity}.full.json`), 'utf8')) as Record<string, unknown>

/** Path from the top of the repository → text; one record a line. */
export function receiveVectorFiles(): Map<string, string> {
  const list = (name: string, records: readonly object[]) => `"${name}":[\n${records.map((one) => JSON.stringify(one)).join(',\n')}\n]`
  return new Map(
    receiveVectors().map(({ rule, kind, valid, invalid }) => [
      `${receiveFolder}/${rule}.json`,
      `{"rule":${JSON.stringify(rule)},"kind":${JSON.stringify(kind)},\n${list('valid', valid)},\n${list('invalid', invalid)}}\n`,
    ]),
  )
}
