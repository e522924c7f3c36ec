import { open, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { count, flag, text, type Call, type Command } from '../cli/command.ts'
import { startProgress } from '../cli/progress.ts'
import { printable, tell } from '../cli/terminal.ts'
import { feedKinds, type FeedItem, type FeedKind, type FeedPage, followFeed } from '../feed.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { credentialOptions, credentialsOf, destinationOf, patienceOf } from './common.ts'

export const feed: Command = {
  name: 'feed',
  usage: '--to URL [--cursor-file FILE] [--out FILE]',
  summary: {
    zh: '读取下行内容：上级对本单位数据的处理结果、更正、通知、数据标准、以上级为准的企业和人员数据。--cursor-file 记住读到哪里，中断后续读不重不漏；--follow 持续等待新内容。',
    en: 'Reads what comes down: what levels above said of one’s records, corrections, notices, releases of the standard, and companies and persons that count by authority. --cursor-file remembers the place; --follow waits for more.',
  },
  options: {
    to: { type: 'string', value: 'URL', help: { zh: '节点地址', en: 'address of the node' } },
    ...credentialOptions,
    'cursor-file': {
      type: 'string',
      value: 'FILE',
      help: { zh: '记录读到哪里的文件；缺省每次从头读', en: 'file that remembers the place; from the beginning when absent' },
    },
    out: {
      type: 'string',
      value: 'FILE',
      help: {
        zh: '把内容逐行（NDJSON）追加到此文件；先落盘再移动游标',
        en: 'append the items to this file, one a line (NDJSON); safe on disk before the place moves',
      },
    },
    kinds: {
      type: 'string',
      value: feedKinds.join(','),
      help: { zh: '只要这些种类，逗号分隔', en: 'these kinds only, with commas' },
    },
    follow: { type: 'boolean', help: { zh: '读完后继续等待新内容，直到 Ctrl-C', en: 'wait for more after the end, until Ctrl-C' } },
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: { zh: '每次最多等待多少秒（默认 30，至多 60）', en: 'how long each waiting takes at most (30, at most 60)' },
    },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    'huijiao feed --to http://127.0.0.1:7101 --key-file key.txt',
    'huijiao feed --to http://127.0.0.1:7101 --key-file key.txt --cursor-file feed.json --out feed.ndjson --follow',
  ],
  run: runFeed,
}

/** What the cursor file says. `bytes`: how long the file of items was when the place was kept. */
interface Place {
  readonly feed: 1
  readonly node: string
  readonly kinds: readonly FeedKind[] | null
  readonly cursor: string
  readonly out: string | null
  readonly bytes: number
}

async function runFeed(call: Call): Promise<ExitCode> {
  const { terminal, signal } = call
  const to = destinationOf(call, 'to', credentialsOf(call))
  const kinds = kindsOf(call)
  const follow = flag(call, 'follow')
  if (text(call, 'wait') !== undefined && !follow) throw usage('--wait 与 --follow 同用', '--wait goes with --follow')
  const waitSeconds = follow ? count(call, 'wait', 30, 60) : 0
  const cursorFile = text(call, 'cursor-file')
  const out = text(call, 'out') ?? null
  const before = cursorFile === undefined ? null : await readPlace(cursorFile, to.url, kinds)
  // What was written after the place was kept comes again.
  if (before !== null && out !== null && before.out === out) await truncate(out, before.bytes).catch(() => undefined)
  const progress = startProgress(terminal, { zh: '读取下行内容', en: 'reading the feed' })
  const told: Record<string, number> = {}
  const kept: FeedItem[] = []
  let [restarted, read] = [false, 0]
  let cursor = before?.cursor
  const options = {
    to,
    limit: 500,
    waitSeconds,
    patience: patienceOf(call, follow ? 86_400 : 60, () => progress.clear()),
    signal,
    ...(kinds === null ? {} : { kinds }),
    ...(cursor === undefined ? {} : { after: cursor }),
  }
  try {
    for await (const page of followFeed(options)) {
      const bytes = out === null ? 0 : await append(out, page)
      if (cursorFile !== undefined && page.cursor !== cursor)
        await keepPlace(cursorFile, { feed: 1, node: to.url, kinds, cursor: page.cursor, out, bytes })
      cursor = page.cursor
      restarted ||= page.restarted === true
      read += page.items.length
      for (const item of page.items) told[item.kind] = (told[item.kind] ?? 0) + 1
      if (terminal.json && !follow && out === null) kept.push(...page.items)
      if (terminal.json && follow && page.items.length > 0) terminal.out(`${JSON.stringify(page)}\n`)
      if (out === null && !terminal.json) {
        progress.clear()
        for (const item of page.items) show(call, item)
      }
      if (page.more) progress.update(read, read + 1, { zh: `${read} 项`, en: `${read} items` })
    }
  } finally {
    progress.clear()
  }
  if (terminal.json) terminal.out(`${JSON.stringify({ told, restarted, cursor, ...(out === null ? { items: kept } : {}) })}\n`)
  else
    tell(
      terminal,
      `共 ${read} 项${restarted ? '（节点日志已换纪元，部分内容可能重复）' : ''}`,
      `${read} items${restarted ? ' (the node began a new epoch; some may have been told before)' : ''}`,
      '✓ ',
    )
  return exitCodes.done
}

function kindsOf(call: Call): FeedKind[] | null {
  const given = text(call, 'kinds')
  if (given === undefined) return null
  const kinds = given.split(',').map((one) => one.trim())
  const stray = kinds.find((one) => !(feedKinds as readonly string[]).includes(one))
  if (stray !== undefined) throw usage(`--kinds 应为 ${feedKinds.join(',')} 中的若干`, `--kinds takes some of ${feedKinds.join(',')}`)
  return kinds as FeedKind[]
}

/** @throws UserError (usage) when the file is of another node or other kinds */
async function readPlace(file: string, node: string, kinds: readonly FeedKind[] | null): Promise<Place | null> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (content === null) return null
  let place: Place | null = null
  try {
    place = JSON.parse(content) as Place
  } catch {
    // as below
  }
  if (place?.feed !== 1 || typeof place.cursor !== 'string') throw usage(`${file} 不是游标文件`, `${file} is no cursor file`)
  if (place.node !== node || JSON.stringify(place.kinds) !== JSON.stringify(kinds))
    throw usage(`${file} 属于另一节点或另一组种类`, `${file} is of another node or of other kinds`, {
      zh: '换一个 --cursor-file，或删去该文件从头读',
      en: 'name another --cursor-file, or remove the file to begin anew',
    })
  return place
}

async function keepPlace(file: string, place: Place): Promise<void> {
  const fresh = `${file}.${process.pid}.new`
  await writeFile(fresh, `${JSON.stringify(place)}\n`, { mode: 0o600, flush: true })
  await rename(fresh, file)
}

/** @returns how long the file is now */
async function append(file: string, page: FeedPage): Promise<number> {
  const handle = await open(file, 'a', 0o600)
  try {
    if (page.items.length > 0) {
      await handle.appendFile(page.items.map((item) => `${JSON.stringify(item)}\n`).join(''))
      await handle.sync()
    }
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** One item for people, on one line and a line for each exception. */
function show({ terminal }: Call, item: FeedItem): void {
  const { at } = item
  const say = (zh: string, en: string, mark = '  ') => tell(terminal, printable(zh), printable(en), mark)
  if (item.kind === 'outcome') {
    for (const { submission, counts, exceptions } of item.submissions) {
      const figures = Object.entries(counts)
        .map(([outcome, n]) => `${outcome} ${n}`)
        .join(', ')
      say(`${at}  ${item.upstream} 对批次 ${submission}：${figures}`, `${at}  ${item.upstream} on submission ${submission}: ${figures}`)
      for (const { record, entity, sourceId, outcome, codes } of exceptions) {
        const facts = `${entity} ${sourceId ?? ''} ${outcome} ${codes.join(', ')}`
        say(`第 ${record} 条 ${facts}`, `record ${record} ${facts}`, '    ! ')
      }
    }
  } else if (item.kind === 'notice') {
    const { title, origin, id } = item.notice
    const [zh, en] = item.action === 'withdrawn' ? ['撤回通知', 'took back notice'] : ['通知', 'notice']
    say(`${at}  ${origin} ${zh}：${title ?? id}`, `${at}  ${origin} ${en}: ${title ?? id}`)
  } else if (item.kind === 'standard') {
    const { release, revision, issuer, action } = item
    say(
      `${at}  数据标准 ${release} 第 ${revision} 修订（${issuer}）：${action}`,
      `${at}  standard ${release} revision ${revision} of ${issuer}: ${action}`,
    )
  } else {
    const facts = `${item.entity} ${item.recordId} ${item.stream}${item.fields === undefined ? '' : ` ${item.fields.join(', ')}`}`
    say(`${at}  ${item.kind === 'correction' ? '更正' : '数据'} ${facts}`, `${at}  ${item.kind} ${facts}`)
  }
}
