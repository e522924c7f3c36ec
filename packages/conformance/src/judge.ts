import { contentDigest, parsePublicKey, verifyRequest } from '@huijiao/identity'
import { sha256 } from '@huijiao/merkle'
import { Problem, type Words } from '@huijiao/problem'
import { verdictOf } from './rule-vectors.ts'
import type { Answers, Expectations, Inputs, NamedProblem, Vector, Verdict } from './vector.ts'

/** Something that is not as it should be. */
export interface Finding {
  readonly vector: string
  readonly finding:
    | 'no-answer'
    | 'answer-malformed'
    | 'wrong-taken'
    | 'right-refused'
    | 'verdict-differs'
    | 'place-missed'
    | 'problem-invented'
    | 'code-differs'
    | 'rule-differs'
    | 'text-differs'
    | 'signature-fails'
    | 'forgery-taken'
    | 'genuine-refused'
  readonly words: Words
  readonly expected?: unknown
  readonly answered?: unknown
}

export interface Strictness {
  /** Codes and rules are demanded too, not only held against ours where they are given. */
  readonly strict: boolean
}

/** Judges one answer. Nothing found means that it is right. */
export async function judgeAnswer(vector: Vector, answer: unknown, strictness: Strictness): Promise<Finding[]> {
  if (!isObject(answer)) return [malformed(vector, '答案应为 JSON 对象', 'The answer must be a JSON object', answer)]
  switch (vector.do) {
    case 'validate':
    case 'receive':
      return judgeProblems(vector.id, vector.expect, answer as Partial<Answers['validate']>, strictness)
    case 'link':
      return judgeLink(vector.id, vector.expect, answer as Partial<Answers['link']>, strictness)
    case 'canonicalize':
      return judgeCanonical(vector.id, vector.expect, answer as { canonical?: unknown; refused?: unknown })
    case 'content-digest':
      return answer['contentDigest'] === vector.expect.contentDigest
        ? []
        : [differs(vector.id, vector.expect.contentDigest, answer['contentDigest'])]
    case 'sign':
      return await judgeSignature(vector.id, vector.input, vector.expect, answer['headers'])
    case 'verify-receipt':
      return judgeVerification(vector, answer['genuine'])
  }
}

export const noAnswer = (vector: Vector, zh: string, en: string): Finding => ({
  vector: vector.id,
  finding: 'no-answer',
  words: { zh, en },
})

function judgeProblems(
  id: string,
  expect: Expectations['validate'],
  answer: Partial<Answers['validate']>,
  { strict }: Strictness,
): Finding[] {
  const { problems } = answer
  if (!areNamed(problems))
    return [malformedId(id, 'problems 应为列表，每个问题有 pointer', 'problems must be a list, each with a pointer', answer)]
  const verdict = answer.verdict ?? verdictOf(problems)
  const findings: Finding[] = []
  if (verdict !== expect.verdict) findings.push(verdictFinding(id, expect, verdict, problems))
  for (const wanted of expect.problems) findings.push(...judgePlace(id, wanted, problems, strict))
  return findings
}

/** Linkage mostly notes and doubts, so a record that fits must have nothing said of it at all. */
function judgeLink(id: string, expect: Expectations['link'], answer: Partial<Answers['link']>, { strict }: Strictness): Finding[] {
  const { problems, outcome } = answer
  if (!areNamed(problems))
    return [malformedId(id, 'problems 应为列表，每个问题有 pointer', 'problems must be a list, each with a pointer', answer)]
  const findings: Finding[] = []
  if (outcome !== undefined && outcome !== expect.outcome) {
    const words = { zh: `应为 ${expect.outcome}，答为 ${outcome}`, en: `It is ${expect.outcome}, not ${outcome}` }
    findings.push({ vector: id, finding: 'verdict-differs', words, expected: expect, answered: answer })
  }
  if (expect.problems.length === 0 && problems.length > 0) {
    const words = { zh: '关联成立的记录被指出了问题', en: 'A problem was named where everything fits' }
    findings.push({ vector: id, finding: 'problem-invented', words, expected: expect, answered: answer })
  }
  for (const wanted of expect.problems) findings.push(...judgePlace(id, wanted, problems, strict))
  return findings
}

function verdictFinding(id: string, expect: Expectations['validate'], verdict: Verdict, problems: readonly NamedProblem[]): Finding {
  const more = { vector: id, expected: expect, answered: { verdict, problems } }
  if (expect.verdict === 'refused')
    return { ...more, finding: 'wrong-taken', words: { zh: '有错的记录没有被退回', en: 'A wrong record was not refused' } }
  if (verdict === 'refused')
    return { ...more, finding: 'right-refused', words: { zh: '可收的记录被退回', en: 'A record that should be taken was refused' } }
  return {
    ...more,
    finding: 'verdict-differs',
    words: { zh: `应为 ${expect.verdict}，答为 ${String(verdict)}`, en: `It is ${expect.verdict}, not ${String(verdict)}` },
  }
}

function judgePlace(id: string, wanted: Required<NamedProblem>, problems: readonly NamedProblem[], strict: boolean): Finding[] {
  const here = problems.filter((problem) => problem.pointer === wanted.pointer)
  const more = { vector: id, expected: wanted, answered: here.length > 0 ? here : problems }
  if (here.length === 0)
    return [
      {
        ...more,
        finding: 'place-missed',
        words: {
          zh: `没有指出 ${wanted.pointer} 的问题（${wanted.code}）`,
          en: `The problem at ${wanted.pointer} (${wanted.code}) is not named`,
        },
      },
    ]
  const named = (member: 'code' | 'rule') =>
    here.some((problem) => (problem[member] === undefined ? !strict : problem[member] === wanted[member]))
  if (!named('code'))
    return [
      {
        ...more,
        finding: 'code-differs',
        words: { zh: `${wanted.pointer} 的代码应为 ${wanted.code}`, en: `The code at ${wanted.pointer} is ${wanted.code}` },
      },
    ]
  if (!named('rule'))
    return [
      {
        ...more,
        finding: 'rule-differs',
        words: { zh: `${wanted.pointer} 的规则应为 ${wanted.rule}`, en: `The rule at ${wanted.pointer} is ${wanted.rule}` },
      },
    ]
  return []
}

function judgeCanonical(id: string, expect: Expectations['canonicalize'], answer: { canonical?: unknown; refused?: unknown }): Finding[] {
  if (expect.canonical === null) return answer.refused === true ? [] : [differs(id, { refused: true }, answer)]
  if (answer.canonical === expect.canonical) return []
  const digest = typeof answer.canonical === 'string' ? sha256(Buffer.from(answer.canonical)).toString('hex') : undefined
  return [
    differs(id, { canonical: expect.canonical, sha256: expect.sha256 }, { ...answer, ...(digest === undefined ? {} : { sha256: digest }) }),
  ]
}

/** Any signature is right that a node would take: whatever it covers beyond what it must, in whatever order. */
async function judgeSignature(id: string, input: Inputs['sign'], expect: Expectations['sign'], headers: unknown): Promise<Finding[]> {
  if (!isObject(headers)) return [malformedId(id, 'headers 应为对象', 'headers must be an object', headers)]
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const broken = (zh: string, en: string): Finding => ({
    vector: id,
    finding: 'signature-fails',
    words: { zh, en },
    expected: expect,
    answered: headers,
  })
  const digest = contentDigest(Buffer.from(input.bodyBase64, 'base64'))
  if (lower['content-digest'] !== digest) return [broken(`content-digest 应为 ${digest}`, `content-digest is ${digest}`)]
  const all = { ...input.headers, host: new URL(input.url).host, ...lower }
  const { keyId, publicKey } = input.key
  try {
    const found = await verifyRequest(
      { method: input.method, url: input.url, headers: all },
      async (asked) => (asked === keyId ? parsePublicKey(publicKey) : null),
      new Date(input.created),
    )
    if (found.nonce !== input.nonce) return [broken(`nonce 应为 ${input.nonce}`, `the nonce is ${input.nonce}`)]
    if (found.created.getTime() !== new Date(input.created).getTime())
      return [broken(`created 应为 ${input.created}`, `created is ${input.created}`)]
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [broken(`${error.toDocument().title}：${error.detail.zh}`, `${error.toDocument().en.title}: ${error.detail.en}`)]
  }
}

function judgeVerification(vector: Vector & { readonly do: 'verify-receipt' }, genuine: unknown): Finding[] {
  if (typeof genuine !== 'boolean') return [malformed(vector, 'genuine 应为 true 或 false', 'genuine must be true or false', genuine)]
  if (genuine === vector.expect.genuine) return []
  return [
    genuine
      ? {
          vector: vector.id,
          finding: 'forgery-taken',
          words: { zh: `把不成立的回执当真：${vector.note ?? ''}`, en: 'A receipt that does not hold was taken for genuine' },
        }
      : {
          vector: vector.id,
          finding: 'genuine-refused',
          words: { zh: `真回执被当作伪造：${vector.note ?? ''}`, en: 'A genuine receipt was taken for forged' },
        },
  ]
}

const differs = (vector: string, expected: unknown, answered: unknown): Finding => ({
  vector,
  finding: 'text-differs',
  words: { zh: '结果与应有的不同', en: 'The result is not what it should be' },
  expected,
  answered,
})

const malformed = (vector: Vector, zh: string, en: string, answered: unknown): Finding => malformedId(vector.id, zh, en, answered)

const malformedId = (vector: string, zh: string, en: string, answered: unknown): Finding => ({
  vector,
  finding: 'answer-malformed',
  words: { zh, en },
  answered,
})

function areNamed(problems: unknown): problems is NamedProblem[] {
  return Array.isArray(problems) && problems.every((one) => isObject(one) && typeof one['pointer'] === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
