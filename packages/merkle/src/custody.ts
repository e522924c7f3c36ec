import { Buffer } from '#buffer'
import { canonicalize } from './canonical.ts'
import { logOrigin, parseCheckpoint } from './checkpoint.ts'
import { commitment, textHash } from './commitment.ts'
import { FormError, hashList, readCustody, type CustodyDocument, type CustodyStep, type CustodyText } from './custody-document.ts'
import { digestText, leafHash, parseDigestText } from './hash.ts'
import { followKeys } from './key-statement.ts'
import { parseLogLeaf } from './log-leaf.ts'
import { openNote, parseVerifierKey, splitNote } from './note.ts'
import { verifyPartMultiproof } from './part-proof.ts'
import { recordLeafHash } from './record-leaf.ts'
import { verifyInclusion } from './verify-proof.ts'

/** A text in Chinese with its English twin. */
interface Words {
  readonly zh: string
  readonly en: string
}

/** What each check asserts. */
const assertions = {
  form: { zh: '存证文档格式正确', en: 'The document has the form of a custody document' },
  content: { zh: '内容与承诺值一致', en: 'The content has the commitment' },
  part: { zh: '记录在该节点的分段中', en: "The record is in the node's part" },
  body: { zh: '条目正文与日志叶一致', en: "The entry's body has the digest in its leaf" },
  signature: { zh: '检查点的签名成立', en: "The checkpoint's signature holds" },
  origin: { zh: '检查点属于该节点的该纪元', en: "The checkpoint is of this node's log in this epoch" },
  inclusion: { zh: '条目在日志中', en: 'The entry is in the log' },
  trust: { zh: '签名密钥是可信的该节点密钥', en: 'The key is trusted for this node' },
  edge: { zh: '最后一步是记录最初进入的节点', en: 'The last step is the node where the record entered' },
} as const satisfies Record<string, Words>

export type CustodyCheckName = keyof typeof assertions

/** One check of a custody document. */
export interface CustodyCheck {
  readonly check: CustodyCheckName
  /** Position in `steps`; null for what concerns the document as a whole. */
  readonly step: number | null
  /** Name of that step's node. */
  readonly node: string | null
  readonly status: 'ok' | 'failed' | 'skipped'
  /** What was to be shown. */
  readonly zh: string
  readonly en: string
  /** Why it failed or was skipped. */
  readonly why?: Words
}

export interface CustodyReport {
  /** verified: all holds, under trusted keys · unproven: all holds, but no trusted keys were given to hold the signatures against · failed */
  readonly outcome: 'verified' | 'unproven' | 'failed'
  readonly checks: readonly CustodyCheck[]
  /** Names of the nodes from the one that answered down to the edge. */
  readonly path: readonly string[]
}

/** Null when the assertion holds. */
type Verdict = { readonly status: 'failed' | 'skipped'; readonly why: Words } | null

const failed = (zh: string, en: string): Verdict => ({ status: 'failed', why: { zh, en } })
const skipped = (zh: string, en: string): Verdict => ({ status: 'skipped', why: { zh, en } })

/**
 * Verifies a record's chain of custody offline. Never throws, whatever it is given.
 * @param document parsed JSON
 * @param trustedVerifierKeys keys obtained from the nodes by another way; each signature must be by one of them, under its node's name.
 *   A key that follows a trusted one, by a statement in the document that both have signed, is trusted, too.
 *   When undefined the signatures are checked against the document's own keys only, and the outcome is at best `unproven`.
 */
export function verifyCustody(document: unknown, trustedVerifierKeys?: readonly string[]): CustodyReport {
  const checks: CustodyCheck[] = []
  let custody: CustodyDocument
  try {
    custody = readCustody(document)
  } catch (error) {
    const place = error instanceof FormError ? error.message : ''
    run(checks, 'form', null, null, () => failed(`文档有误，位置：${place || '/'}`, `The document is wrong at ${place || '/'}`))
    return { outcome: 'failed', checks, path: [] }
  }
  run(checks, 'form', null, null, () => null)
  run(checks, 'content', null, null, () => checkContent(custody))
  const trusted = trustedVerifierKeys === undefined ? undefined : followKeys(trustedVerifierKeys, custody.keys ?? [])
  custody.steps.forEach((step, i) => checkStep(checks, custody, step, i, trusted))
  run(checks, 'edge', null, null, () => checkEdge(custody))
  const anyFailed = checks.some(({ status }) => status === 'failed')
  const outcome = anyFailed ? 'failed' : trustedVerifierKeys === undefined ? 'unproven' : 'verified'
  return { outcome, checks, path: custody.steps.map(({ node }) => node.name) }
}

function run(checks: CustodyCheck[], check: CustodyCheckName, step: number | null, node: string | null, judge: () => Verdict): void {
  let verdict: Verdict
  try {
    verdict = judge()
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200)
    verdict = failed(`无法核验：${reason}`, `It cannot be checked: ${reason}`)
  }
  checks.push({
    check,
    step,
    node,
    status: verdict?.status ?? 'ok',
    ...assertions[check],
    ...(verdict === null ? {} : { why: verdict.why }),
  })
}

function checkContent({ record, content }: CustodyDocument): Verdict {
  if (content === null) return skipped('文档未附内容', 'The document does not show the content')
  const texts = [content.open, content.named, content.sealed, content.attachments ?? null]
  // A withdrawal and a tombstone commit to an empty text.
  const sound = texts.every(
    (part) => part === null || !('text' in part) || isCanonical(part.text) || (part.text === '' && record.operation !== 'upsert'),
  )
  if (!sound) return failed('有文本不是其规范形式', 'A text is not in its canonical form')
  const [open = null, named = null, sealed = null, attachments = null] = texts.map(partHash)
  if (digestText(commitment({ open, named, sealed, attachments })) !== record.commitment) {
    return failed('由内容算出的承诺值与记录所载不同', 'The commitment computed from the content is not the one of the record')
  }
  return null
}

function isCanonical(text: string): boolean {
  return canonicalize(JSON.parse(text === '' ? 'null' : text)) === text
}

function partHash(part: CustodyText): Buffer | null {
  if (part === null) return null
  return 'text' in part ? textHash(Buffer.from(part.salt, 'hex'), part.text) : Buffer.from(part.hash, 'hex')
}

function checkStep(
  checks: CustodyCheck[],
  { record }: CustodyDocument,
  step: CustodyStep,
  i: number,
  trusted: readonly string[] | undefined,
): void {
  const { name } = step.node
  run(checks, 'part', i, name, () => {
    const { size, ordinal, path, operation = record.operation } = step.part
    const part = readPartBody(step.entry.body)
    if (part === null || parseLogLeaf(step.entry.leaf)?.kind !== 'part')
      return failed('该条目不是带有分段根的分段条目', 'The entry is not one of a part, with its root')
    if (part.versions !== undefined && part.versions !== size)
      return failed('分段的版本数与条目正文不同', "The part's size is not the one in the entry's body")
    if (operation !== record.operation && record.operation !== 'no-longer-qualifies') {
      return failed('只有“不再符合上报条件”的记录，其下级叶中的操作才可不同', 'Only a tombstone may have had another operation below')
    }
    const leaf = recordLeafHash({ ...record, operation })
    const holds = verifyPartMultiproof(size, [ordinal], [leaf], hashList(path, `/steps/${i}/part/path`), part.root)
    return holds ? null : failed('记录叶与路径推不出分段根', "The record's leaf and its path do not lead to the part's root")
  })
  run(checks, 'body', i, name, () => {
    const leaf = parseLogLeaf(step.entry.leaf)
    if (leaf === null) return failed('日志叶不规范', 'The log leaf is not canonical')
    const digest = digestText(textHash(Buffer.from(step.entry.bodySalt, 'hex'), step.entry.body))
    return digest === leaf.body ? null : failed('正文的散列与叶中所载不同', "The body's hash is not the one in the leaf")
  })
  run(checks, 'signature', i, name, () => {
    openNote(step.checkpoint, [step.verifierKey])
    return null
  })
  run(checks, 'origin', i, name, () => {
    const { origin } = parseCheckpoint(splitNote(step.checkpoint).text)
    if (origin === logOrigin(name, step.node.epoch)) return null
    return failed(`检查点的来源是 ${origin}`, `The checkpoint's origin is ${origin}`)
  })
  run(checks, 'inclusion', i, name, () => {
    const { size, root } = parseCheckpoint(splitNote(step.checkpoint).text)
    const { index, leaf, inclusion } = step.entry
    const holds = verifyInclusion(leafHash(leaf), index, size, hashList(inclusion, `/steps/${i}/entry/inclusion`), root)
    return holds ? null : failed('日志叶与路径推不出检查点的根', "The log leaf and its path do not lead to the checkpoint's root")
  })
  run(checks, 'trust', i, name, () => checkTrust(step, trusted))
}

function checkTrust({ node, verifierKey }: CustodyStep, trusted: readonly string[] | undefined): Verdict {
  const key = parseVerifierKey(verifierKey)
  if (key.name !== node.name) return failed(`该密钥属于 ${key.name}`, `The key is of ${key.name}`)
  if (trusted === undefined) return skipped('未提供可信密钥', 'No trusted keys were given')
  return trusted.includes(verifierKey) ? null : failed('该密钥不在可信密钥之中', 'The key is not among the trusted keys')
}

/** The part's root, and how many versions it holds when the body says so; null when the body is not canonical or tells of no part. */
function readPartBody(body: string): { root: Buffer; versions?: unknown } | null {
  const value = JSON.parse(body) as unknown
  if (typeof value !== 'object' || value === null || canonicalize(value) !== body) return null
  const { root, versions } = Object.assign(Object.create(null) as Record<string, unknown>, value)
  const digest = parseDigestText(root)
  return digest === null ? null : { root: digest, versions }
}

function checkEdge({ record, steps }: CustodyDocument): Verdict {
  const [origin, participant] = record.stream.split('/', 2)
  const edge = steps.at(-1)?.node.name
  if (origin === edge && origin !== '' && participant) return null
  return failed(`记录来自 ${origin}，最后一步是 ${edge}`, `The record is from ${origin}, the last step is ${edge}`)
}
