import { recordProblem, type ProblemDocument } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'

export type Members = Record<string, unknown>

const known = ['entity', 'operation', 'sourceId', 'sourceVersion', 'enteredBy', 'data', 'key', 'reason', 'attachments']
const isObject = (member: unknown): member is Members => typeof member === 'object' && member !== null && !Array.isArray(member)
const isText = (member: unknown, max: number) => typeof member === 'string' && member !== '' && [...member].length <= max

/** What is wrong with the members around a record's data; the node asks the same. `record` is without null members. */
export function shapeProblems(record: Members): ProblemDocument[] {
  const problems: ProblemDocument[] = []
  const problem = (pointer: string, zh: string, en: string) =>
    void problems.push(recordProblem('record-malformed', { pointer, detail: { zh, en } }))
  for (const name of Object.keys(record)) {
    if (known.includes(name)) continue
    const near = known.find((word) => word.toLowerCase() === name.toLowerCase())
    problem(
      `/${name.slice(0, 60)}`,
      near ? `成员名应写作 ${near}` : '记录中没有此成员',
      near ? `Write the member ${near}` : 'A record has no such member',
    )
  }
  const { entity, operation, sourceId, sourceVersion, enteredBy, attachments } = record
  if (!isText(entity, 100)) problem('/entity', '缺少 entity（数据表代码）', 'entity is missing (the table code)')
  if (operation !== 'upsert' && operation !== 'withdraw')
    problem('/operation', 'operation 应为 upsert 或 withdraw', 'operation must be upsert or withdraw')
  if (!isText(sourceId, 100))
    problem('/sourceId', '缺少 sourceId（本系统的行编号，至多 100 字）', 'sourceId is missing (your own row id, at most 100 characters)')
  if (sourceVersion !== undefined && !(Number.isSafeInteger(sourceVersion) && (sourceVersion as number) >= 0))
    problem('/sourceVersion', 'sourceVersion 应为非负整数', 'sourceVersion must be a whole number from 0')
  if (enteredBy !== undefined && !isText(enteredBy, 100)) problem('/enteredBy', 'enteredBy 应为录入人账号', 'enteredBy must be an account')
  if (attachments !== undefined && !(Array.isArray(attachments) && attachments.length === 0)) {
    const detail = { zh: '节点尚不接收附件', en: 'Nodes do not take attachments yet' }
    problems.push(
      recordProblem('attachments-not-served', { pointer: '/attachments', detail, fix: [{ op: 'remove', path: '/attachments' }] }),
    )
  }
  if (operation === 'withdraw') withdrawalProblems(record, problem)
  else if (operation === 'upsert') upsertProblems(record, problem)
  return problems
}

type Report = (pointer: string, zh: string, en: string) => void

function withdrawalProblems({ key, data, reason }: Members, problem: Report): void {
  if (key !== undefined && !isObject(key)) problem('/key', 'key 应为对象', 'key must be an object')
  if (data !== undefined) problem('/data', '撤回不带 data', 'A withdrawal has no data')
  if (!isText(reason, 500)) problem('/reason', '撤回须写明 reason', 'A withdrawal needs a reason')
}

function upsertProblems({ key, data, reason }: Members, problem: Report): void {
  if (!isObject(data)) problem('/data', '缺少 data', 'data is missing')
  if (key !== undefined) problem('/key', 'upsert 不带 key，主键取自 data', 'An upsert has no key; it is taken from data')
  if (reason !== undefined && !isText(reason, 500)) problem('/reason', 'reason 应为文本', 'reason must be a text')
}

export function unknownEntity(release: Release, code: string): ProblemDocument {
  const near = [...release.entities.keys()].find((name) => name.toLowerCase() === code.toLowerCase())
  const shown = code.slice(0, 100)
  return recordProblem('entity-unknown', {
    pointer: '/entity',
    value: shown,
    ...(near === undefined ? {} : { allowed: near, fix: [{ op: 'replace', path: '/entity', value: near }] }),
    detail: {
      zh: near ? `${release.id} 版中的写法是 ${near}` : `${release.id} 版数据标准没有 ${shown}`,
      en: near ? `Release ${release.id} spells it ${near}` : `Release ${release.id} has no ${shown}`,
    },
  })
}
