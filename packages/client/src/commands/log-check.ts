import {
  checkLog,
  followKeys,
  openNote,
  parseCheckpoint,
  parseDigestText,
  parseLogOrigin,
  splitNote,
  type LogFinding,
  type LogReport,
} from '@huijiao/merkle'
import { count, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { printable, say, spoken, tell } from '../cli/terminal.ts'
import { readNodeUrl } from '../http/destination.ts'
import { openKeptRange } from '../log-check/kept-range.ts'
import { nodeLog, type NodeLog } from '../log-check/log-source.ts'
import { readSeenLogs, rememberLog, seenFilePath, type SeenLog } from '../log-check/seen-heads.ts'
import { keysOf, nodeFacts, statementsOf } from '../node-facts.ts'
import { readTrustedKey, readTrustFile, type TrustedKey } from '../trust.ts'
import { exitCodes, UserError, type ExitCode } from '../user-error.ts'
import { tellDetached } from './backup.ts'
import { patienceOf } from './common.ts'

export const logCheck: Command = {
  name: 'log check',
  usage: 'URL [DIR…]',
  summary: {
    zh: '通读节点的审计日志并全部重算：每个条目、每个分块、根、快照签名；并证明它是本机以前所见日志的延续。不需要密钥。节点已移出的各段，可附上其目录一并核对。',
    en: 'Reads a node’s whole log and computes everything again: every entry, every tile, the root, the checkpoint’s signature; and proves that it continues what this machine saw before. Needs no credentials. Ranges that the node has detached are read from the directories given.',
  },
  options: {
    key: {
      type: 'string',
      value: 'KEY',
      help: {
        zh: '节点公钥（形如 370100+1a2b3c4d+…），由其他途径取得；缺省时用节点自报的公钥，首次使用后固定',
        en: 'the node’s verifier key (370100+1a2b3c4d+…), got by another way; when absent, the key the node states is taken and pinned at first use',
      },
    },
    trust: { type: 'string', value: 'FILE', help: { zh: '公钥文件，每行一个', en: 'file of verifier keys, one a line' } },
    state: { type: 'string', value: 'FILE', help: { zh: '记录以前所见快照的文件', en: 'file that remembers what was seen before' } },
    'retry-seconds': {
      type: 'string',
      value: 'N',
      help: { zh: '节点不可用时最多重试多少秒（默认 30）', en: 'how long to keep trying while the node is away (30)' },
    },
  },
  positionals: { min: 1, max: 1000 },
  refused: { zh: '日志有误', en: 'something is wrong with the log' },
  examples: ['huijiao log check http://127.0.0.1:7101', 'huijiao log check https://hub.example.gov.cn --trust keys.txt --json'],
  run: runLogCheck,
}

/** How the key came to be trusted. */
type Pinned = 'given' | 'seen before' | 'first use'

interface Findings {
  readonly url: string
  readonly report: LogReport
  readonly key: TrustedKey | undefined
  readonly pinned: Pinned
  readonly earlier: SeenLog | undefined
}

async function runLogCheck(call: Call): Promise<ExitCode> {
  const { terminal, signal } = call
  const node = { url: readNodeUrl(call.positionals[0] as string), credentials: null }
  const patience = patienceOf(call, count(call, 'retry-seconds', 30))
  const stateFile = text(call, 'state') ?? seenFilePath(terminal.env)
  const kept = await Promise.all(call.positionals.slice(1).map(openKeptRange))
  const log = nodeLog(node, patience, signal, kept)
  const note = await log.readCheckpoint()
  const origin = originOf(note)
  const seen = (await readSeenLogs(stateFile)).filter((one) => nodeNameOf(one.origin) === nodeNameOf(origin))
  const given = givenKeys(call)
  const facts =
    given.length === 0
      ? await nodeFacts(node, patience, signal)
      : signs(note, given)
        ? null
        : await nodeFacts(node, patience, signal).catch(() => null)
  const stated = facts === null ? [] : keysOf(facts)
  if (given.length === 0) refuseOtherKey(stated, seen)
  // Who trusts a key trusts those that follow it, by statements that both have signed; what else the node shows is not enough, once a key is known.
  const pinnedKeys = given.length > 0 ? given.map((key) => key.text) : seen.map((one) => one.key)
  const followed = pinnedKeys.length === 0 || facts === null ? null : followKeys(pinnedKeys, statementsOf(facts))
  const keys = followed === null ? (given.length > 0 ? given : stated) : followed.map(readTrustedKey)
  const earlier = seen.find((one) => one.origin === origin)
  // Of a log that has left the epoch seen before, what was seen last must be named, and continued up to the fork.
  const before = earlier ?? latest(seen)
  const report = await read(call, log, note, keys, origin, before)
  const key = keys.find((one) => report.signedBy.includes(one.name))
  const findings: Findings = {
    url: node.url,
    report,
    key,
    pinned: given.length > 0 ? 'given' : seen.length > 0 ? 'seen before' : 'first use',
    earlier: before,
  }
  if (terminal.json) terminal.out(`${JSON.stringify(asDocument(findings))}\n`)
  else print(call, findings)
  if (!report.ok || key === undefined) return exitCodes.refused
  await rememberLog(stateFile, { origin, key: key.text, size: report.size, root: report.root as string, seenAt: new Date().toISOString() })
  if (earlier === undefined)
    say(terminal, `已记住此快照，下次须是它的延续：${stateFile}`, `remembered; next time the log must continue it: ${stateFile}`, '  ')
  return exitCodes.done
}

/** What was seen last of a node, in whatever epoch. */
function latest(seen: readonly SeenLog[]): SeenLog | undefined {
  const numberOf = ({ origin }: SeenLog) => parseLogOrigin(origin)?.epoch.number ?? 0
  return seen.toSorted((a, b) => numberOf(b) - numberOf(a))[0]
}

function givenKeys(call: Call): TrustedKey[] {
  const [key, file] = [text(call, 'key'), text(call, 'trust')]
  return [...(key === undefined ? [] : [readTrustedKey(key)]), ...(file === undefined ? [] : readTrustFile(file))]
}

function signs(note: string, keys: readonly TrustedKey[]): boolean {
  try {
    return (
      openNote(
        note,
        keys.map((key) => key.text),
      ).verified.length > 0
    )
  } catch {
    return false
  }
}

/** @throws UserError (refused) when a node whose key was seen before shows only other keys now */
function refuseOtherKey(stated: readonly TrustedKey[], seen: readonly SeenLog[]): void {
  if (seen.length === 0 || seen.some((log) => stated.some((key) => key.text === log.key))) return
  const name = stated[0]?.name ?? ''
  throw new UserError(
    exitCodes.refused,
    { zh: `节点 ${name} 的公钥与以前所见不同`, en: `node ${name} shows another key than it did before` },
    {
      hint: { zh: '向节点管理员核实后，用 --key 给出新公钥', en: 'ask its operator, then give the new key with --key' },
    },
  )
}

/** The log must be the node's whose key signs it: its origin begins with that node's name. */
async function read(
  call: Call,
  log: NodeLog,
  note: string,
  keys: readonly TrustedKey[],
  origin: string,
  earlier: SeenLog | undefined,
): Promise<LogReport> {
  const progress = startProgress(call.terminal, { zh: '核对日志', en: 'checking the log' })
  const expected = {
    verifierKeys: keys.filter((key) => parseLogOrigin(origin) === null || key.name === nodeNameOf(origin)).map((key) => key.text),
    ...(earlier === undefined
      ? {}
      : { previous: { size: earlier.size, root: parseDigestText(earlier.root) ?? Buffer.alloc(0), origin: earlier.origin } }),
  }
  try {
    // One checkpoint from beginning to end, however the log grows meanwhile.
    const report = await checkLog({ ...log, readCheckpoint: () => note }, expected, ({ entries, size }) =>
      progress.update(entries, size, { zh: `${entries}/${size} 条`, en: `${entries}/${size} entries` }),
    )
    const unreachable = log.unreachable()
    if (unreachable !== null) throw unreachable
    call.signal.throwIfAborted()
    return report
  } finally {
    progress.clear()
  }
}

function originOf(note: string): string {
  try {
    return parseCheckpoint(splitNote(note).text).origin
  } catch (cause) {
    throw new UserError(
      exitCodes.refused,
      { zh: '对方给出的不是快照', en: `what the node serves is not a checkpoint: ${(cause as Error).message}` },
      { cause },
    )
  }
}

function nodeNameOf(origin: string): string {
  return parseLogOrigin(origin)?.nodeName ?? origin
}

function asDocument({ url, report, key, pinned, earlier }: Findings): object {
  return {
    url,
    ...report,
    key: key?.text ?? null,
    keyPinned: pinned,
    seenBefore: earlier === undefined ? null : { size: earlier.size, root: earlier.root, seenAt: earlier.seenAt },
  }
}

const pinnedWords = {
  given: { zh: '由命令给出', en: 'given' },
  'seen before': { zh: '与以前所见相同', en: 'the one seen before' },
  'first use': { zh: '节点自报，首次使用', en: 'as the node states it, first use' },
} as const

function print(call: Call, { report, key, pinned, earlier }: Findings): void {
  const { terminal } = call
  const ok = (zh: string, en: string) => tell(terminal, zh, en, '✓ ')
  const found = new Set<LogFinding['kind']>(report.findings.map((finding) => finding.kind))
  if (key !== undefined)
    ok(`快照签名成立：${key.text}（${pinnedWords[pinned].zh}）`, `the checkpoint is signed by ${key.text} (${pinnedWords[pinned].en})`)
  if (!found.has('bundle') && !found.has('form') && !found.has('leaf'))
    ok(`${report.entries} 个条目格式正确，且与叶散列相符`, `${report.entries} entries are well formed and have their leaf hashes`)
  if (!found.has('tile')) ok(`${report.tiles} 个散列块逐层相符`, `${report.tiles} tiles agree level by level`)
  if (!found.has('root')) ok(`根相符：${report.root}（${report.size} 条）`, `the root agrees: ${report.root} (${report.size} entries)`)
  for (const range of report.detached) tellDetached(terminal, range)
  if (report.detached.length > 0)
    tell(
      terminal,
      '附上其目录可一并核对：huijiao log check URL DIR',
      'give their directories to have them checked: huijiao log check URL DIR',
      '  ',
    )
  const { fork } = report
  if (fork !== null) {
    const lost = Math.max(0, fork.seen - fork.size)
    const names = {
      zh: `日志已进入新纪元，并写明分叉处为第 ${fork.size} 条`,
      en: `the log has begun a new epoch and names the fork, entry ${fork.size}`,
    }
    tell(
      terminal,
      lost === 0 ? `${names.zh}；此前所见都在` : `${names.zh}；此前所见的第 ${fork.size} 至 ${fork.seen - 1} 条已不在`,
      lost === 0
        ? `${names.en}; all that was seen before is there`
        : `${names.en}; entries ${fork.size} to ${fork.seen - 1}, seen before, are gone`,
      '! ',
    )
  } else if (earlier !== undefined && !found.has('history') && !found.has('epoch'))
    ok(`是 ${earlier.seenAt} 所见 ${earlier.size} 条的延续`, `continues the ${earlier.size} entries seen at ${earlier.seenAt}`)
  for (const finding of report.findings)
    terminal.out(`${spoken(terminal.lang, { zh: printable(finding.zh), en: printable(finding.en) }, '✗ ')}\n`)
  const more = report.findingsCount - report.findings.length
  if (more > 0) tell(terminal, `另有 ${more} 处`, `and ${more} more`, '✗ ')
}
