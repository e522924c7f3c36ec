import { createPrivateKey } from 'node:crypto'
import { contentDigest, firstNotCovered, parsePublicKey, type Signature, signRequest, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import type { ProblemDocument } from '@huijiao/problem'
import {
  keyProblems,
  levelClaim,
  type PolicyDocument,
  regionNotGranted,
  regionsInForce,
  regionsOf,
  releases,
  validateRecord,
} from '@huijiao/standard'
import { releaseWith } from './release-with.ts'
import { verdictOf } from './rule-vectors.ts'
import type { Answer, Answers, Inputs, Request } from './vector.ts'

/** What this project itself answers: the reference that a vendor's program is compared with, and an example of the lines. */
export function referenceAnswer(request: Request): Answer {
  const { id } = request
  switch (request.do) {
    case 'validate':
      return validate(id, request.input as Inputs['validate'])
    case 'receive':
      return receive(id, request.input as Inputs['receive'])
    case 'link':
      return { id, skipped: '关联由持有其他记录的节点判断 · linkage is judged by a node, which holds the other records' }
    case 'canonicalize':
      return { id, answer: canonical(request.input as Inputs['canonicalize']) }
    case 'content-digest':
      return { id, answer: { contentDigest: contentDigest(Buffer.from((request.input as Inputs['content-digest']).bodyBase64, 'base64')) } }
    case 'sign':
      return { id, answer: sign(request.input as Inputs['sign']) }
    case 'verify-receipt':
      return { id, answer: verify(request.input as Inputs['verify-receipt']) }
    default:
      return { id, skipped: `no such task: ${String((request as { do: unknown }).do)}` }
  }
}

/** Every problem of a record, as a node would word it; null when release or entity are not known here. */
export function referenceProblems({ release, entity, at, data, releaseWith: changed }: Inputs['validate']): ProblemDocument[] | null {
  const known = releases.get(release)
  const served = known === undefined || changed === undefined ? known : releaseWith(known, changed)
  const table = served?.entities.get(entity)
  return served === undefined || table === undefined ? null : validateRecord(served, table, data, new Date(at))
}

function validate(id: string, input: Inputs['validate']): Answer {
  const found = referenceProblems(input)
  if (found === null) return { id, skipped: `release ${input.release} or entity ${input.entity} is not known here` }
  return { id, answer: named(found) }
}

function named(found: readonly ProblemDocument[]): Answers['validate'] {
  const problems = found.map(({ pointer, code, rule, severity }) => ({
    pointer: pointer ?? '',
    code,
    ...(rule === undefined ? {} : { rule }),
    severity: severity ?? ('error' as const),
  }))
  return { verdict: verdictOf(problems), problems }
}

/** As a node judges a line of a submission: the record, then what its sender may say and report. */
function receive(id: string, { release: name, at, caller, record }: Inputs['receive']): Answer {
  const release = releases.get(name)
  const entity = release?.entities.get(record.entity)
  if (release === undefined || entity === undefined) return { id, skipped: `release ${name} or entity ${record.entity} is not known here` }
  const withdrawn = record.operation === 'withdraw'
  const data = (withdrawn ? record.key : record.data) as Record<string, unknown>
  const found = withdrawn ? keyProblems(entity, record.key) : validateRecord(release, entity, data, new Date(at))
  const level = withdrawn ? null : levelClaim((release.policy as PolicyDocument).claims, caller.tier, data)
  if (level !== null) found.push(level)
  if (verdictOf(found) === 'refused') return { id, answer: named(found) }
  const { reporting, inNumbers } = regionsOf(entity, data ?? {}, regionsInForce(release, new Date(at)))
  const foreign = firstNotCovered(caller.regions, reporting === null ? inNumbers : [reporting, ...inNumbers])
  if (foreign !== undefined) found.push(regionNotGranted(foreign, caller.regions, withdrawn ? '/key' : '/data'))
  return { id, answer: named(found) }
}

function canonical({ json }: Inputs['canonicalize']): Answers['canonicalize'] {
  try {
    return { canonical: canonicalize(JSON.parse(json)) }
  } catch {
    return { refused: true }
  }
}

function sign({ method, url, headers, bodyBase64, key, created, expires, nonce }: Inputs['sign']): Answers['sign'] {
  const signed = signRequest({
    method,
    url,
    headers,
    contentDigest: contentDigest(Buffer.from(bodyBase64, 'base64')),
    key: { keyId: key.keyId, privateKey: createPrivateKey(key.privateKey as string) },
    created: new Date(created),
    expires: new Date(expires),
    nonce,
  })
  return { headers: { ...signed } }
}

function verify({ receipt, keys }: Inputs['verify-receipt']): Answers['verify-receipt'] {
  const { signatures, ...signed } = JSON.parse(receipt) as { signatures: readonly Signature[] }
  const known = new Map(keys.map((key) => [key.keyId, parsePublicKey(key.publicKey)]))
  const verdict = verifyDocument(canonicalize(signed), signatures, (keyId) => known.get(keyId) ?? null)
  return { genuine: verdict.verified.length > 0 && verdict.broken.length === 0 }
}
