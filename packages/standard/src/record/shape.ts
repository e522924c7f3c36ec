import { type FixOperation, recordProblem, type ProblemDocument } from '@huijiao/problem'
import type { Release } from '../model.ts'
import { escapePointer } from '../pointer.ts'
import { attachmentProblems } from './attachments.ts'

type Members = Record<string, unknown>
type Report = (pointer: string, zh: string, en: string, fix?: FixOperation) => void

const known = ['entity', 'operation', 'sourceId', 'sourceVersion', 'enteredBy', 'data', 'key', 'reason', 'attachments']
const isObject = (member: unknown): member is Members => typeof member === 'object' && member !== null && !Array.isArray(member)
const isText = (member: unknown, max: number) => typeof member === 'string' && member !== '' && [...member].length <= max

const isAbsent = (member: unknown) => member === undefined || member === ''
const reasonForm = ['reason 应为至多 500 字的文本', 'reason must be a text of at most 500 characters'] as const

/** Members of the frame whose value may be shown again: they hold nothing personal. */
const shown = new Set(['/entity', '/operation', '/sourceId', '/sourceVersion'])

/**
 * What is wrong with the members around a record's data; the node and the client ask the same.
 * @param record without null members
 * @param index its position in the submission, for `record` of the problems; absent offline
 */
export function shapeProblems(record: Members, index?: number): ProblemDocument[] {
  const problems: ProblemDocument[] = []
  const own = index === undefined ? {} : { record: index }
  const problem: Report = (pointer, zh, en, fix) => {
    const value = shown.has(pointer) ? record[pointer.slice(1)] : undefined
    const told = typeof value === 'string' ? value.slice(0, 100) : typeof value === 'object' ? undefined : value
    problems.push(
      recordProblem('record-malformed', {
        ...own,
        pointer,
        ...(told === undefined ? {} : { value: told }),
        detail: { zh, en },
        ...(fix === undefined ? {} : { fix: [fix] }),
      }),
    )
  }
  for (const name of Object.keys(record)) {
    if (known.includes(name)) continue
    const near = known.find((word) => word.toLowerCase() === name.toLowerCase())
    problem(
      `/${name.slice(0, 60)}`,
      near ? `成员名应写作 ${near}` : '记录中没有此成员',
      near ? `Write the member ${near}` : 'A record has no such member',
      near === undefined || Object.hasOwn(record, near) ? undefined : { op: 'move', from: `/${escapePointer(name)}`, path: `/${near}` },
    )
  }
  const { entity, operation, sourceId, sourceVersion, enteredBy } = record
  if (isAbsent(entity)) problem('/entity', '缺少 entity（数据表代码）', 'entity is missing (the table code)')
  else if (!isText(entity, 100))
    problem('/entity', 'entity 应为至多 100 字的文本（数据表代码）', 'entity must be a text of at most 100 characters (the table code)')
  if (operation !== 'upsert' && operation !== 'withdraw')
    problem('/operation', 'operation 应为 upsert 或 withdraw', 'operation must be upsert or withdraw')
  if (isAbsent(sourceId))
    problem('/sourceId', '缺少 sourceId（本系统的行编号，至多 100 字）', 'sourceId is missing (your own row id, at most 100 characters)')
  else if (!isText(sourceId, 100))
    problem(
      '/sourceId',
      'sourceId（本系统的行编号）应为至多 100 字的文本',
      'sourceId (your own row id) must be a text of at most 100 characters',
      Number.isSafeInteger(sourceId) ? { op: 'replace', path: '/sourceId', value: String(sourceId) } : undefined,
    )
  if (sourceVersion !== undefined && !(Number.isSafeInteger(sourceVersion) && (sourceVersion as number) >= 0))
    problem('/sourceVersion', 'sourceVersion 应为非负整数', 'sourceVersion must be a whole number from 0')
  if (enteredBy !== undefined && !isText(enteredBy, 100))
    problem('/enteredBy', 'enteredBy 应为录入人账号，至多 100 字', 'enteredBy must be an account, at most 100 characters')
  if (operation === 'withdraw') withdrawalProblems(record, problem)
  else if (operation === 'upsert') upsertProblems(record, problem)
  return problems
}

function withdrawalProblems({ key, data, reason, attachments }: Members, problem: Report): void {
  if (key !== undefined && !isObject(key)) problem('/key', 'key 应为对象', 'key must be an object')
  if (data !== undefined) problem('/data', '撤回不带 data', 'A withdrawal has no data')
  if (isAbsent(reason)) problem('/reason', '撤回须写明 reason', 'A withdrawal needs a reason')
  else if (!isText(reason, 500)) problem('/reason', ...reasonForm)
  if (attachments !== undefined && !(Array.isArray(attachments) && attachments.length === 0))
    problem('/attachments', '撤回不带附件', 'A withdrawal has no attachments')
}

function upsertProblems({ key, data, reason, attachments }: Members, problem: Report): void {
  if (isAbsent(data)) problem('/data', '缺少 data', 'data is missing')
  else if (!isObject(data)) problem('/data', 'data 应为对象', 'data must be an object')
  if (key !== undefined) problem('/key', 'upsert 不带 key，主键取自 data', 'An upsert has no key; it is taken from data')
  if (reason !== undefined && !isText(reason, 500)) problem('/reason', ...reasonForm)
  if (attachments !== undefined) attachmentProblems(attachments, problem)
}

/** The problem of a record that is no object at all. */
export function notARecord(index?: number): ProblemDocument {
  return recordProblem('record-malformed', {
    ...(index === undefined ? {} : { record: index }),
    pointer: '',
    detail: { zh: '记录应为 JSON 对象', en: 'A record must be a JSON object' },
  })
}

/** The problem of a record whose entity the release does not have; names the right spelling where only letter case differs. */
export function unknownEntity(release: Release, code: string, index?: number): ProblemDocument {
  const near = [...release.entities.keys()].find((name) => name.toLowerCase() === code.toLowerCase())
  const shown = code.slice(0, 100)
  return recordProblem('entity-unknown', {
    ...(index === undefined ? {} : { record: index }),
    pointer: '/entity',
    value: shown,
    ...(near === undefined ? {} : { allowed: near, fix: [{ op: 'replace', path: '/entity', value: near }] }),
    detail: {
      zh: near ? `${release.id} 版中的写法是 ${near}` : `${release.id} 版数据标准没有 ${shown}`,
      en: near ? `Release ${release.id} spells it ${near}` : `Release ${release.id} has no ${shown}`,
    },
  })
}
