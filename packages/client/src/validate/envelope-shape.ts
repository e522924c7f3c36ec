import type { Words } from '@huijiao/problem'
import { isInstant, releases, type Release } from '@huijiao/standard'
import type { Envelope } from '../push/input.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A mistake in what stands around the records; the node would refuse the submission as a whole. */
export interface EnvelopeFault {
  readonly pointer: string
  readonly words: Words
}

/** What is wrong with an envelope that a file brings; an empty one (bare records) is for `push` to fill. */
export function envelopeFaults(envelope: Envelope): EnvelopeFault[] {
  const faults: EnvelopeFault[] = []
  const fault = (pointer: string, zh: string, en: string) => void faults.push({ pointer, words: { zh, en } })
  for (const name of Object.keys(envelope)) {
    if (!['id', 'standard', 'producedAt', 'responsible', 'legacy'].includes(name))
      fault(`/${name.slice(0, 60)}`, '信封中没有此成员', 'The envelope has no such member')
  }
  const { id, standard, producedAt, responsible, legacy } = envelope as Record<string, unknown>
  if (id !== undefined && !(typeof id === 'string' && uuid.test(id))) fault('/id', 'id 应为 UUID', 'id must be a UUID')
  if (standard !== undefined && releaseOf(standard) === undefined)
    fault(
      '/standard',
      `没有此数据标准版本；可用：${[...releases.keys()].join('、')}`,
      `no such release; there are ${[...releases.keys()].join(', ')}`,
    )
  if (producedAt !== undefined && !(typeof producedAt === 'string' && isInstant(producedAt))) {
    fault('/producedAt', 'producedAt 应为带时区的 RFC 3339 时刻', 'producedAt must be an RFC 3339 instant with its offset')
  }
  if (legacy !== undefined && typeof legacy !== 'boolean') fault('/legacy', 'legacy 应为 true 或 false', 'legacy must be true or false')
  if (id !== undefined || responsible !== undefined) responsibleFaults(responsible, fault)
  if (id !== undefined && standard === undefined) fault('/standard', '缺少 standard（如 "2018"）', 'standard is missing (such as "2018")')
  return faults
}

function responsibleFaults(value: unknown, fault: (pointer: string, zh: string, en: string) => void): void {
  const members = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const { unit, name, account, ...others } = members
  const missing = (member: unknown) => member === undefined || member === null || (typeof member === 'string' && member.trim() === '')
  const isText = (member: unknown) => typeof member === 'string' && member.length <= 200
  const form = (name: string) => [`${name} 应为至多 200 字的文本`, `${name} must be a text of at most 200 characters`] as const
  if (missing(unit)) fault('/responsible/unit', '缺少报送单位名称', 'The unit’s name is missing')
  else if (!isText(unit)) fault('/responsible/unit', ...form('unit'))
  if (missing(name)) fault('/responsible/name', '缺少责任人姓名', 'The person’s name is missing')
  else if (!isText(name)) fault('/responsible/name', ...form('name'))
  if (account !== undefined && account !== null && (missing(account) || !isText(account))) fault('/responsible/account', ...form('account'))
  for (const other of Object.keys(others)) fault(`/responsible/${other.slice(0, 60)}`, '没有此成员', 'No such member')
}

/** Adds what a node says of a file in which there is not one record. */
export function withRecordsAsked<T extends { readonly records: number; readonly envelope: readonly EnvelopeFault[] }>(verdict: T): T {
  if (verdict.records > 0) return verdict
  const words = {
    zh: '文件中一条记录也没有，节点不收（submission-empty）',
    en: 'There is not one record in the file; a node refuses it (submission-empty)',
  }
  return { ...verdict, envelope: [...verdict.envelope, { pointer: '/records', words }] }
}

export function releaseOf(standard: unknown): Release | undefined {
  return [...releases.values()].find((release) => release.id === standard)
}
