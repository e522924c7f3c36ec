import type { Operation, Tier } from '@huijiao/database'
import { parseDigestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { custodyDepthMax, partVersionsMax } from './custody.ts'
import { parseRecordId } from './record-id.ts'
import { parseStrictJson } from './strict-json.ts'
import type { VersionsEnvelope, WireBody, WireCustody, WireEntry, WireRecord, WireVersion } from './versions-body.ts'

const fail = (line: number, zh: string, en: string): never => {
  throw new Problem('json-malformed', { zh: `第 ${line} 行：${zh}`, en: `Line ${line}: ${en}` })
}

/**
 * Reads a body, strictly: every line has exactly the members it should have, of the right types and within bounds. Proves nothing yet.
 * @param body its text, or its bytes, which are UTF-8
 * @throws Problem json-malformed, envelope-invalid
 */
export function readVersionsBody(body: string | Buffer): WireBody {
  const lines = typeof body === 'string' ? linesOfText(body) : linesOfBytes(body)
  const envelope = readEnvelopeLine(lines.text(0) ?? '')
  const entries: WireEntry[] = []
  let at = 1
  let records = 0
  while (at < lines.count) {
    const custody = readCustodyLine(lines.text(at), at + 1)
    at += 1
    const count = custody.ordinals?.length ?? custody.size
    const versions: WireVersion[] = []
    for (let i = 0; i < count; i += 1) {
      const record = readRecordLine(lines.text(at), at + 1)
      const letters = record.texts.length
      at += 1
      if (at + letters > lines.count) fail(lines.count, '记录的文本行不全', 'a record lacks lines of its texts')
      const texts: string[] = []
      for (let line = at; line < at + letters; line += 1) texts.push(lines.text(line) as string)
      const bytes = lines.bytes(at, letters)
      versions.push(bytes === undefined ? { record, texts } : { record, texts, bytes })
      at += letters
    }
    records += count
    entries.push({ custody, versions })
  }
  if (records !== envelope.count)
    invalidEnvelope(
      '/count',
      `count 为 ${envelope.count}，实有 ${records} 条`,
      `count says ${envelope.count}, there are ${records} records`,
    )
  if (records > 0 && envelope.checkpoint === null) invalidEnvelope('/checkpoint', '缺少已签名快照', 'the checkpoint is missing')
  return { envelope, entries }
}

/** The lines of a body, without the line feed that ends the last of them. */
interface Lines {
  readonly count: number
  text(line: number): string | undefined
  /** Some lines as they stand in the body; undefined when it came as a string. */
  bytes(from: number, count: number): Uint8Array[] | undefined
}

const unended = (line: number) => fail(line, '末行没有换行符', 'the last line does not end in a line feed')

function linesOfText(body: string): Lines {
  const lines = body.split('\n')
  if (lines.pop() !== '') unended(lines.length + 1)
  return { count: lines.length, text: (line) => lines[line], bytes: () => undefined }
}

/** Nothing is decoded before it is asked for, and the bytes of a text go on to be hashed and stored as they came. */
function linesOfBytes(body: Buffer): Lines {
  const ends: number[] = []
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) ends.push(at)
  if (body.length > 0 && body[body.length - 1] !== 10) unended(ends.length + 1)
  const startOf = (line: number) => (line === 0 ? 0 : (ends[line - 1] as number) + 1)
  return {
    count: ends.length,
    text: (line) => (line < ends.length ? body.toString('utf8', startOf(line), ends[line]) : undefined),
    bytes: (from, count) => Array.from({ length: count }, (_, at) => body.subarray(startOf(from + at), ends[from + at])),
  }
}

function invalidEnvelope(pointer: string, zh: string, en: string): never {
  throw new Problem('envelope-invalid', { zh, en }, { pointer })
}

type Members = Record<string, unknown>

function members(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
}

function hasExactly(object: Members, names: readonly string[], optional: readonly string[] = []): boolean {
  const own = Object.keys(object)
  // Nodes write the members in one order.
  if (own.length === names.length && own.every((name, at) => name === names[at])) return true
  return names.every((name) => Object.hasOwn(object, name)) && own.every((name) => names.includes(name) || optional.includes(name))
}

const isCount = (value: unknown, max = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max
const isText = (value: unknown, max = 256): value is string => typeof value === 'string' && value.length <= max && value !== ''
const orNull = (value: unknown, test: (value: unknown) => boolean): boolean => value === null || test(value)
const isTier = (value: unknown): value is Tier =>
  value === 'national' || value === 'provincial' || value === 'municipal' || value === 'county'

/**
 * Reads the first line of a body.
 * @throws Problem envelope-invalid
 */
export function readEnvelopeLine(line: string): VersionsEnvelope {
  const parsed = parseStrictJson(line)
  const value = 'value' in parsed ? members(parsed.value) : null
  if (value === null) invalidEnvelope('', '首行应为信封对象', 'the first line must be the envelope')
  const from = members(value['from'])
  const epoch = members(from?.['epoch'])
  const sound =
    hasExactly(value, ['versions', 'delivery', 'producedAt', 'from', 'checkpoint', 'count']) &&
    value['versions'] === 1 &&
    isCount(value['delivery'], 2 ** 31 - 1) &&
    isText(value['producedAt'], 40) &&
    !Number.isNaN(Date.parse(value['producedAt'])) &&
    from !== null &&
    hasExactly(from, ['node', 'region', 'tier', 'epoch']) &&
    isText(from['node'], 100) &&
    isText(from['region'], 20) &&
    isTier(from['tier']) &&
    epoch !== null &&
    hasExactly(epoch, ['number', 'id']) &&
    isCount(epoch['number'], 2 ** 31 - 1) &&
    isText(epoch['id'], 64) &&
    orNull(value['checkpoint'], (note) => isText(note, 8192)) &&
    isCount(value['count'], partVersionsMax)
  if (!sound) invalidEnvelope('', '信封成员不合要求', 'the envelope has missing, unknown or malformed members')
  return value as unknown as VersionsEnvelope
}

function objectLine(line: string | undefined, name: string, number: number): Members {
  if (line === undefined) return fail(number, '请求体提前结束', 'the body ends early')
  const printed = asPrinted(line)
  const parsed = printed === null ? parseStrictJson(line) : { value: printed }
  const value = 'value' in parsed ? members(parsed.value) : null
  const inner = value !== null && hasExactly(value, [name]) ? members(value[name]) : null
  return inner ?? fail(number, `应为 ${name} 行`, `a ${name} line was expected`)
}

/**
 * The value of a line that `JSON.stringify` prints again as it stands, as lines from a node are: then no member stands twice. Numbers beyond 2^53 and depth
 * are the business of whoever looks at its members. Null where the strict reader has to look.
 */
function asPrinted(line: string): unknown {
  if (line.includes('\\u')) return null
  try {
    const value: unknown = JSON.parse(line)
    return JSON.stringify(value) === line ? value : null
  } catch {
    return null
  }
}

const base64Hash = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value)
const hashList = (value: unknown, max: number): boolean => Array.isArray(value) && value.length <= max && value.every(base64Hash)
const ascending = (value: unknown, below: number): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= partVersionsMax &&
  value.every((one, i) => isCount(one, below - 1) && (i === 0 || one > (value[i - 1] as number)))
const isOperation = (value: unknown): value is Operation => value === 'upsert' || value === 'withdraw' || value === 'no-longer-qualifies'

const stepMembers = ['index', 'leaf', 'body', 'bodySalt', 'inclusion', 'size', 'ordinals', 'proof', 'below']

function stepSound(step: Members, depth: number): boolean {
  const { size, ordinals, operations, below } = step
  return (
    depth > 0 &&
    isCount(step['index']) &&
    isText(step['leaf'], 4096) &&
    isText(step['body'], 64 * 1024) &&
    typeof step['bodySalt'] === 'string' &&
    /^[0-9a-f]{32}$/.test(step['bodySalt']) &&
    hashList(step['inclusion'], 64) &&
    isCount(size, partVersionsMax) &&
    size > 0 &&
    orNull(ordinals, (value) => ascending(value, size)) &&
    hashList(step['proof'], 2 * partVersionsMax) &&
    (operations === undefined || (members(operations) !== null && Object.values(operations as object).every(isOperation))) &&
    Array.isArray(below) &&
    below.every((one) => belowSound(members(one), depth - 1))
  )
}

function belowSound(step: Members | null, depth: number): boolean {
  if (step === null || !hasExactly(step, ['node', 'checkpoint', 'records', ...stepMembers], ['operations', 'seen'])) return false
  const { records, seen } = step
  return (
    isText(step['node'], 100) &&
    isText(step['checkpoint'], 8192) &&
    (seen === undefined || seenSound(members(seen))) &&
    orNull(
      records,
      (value) => Array.isArray(value) && value.length <= partVersionsMax && value.every((one) => isCount(one, partVersionsMax)),
    ) &&
    stepSound(step, depth)
  )
}

const seenSound = (seen: Members | null): boolean =>
  seen !== null &&
  hasExactly(seen, ['region', 'tier', 'verifierKey']) &&
  isText(seen['region'], 20) &&
  isText(seen['tier'], 20) &&
  isText(seen['verifierKey'], 300)

function readCustodyLine(line: string | undefined, number: number): WireCustody {
  const step = objectLine(line, 'custody', number)
  if (!hasExactly(step, stepMembers, ['operations']) || !stepSound(step, custodyDepthMax))
    fail(number, '流转证明的成员不合要求', 'the custody line has missing, unknown or malformed members')
  return step as unknown as WireCustody
}

const recordMembers = [
  'entity',
  'recordId',
  'operation',
  'stream',
  'epoch',
  'n',
  'sourceVersion',
  'release',
  'commitment',
  'reportingRegion',
  'sourceId',
  'reason',
  'flags',
  'salts',
  'texts',
]
const streamForm = /^[^\s/]{1,100}\/[^\s/]{1,100}$/
const saltOrNull = (value: unknown): boolean => value === null || (typeof value === 'string' && /^[0-9a-f]{32}$/.test(value))

function readRecordLine(line: string | undefined, number: number): WireRecord {
  const record = objectLine(line, 'record', number)
  const salts = members(record['salts'])
  const texts = record['texts']
  const sound =
    hasExactly(record, recordMembers) &&
    isText(record['entity'], 100) &&
    typeof record['recordId'] === 'string' &&
    parseRecordId(record['recordId']) !== null &&
    isOperation(record['operation']) &&
    typeof record['stream'] === 'string' &&
    streamForm.test(record['stream']) &&
    isCount(record['epoch'], 2 ** 31 - 1) &&
    isCount(record['n'], 2 ** 31 - 1) &&
    record['n'] > 0 &&
    orNull(record['sourceVersion'], (value) => Number.isSafeInteger(value)) &&
    isText(record['release'], 20) &&
    parseDigestText(record['commitment']) !== null &&
    isText(record['reportingRegion'], 20) &&
    orNull(record['sourceId'], (value) => isText(value, 1000)) &&
    orNull(record['reason'], (value) => typeof value === 'string' && value.length <= 4000) &&
    orNull(record['flags'], (value) => Array.isArray(value) && value.length <= 32 && value.every((flag) => isText(flag, 100))) &&
    salts !== null &&
    typeof texts === 'string' &&
    /^o?n?s?a?$/.test(texts) &&
    hasExactly(salts, ['open', 'named', 'sealed', ...(texts.endsWith('a') ? ['attachments'] : [])]) &&
    Object.values(salts).every(saltOrNull)
  if (!sound) fail(number, '记录行的成员不合要求', 'the record line has missing, unknown or malformed members')
  return record as unknown as WireRecord
}
