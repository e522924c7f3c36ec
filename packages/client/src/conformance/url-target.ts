import { randomUUID } from 'node:crypto'
import { referenceAnswer, requestOf, type Vector, verdictOf } from '@huijiao/conformance'
import type { ProblemDocument } from '@huijiao/problem'
import type { Destination } from '../http/destination.ts'
import { NodeProblem } from '../http/node-problem.ts'
import type { Patience } from '../http/send.ts'
import { dryRun, submissionBody } from '../submit.ts'
import type { Outcome, Target } from './target.ts'

/** Records of one dry run: every outcome then stands in the answer, and one record that is taken amiss spoils few others. */
const batchMax = 200

/** An address that never answered is most likely a wrong one: it is given up sooner than one that falls silent later. */
const firstAnswerMs = 3000

/** What only the judging node knows: its grants, its store, its tier. A vector says nothing of these. */
const ofTheNode = new Set([
  'region-not-granted',
  'level-above-tier',
  'parent-missing',
  'source-version-conflict',
  'version-conflict',
  'record-id-conflict',
  'withdraw-in-force',
  'attachment-missing',
])

/** An endpoint as a target: records are handed to `POST /v1/submissions?dryRun=true`, and nothing is stored. */
export function urlTarget(to: Destination, patience: Patience, signal: AbortSignal): Target {
  return {
    kind: 'url',
    name: to.url,
    async ask(vectors, tell) {
      const now = new Date()
      const byRelease = new Map<string, RecordVector[]>()
      for (const vector of vectors) {
        const skipped = notByUrl(vector, now)
        if (skipped !== null || (vector.do !== 'validate' && vector.do !== 'receive')) tell(vector, skipped ?? onlyPrograms)
        else byRelease.set(vector.input.release, [...(byRelease.get(vector.input.release) ?? []), vector])
      }
      let asking: Asking = { to, patience: { ...patience, totalMs: Math.min(patience.totalMs, firstAnswerMs) }, signal }
      for (const [release, list] of byRelease)
        for (let from = 0; from < list.length; from += batchMax) {
          signal.throwIfAborted()
          await askBatch(asking, release, list.slice(from, from + batchMax), tell)
          asking = { to, patience, signal }
        }
    },
  }
}

type RecordVector = Vector & { readonly do: 'validate' | 'receive' }

const onlyPrograms: Outcome = {
  skipped: {
    zh: '只能由程序应答（签名、回执、规范化、摘要）；请用 COMMAND 方式检验',
    en: 'only a program can answer this (signing, receipts, canonical text, digests); run the kit against a COMMAND',
  },
}

const ofTheCaller: Outcome = {
  skipped: {
    zh: '取决于节点的层级和报送方的授权区域，对方按其自身的判断；请用 COMMAND 方式检验',
    en: 'it depends on the tier of the node and the grants of the sender, which the endpoint has of its own; run the kit against a COMMAND',
  },
}

/** A record that another day makes right or wrong cannot be judged by an endpoint, which judges as of now. */
function notByUrl(vector: Vector, now: Date): Outcome | null {
  // Whatever its tier and its grants, an endpoint knows the key of a withdrawal.
  if (vector.do === 'receive') return vector.rule === 'key.fields' ? null : ofTheCaller
  if (vector.do !== 'validate') return onlyPrograms
  if (vector.input.releaseWith !== undefined)
    return {
      skipped: {
        zh: '此例按改动过的标准版本判断，对方按其装载的版本判断',
        en: 'it is judged by a changed release, and the endpoint judges by the one it serves',
      },
    }
  const request = requestOf(vector)
  const then = referenceAnswer(request)
  const today = referenceAnswer({ ...request, input: { ...vector.input, at: now.toISOString() } })
  if (JSON.stringify(then) === JSON.stringify(today)) return null
  return {
    skipped: {
      zh: `此例按 ${vector.input.at} 判断，而对方按当前时刻判断`,
      en: `it is judged as of ${vector.input.at}, and the endpoint judges as of now`,
    },
  }
}

interface Asking {
  readonly to: Destination
  readonly patience: Patience
  readonly signal: AbortSignal
}

function lineOf(vector: RecordVector): object {
  if (vector.do === 'validate') return { entity: vector.input.entity, operation: 'upsert', sourceId: vector.id, data: vector.input.data }
  const reason = vector.input.record.operation === 'withdraw' ? { reason: '一致性检验（合成）' } : {}
  return { ...vector.input.record, ...reason, sourceId: vector.id }
}

async function askBatch(
  asking: Asking,
  standard: string,
  vectors: readonly RecordVector[],
  tell: (vector: Vector, outcome: Outcome) => void,
): Promise<void> {
  const records = vectors.map(lineOf)
  const document = {
    id: randomUUID(),
    standard,
    producedAt: new Date().toISOString(),
    responsible: { unit: '一致性检验（合成）', name: '检验员' },
    records,
  }
  const body = await submissionBody('application/json', Buffer.from(JSON.stringify(document)))
  let answer: Awaited<ReturnType<typeof dryRun>>
  try {
    answer = await dryRun({ ...asking, body })
  } catch (error) {
    if (!(error instanceof NodeProblem) || error.unauthorised || error.status >= 500) throw error
    const { title, en } = error.document
    // One release, or one body, that the endpoint does not take as a whole; the others are still asked.
    for (const vector of vectors)
      tell(
        vector,
        error.document.code === 'standard-unknown'
          ? { skipped: { zh: `对方没有标准版本 ${standard}`, en: `the endpoint does not serve release ${standard}` } }
          : { failed: { zh: `HTTP ${error.status} ${title}`, en: `HTTP ${error.status} ${en.title}` } },
      )
    return
  }
  const outcomes = new Map((answer.records ?? []).map((record) => [record.index, record]))
  vectors.forEach((vector, index) => {
    const outcome = outcomes.get(index)
    tell(
      vector,
      outcome === undefined
        ? { failed: { zh: '答复中没有这条记录的结果', en: 'the answer has no outcome of this record' } }
        : outcomeOf(vector, outcome.problems ?? []),
    )
  })
}

function outcomeOf(vector: RecordVector, all: readonly ProblemDocument[]): Outcome {
  const problems = all.filter((problem) => !ofTheNode.has(problem.code))
  const own = all.filter((problem) => ofTheNode.has(problem.code) && (problem.severity ?? 'error') === 'error')
  if (own.length > 0 && verdictOf(problems) !== vector.expect.verdict) {
    const codes = [...new Set(own.map((problem) => problem.code))].join(', ')
    return {
      skipped: {
        zh: `对方以只有它知道的原因退回（${codes}），无法判断`,
        en: `refused for what only the endpoint knows (${codes}), so it cannot be judged`,
      },
    }
  }
  return {
    answer: {
      verdict: verdictOf(problems),
      problems: problems.map(({ pointer, code, rule, severity }) => ({
        pointer: pointer ?? '',
        code,
        ...(rule === undefined ? {} : { rule }),
        ...(severity === undefined ? {} : { severity }),
      })),
    },
  }
}
