import {
  consistencyProof,
  type CustodyCheck,
  openNote,
  parseCheckpoint,
  splitNote,
  tilePath,
  verifyConsistency,
  verifyCustody,
} from '@huijiao/merkle/browser'

/** A key by which a node is known. */
export interface KnownKey {
  readonly node: string
  readonly verifierKey: string
  /** The serving node's own; a lower node enrolled there; a node above; pasted by the reader. */
  readonly source: 'own' | 'registered' | 'upstream' | 'reader'
}

export interface Words {
  readonly zh: string
  readonly en: string
}

/** One thing that was looked at. */
export interface ProofLine {
  readonly step: number | null
  readonly node: string | null
  readonly status: 'ok' | 'failed' | 'skipped'
  readonly text: Words
  readonly why?: Words
}

export interface ProofResult {
  /** verified: everything holds, under keys that are known · unproven: everything holds, but some key is not known · failed */
  readonly outcome: 'verified' | 'unproven' | 'failed'
  readonly lines: readonly ProofLine[]
  /** Nodes from the one that answered down to the edge, with whether all of their checks hold. */
  readonly nodes: readonly { readonly name: string; readonly holds: boolean }[]
}

export interface ProofParts {
  readonly keys: readonly KnownKey[]
  /**
   * The document came from the serving node just now, not from a file: keys of nodes further down are then vouched for by the node above them, which held
   * the record against them when it took it. A file could bring keys of its own making.
   */
  readonly served: boolean
  /** Fetches from the log of the serving node; null: no network is to be used. */
  readonly log: ((path: string) => Promise<Response>) | null
}

const sourceWords: Record<KnownKey['source'], Words> = {
  own: { zh: '本节点的公钥', en: 'the key of this node' },
  registered: { zh: '本节点登记的下级公钥', en: 'a lower node’s key, enrolled at this node' },
  upstream: { zh: '本节点所知的上级公钥', en: 'the key of a node above' },
  reader: { zh: '您提供的公钥', en: 'a key that you gave' },
}

/**
 * Checks a chain of custody in the page: content, record in its part, part in the log, signatures, keys, and, with a network, that the log of the serving
 * node still continues what was signed then. Never throws.
 */
export async function checkProof(document: unknown, parts: ProofParts): Promise<ProofResult> {
  const steps = stepsOf(document)
  const trust = steps.map((step) => trustOf(step, parts))
  const vouched = steps.map(
    (step, at) => trust[at] === null && parts.served && trust.slice(0, at).some((one) => one !== null) && step.verifierKey !== '',
  )
  const trusted = steps.flatMap((step, at) => (trust[at] !== null || vouched[at] === true ? [step.verifierKey] : []))
  const report = verifyCustody(document, [...trusted, ...parts.keys.map((key) => key.verifierKey)])
  const untrusted = new Set(steps.flatMap((_, at) => (trust[at] === null && vouched[at] !== true ? [at] : [])))
  const lines = report.checks.map((check) => lineOf(check, trust, vouched, untrusted))
  const consistency = report.checks.some((check) => check.check === 'form' && check.status === 'failed')
    ? []
    : [await checkConsistency(steps[0], parts)]
  const all = [...lines, ...consistency]
  const failed = all.some((line) => line.status === 'failed')
  return {
    outcome: failed ? 'failed' : untrusted.size > 0 ? 'unproven' : 'verified',
    lines: all,
    nodes: report.path.map((name, at) => ({ name, holds: !all.some((line) => line.step === at && line.status === 'failed') })),
  }
}

interface Step {
  readonly node: string
  readonly verifierKey: string
  readonly checkpoint: string
}

function stepsOf(document: unknown): Step[] {
  const list = (document as { steps?: unknown } | null)?.steps
  if (!Array.isArray(list)) return []
  return (list as { node?: { name?: unknown }; verifierKey?: unknown; checkpoint?: unknown }[]).map((step) => ({
    node: String(step?.node?.name ?? ''),
    verifierKey: String(step?.verifierKey ?? ''),
    checkpoint: String(step?.checkpoint ?? ''),
  }))
}

const trustOf = (step: Step, { keys }: ProofParts): KnownKey['source'] | null =>
  keys.find((key) => key.verifierKey === step.verifierKey && key.verifierKey.startsWith(`${step.node}+`))?.source ?? null

function lineOf(
  check: CustodyCheck,
  trust: readonly (KnownKey['source'] | null)[],
  vouched: readonly boolean[],
  untrusted: ReadonlySet<number>,
): ProofLine {
  const line = {
    step: check.step,
    node: check.node,
    status: check.status,
    text: { zh: check.zh, en: check.en },
    ...(check.why === undefined ? {} : { why: check.why }),
  }
  if (check.check !== 'trust' || check.step === null) return line
  const source = trust[check.step]
  // An unknown key is nobody's failure: it proves nothing until somebody knows it.
  if (untrusted.has(check.step))
    return { ...line, status: 'skipped', why: { zh: '此页不知道该节点的公钥', en: 'This page does not know the key of that node' } }
  if (source !== null && source !== undefined) return { ...line, why: sourceWords[source] }
  if (vouched[check.step] === true)
    return {
      ...line,
      why: { zh: '由上一级节点在接收时核对并转述', en: 'Held against the record by the node above when it took it, and told by it' },
    }
  return line
}

const continues: Words = { zh: '本节点日志自那时起只增不改', en: 'The log of this node has only grown since then' }

/** Whether the log of the serving node still begins with the tree that the first step's checkpoint signed. */
async function checkConsistency(step: Step | undefined, { log, keys }: ProofParts): Promise<ProofLine> {
  const line = { step: 0, node: step?.node ?? null, text: continues } as const
  const skipped = (zh: string, en: string): ProofLine => ({ ...line, status: 'skipped', why: { zh, en } })
  const own = keys.filter((key) => key.source === 'own')
  if (log === null) return skipped('未使用网络', 'No network was used')
  if (step === undefined || !own.some((key) => key.node === step.node)) return skipped('存证来自另一节点', 'The proof is from another node')
  try {
    const then = parseCheckpoint(splitNote(step.checkpoint).text)
    const answer = await log('/v1/log/checkpoint')
    if (!answer.ok) return skipped('取不到当前快照', 'The present checkpoint cannot be had')
    const note = await answer.text()
    openNote(
      note,
      own.map((key) => key.verifierKey),
    )
    const now = parseCheckpoint(splitNote(note).text)
    if (now.origin !== then.origin) return skipped('日志已进入新的纪元', 'The log is in another epoch now')
    const readTile = async (level: number, index: number, width: number) => {
      const tile = await log(`/v1/log/${tilePath(level, index, width)}`)
      if (!tile.ok) throw new Error(`tile ${level}/${index}: ${tile.status}`)
      return new Uint8Array(await tile.arrayBuffer())
    }
    const proof = await consistencyProof(then.size, now.size, readTile)
    const holds = verifyConsistency(then.size, then.root, now.size, now.root, proof)
    return holds
      ? { ...line, status: 'ok', why: { zh: `${then.size} 条 → ${now.size} 条`, en: `${then.size} entries → ${now.size}` } }
      : { ...line, status: 'failed', why: { zh: '现在的日志不是那时的延续', en: 'The log of today does not continue the one of then' } }
  } catch (error) {
    return {
      ...line,
      status: 'failed',
      why: { zh: `无法核验：${String(error).slice(0, 200)}`, en: `It cannot be checked: ${String(error).slice(0, 200)}` },
    }
  }
}

/** Keys that somebody pasted, one a line; what is no key is left out. */
export const pastedKeys = (text: string): KnownKey[] =>
  text
    .split(/\s+/)
    .filter((line) => /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(line))
    .map((line) => ({ node: line.slice(0, line.indexOf('+')), verifierKey: line, source: 'reader' }))
