import { Problem, type Words } from '@huijiao/problem'
import { isInstant } from '@huijiao/standard'

/** Who answers for a submission: the reporting unit and its person. */
export interface Responsible {
  readonly unit: string
  readonly name: string
  readonly account?: string
}

export interface Envelope {
  readonly id: string
  readonly standard: string
  readonly producedAt?: string
  readonly responsible: Responsible
  /** Existing stock (存量数据) that is brought in once; only true is ever kept. */
  readonly legacy?: true
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

interface Fault {
  readonly pointer: string
  readonly words: Words
}

/** What a member of the envelope is called around a file, which has none of its own: in a form, or in the query. */
const parameterOf: Readonly<Record<string, string>> = {
  '/responsible': 'responsibleUnit、responsibleName',
  '/responsible/unit': 'responsibleUnit',
  '/responsible/name': 'responsibleName',
  '/responsible/account': 'responsibleAccount',
}

/**
 * Checks the envelope; every fault is named in one answer.
 * @param saidIn how it was said, so that a fault is named by what its sender wrote
 * @throws Problem envelope-invalid
 */
export function readEnvelope(value: unknown, saidIn: 'members' | 'parameters' = 'members'): Envelope {
  const faults: Fault[] = []
  const fault = (pointer: string, zh: string, en: string) => faults.push({ pointer, words: { zh, en } })
  const nameOf = (pointer: string) => (saidIn === 'members' ? pointer : (parameterOf[pointer] ?? pointer.slice(1)))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('envelope-invalid', { zh: '批次信封应为 JSON 对象', en: 'The envelope must be a JSON object' }, { pointer: '' })
  }
  const members = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as Record<string, unknown>
  const known = ['id', 'standard', 'producedAt', 'responsible', 'legacy']
  for (const name of Object.keys(members)) {
    if (name === 'records')
      fault('/records', 'records 应为数组（NDJSON 的首行不带 records）', 'records must be an array (the first line of NDJSON has none)')
    else if (!known.includes(name)) {
      const near = known.find((word) => word.toLowerCase() === name.toLowerCase())
      fault(
        `/${name.slice(0, 60)}`,
        near ? `应写作 ${near}` : '信封中没有此成员',
        near ? `Write it ${near}` : 'The envelope has no such member',
      )
    }
  }
  if (typeof members['id'] !== 'string' || !uuid.test(members['id'])) fault('/id', 'id 应为 UUID', 'id must be a UUID')
  if (members['standard'] === undefined || members['standard'] === '')
    fault('/standard', '缺少 standard（如 "2018"）', 'standard is missing (such as "2018")')
  else if (typeof members['standard'] !== 'string')
    fault('/standard', 'standard 应为文本，写在引号内（如 "2018"）', 'standard must be a text, in quotes (such as "2018")')
  const producedAt = members['producedAt']
  if (producedAt !== undefined && !(typeof producedAt === 'string' && isInstant(producedAt))) {
    fault('/producedAt', 'producedAt 应为带时区的 RFC 3339 时刻', 'producedAt must be an RFC 3339 instant with its offset')
  }
  checkResponsible(members['responsible'], fault)
  if (members['legacy'] !== undefined && typeof members['legacy'] !== 'boolean')
    fault('/legacy', 'legacy 应为 true 或 false', 'legacy must be true or false')
  if (members['legacy'] === false) delete members['legacy'] // as good as absent
  if (faults.length > 0) {
    throw new Problem(
      'envelope-invalid',
      {
        zh: faults.map((one) => `${nameOf(one.pointer)}：${one.words.zh}`).join('；'),
        en: faults.map((one) => `${nameOf(one.pointer)}: ${one.words.en}`).join('; '),
      },
      saidIn === 'members'
        ? { pointer: (faults[0] as Fault).pointer }
        : { allowed: '参数 standard、responsibleUnit、responsibleName（表单字段或网址参数）' },
    )
  }
  return { ...members, id: (members['id'] as string).toLowerCase() } as unknown as Envelope
}

function checkResponsible(value: unknown, fault: (pointer: string, zh: string, en: string) => void): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fault('/responsible', '缺少 responsible（报送单位与责任人）', 'responsible is missing (unit and person)')
    return
  }
  const { unit, name, account, ...others } = value as Record<string, unknown>
  const missing = (member: unknown) => member === undefined || member === null || (typeof member === 'string' && member.trim() === '')
  const text = (member: unknown) => typeof member === 'string' && member.length <= 200
  const form = (name: string) => [`${name} 应为至多 200 字的文本`, `${name} must be a text of at most 200 characters`] as const
  if (missing(unit)) fault('/responsible/unit', '缺少报送单位名称', 'The unit’s name is missing')
  else if (!text(unit)) fault('/responsible/unit', ...form('unit'))
  if (missing(name)) fault('/responsible/name', '缺少责任人姓名', 'The person’s name is missing')
  else if (!text(name)) fault('/responsible/name', ...form('name'))
  if (account !== undefined && account !== null && (missing(account) || !text(account))) fault('/responsible/account', ...form('account'))
  for (const name of Object.keys(others)) fault(`/responsible/${name.slice(0, 60)}`, '没有此成员', 'No such member')
}
