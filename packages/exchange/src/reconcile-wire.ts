import { parseRange, type RangeChild, type RangeStatement, type SetItem, statementsMax } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Cut } from './reconcile-source.ts'

/** A range as it goes over the wire; digests, ids and values in base64. */
export type WireStatement =
  | { readonly range: string; readonly children: readonly (readonly [label: string, count: number, digest: string])[] }
  | { readonly range: string; readonly items: readonly (readonly [id: string, value: string])[] }

/** What a lower node asks its upstream. */
export interface ReconcileRequest {
  readonly reconcile: 1
  /** Of the run; the same in all its requests. */
  readonly run: string
  readonly cut: Cut
  /** Ranges to be compared. */
  readonly compare?: readonly WireStatement[]
  /** Places that only the upstream has: what are they? */
  readonly describe?: readonly (readonly [range: string, id: string])[]
  /** Both sides hold the same: sign it. */
  readonly certificate?: Record<string, unknown>
}

/** A version that only the upstream has. Nothing of its content. */
export interface DescribedItem {
  readonly id: string
  readonly entity: string
  readonly recordId: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly operation: string
  readonly commitment: string
  /** Its entry in the lower node's log, as the upstream received it. */
  readonly source: Cut
}

export interface ReconcileAnswer {
  readonly reconcile: 1
  readonly node: string
  readonly region: string
  readonly tier: string
  readonly statements?: readonly WireStatement[]
  readonly described?: readonly DescribedItem[]
  /** Signed by both; null when the sets are not equal here. */
  readonly certificate?: Record<string, unknown> | null
}

export const describedMax = 100
/** More ranges than any honest answer has: each of the ranges asked for has at most a few hundred within. */
const answersMax = 20_000
const childrenMax = 5000

export function writeStatement(statement: RangeStatement): WireStatement {
  if ('items' in statement)
    return { range: statement.range, items: statement.items.map(({ id, value }) => [id.toString('base64'), value.toString('base64')]) }
  return { range: statement.range, children: statement.children.map(([label, count, digest]) => [label, count, digest.toString('base64')]) }
}

/** Reads statements, strictly. @returns the place of the first fault, as a JSON pointer, when there is one */
export function readStatements(value: unknown, max = answersMax): RangeStatement[] | { readonly fault: string } {
  if (!Array.isArray(value) || value.length > max) return { fault: '' }
  const statements: RangeStatement[] = []
  for (const [at, one] of value.entries()) {
    const read = readStatement(one)
    if (read === null) return { fault: `/${at}` }
    statements.push(read)
  }
  return statements
}

function readStatement(value: unknown): RangeStatement | null {
  if (typeof value !== 'object' || value === null) return null
  const { range, children, items, ...rest } = value as Record<string, unknown>
  if (typeof range !== 'string' || parseRange(range) === null || Object.keys(rest).length > 0) return null
  if (Array.isArray(items) && children === undefined) {
    if (items.length > 32) return null
    const list = items.map(readItem)
    return list.every((item) => item !== null) ? { range, items: list } : null
  }
  if (!Array.isArray(children) || items !== undefined || children.length > childrenMax) return null
  const list = children.map(readChild)
  return list.every((child) => child !== null) ? { range, children: list } : null
}

const bytesOf = (text: unknown, length: number): Buffer | null => {
  if (typeof text !== 'string' || text.length > 48) return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length && bytes.toString('base64') === text ? bytes : null
}

function readItem(value: unknown): SetItem | null {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [id, content] = [bytesOf(value[0], 32), bytesOf(value[1], 33)]
  return id === null || content === null || (content[0] as number) > 2 ? null : { id, value: content }
}

function readChild(value: unknown): RangeChild | null {
  if (!Array.isArray(value) || value.length !== 3) return null
  const [label, count] = value as [unknown, unknown]
  const digest = bytesOf(value[2], 32)
  if (typeof label !== 'string' || !/^[A-Za-z0-9_-]{1,80}$/.test(label) || digest === null) return null
  return Number.isSafeInteger(count) && (count as number) > 0 ? [label, count as number, digest] : null
}

/**
 * Reads a request of which the outer form was checked by its schema.
 * @throws Problem parameter-invalid, naming the place
 */
export function readCompare(list: readonly unknown[]): RangeStatement[] {
  const statements = readStatements(list, statementsMax)
  if ('fault' in statements)
    throw new Problem(
      'parameter-invalid',
      {
        zh: `compare${statements.fault} 不是一个区间：应为 {range, children: [[名称, 条数, 摘要]…]}，或 {range, items: [[编号, 内容]…]}（至多 32 项）`,
        en: `compare${statements.fault} is not a range: {range, children: [[label, count, digest]…]}, or {range, items: [[id, value]…]} (at most 32)`,
      },
      { pointer: `/compare${statements.fault}` },
    )
  return statements
}

/** @throws Problem parameter-invalid */
export function readDescribe(list: readonly (readonly [unknown, unknown])[]): { range: string; id: Buffer }[] {
  return list.map(([range, id], at) => {
    const bytes = bytesOf(id, 32)
    if (typeof range !== 'string' || parseRange(range)?.entity == null || bytes === null)
      throw new Problem(
        'parameter-invalid',
        { zh: `describe/${at} 应为 [区间, 编号的 base64]`, en: `describe/${at} must be [range, id in base64]` },
        { pointer: `/describe/${at}` },
      )
    return { range, id: bytes }
  })
}
