import { join } from 'node:path'
import {
  AnswerPending,
  claimHeaders,
  epochOf,
  findNeighbour,
  type Hub,
  type LinkRow,
  noteCarried,
  openForks,
  readToldLog,
  reopenDeliveries,
  type SendAttachment,
  type SendDelivery,
  type SuccessionAnswer,
  type TellSuccessions,
  type ToldLog,
} from '@huijiao/exchange'
import { contentDigest, contentDigestOf, type Signature, signRequest } from '@huijiao/identity'
import type { Logger } from 'pino'
import {
  ageOf,
  digestOf,
  type FileHead,
  makeFolders,
  markSent,
  moveFile,
  putFile,
  readWhole,
  rejectFile,
  requestName,
  tidyFolders,
} from './folder-file.ts'
import { answerBytesMax } from '../send-delivery.ts'
import { folderOf } from './scheme.ts'

/** What stands before the body of a request: the signed request itself (docs/protocol.md 12). */
export interface RequestHead extends FileHead {
  readonly huijiao: 'request/1'
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What stands before the body of an answer. Signed as any document is, over all of its other members. */
export interface AnswerHead extends FileHead {
  readonly huijiao: 'answer/1'
  /** Name of the request's file. */
  readonly request: string
  /** Node that was asked, by `requestUrl`. */
  readonly node: string
  readonly status: number
  readonly contentType: string | null
  readonly at: string
  /** Where the log of that node stands. Earlier releases say nothing of it. */
  readonly log?: ToldLog
  readonly signatures: readonly Signature[]
}

export interface FolderParts {
  readonly hub: Hub
  /** Whether a document is signed by the upstream of this name. */
  readonly signedBy: (name: string, document: Buffer) => Promise<boolean>
  readonly log: Logger
  /** A request without an answer is written once more after this. */
  readonly resendMs: number
  /** A file that is not whole may still be on its way for so long. */
  readonly settleMs: number
}

/** Answers that end a request; after any other, the request is written again. */
const final = new Set([200, 201, 400, 413, 415, 422])

/** The address that a request in a folder is signed for: it names the node for which it is meant, and no other. */
export const requestUrl = (node: string, path: string): string => `http://${node.toLowerCase()}.folder${path}`

export interface FolderSend {
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
  readonly tellSuccessions: TellSuccessions
  /**
   * What an upstream that was restored has lost is made ready to go up again.
   * @returns how many deliveries
   * @throws AnswerPending while it is being asked
   */
  readonly heal: (link: LinkRow) => Promise<number>
}

/** An upstream of which nothing was heard for so long is asked where its log stands: it may have been restored. */
const silentMs = 6 * 3_600_000

/** Deliveries, attachments and numbers that changed, by a pair of folders: what is written to `out` is carried up, what is carried down appears in `in`. */
export function createFolderSend(parts: FolderParts): FolderSend {
  const healing = new Map<string, Promise<number>>()
  const heal: FolderSend['heal'] = (link) => {
    const under = healing.get(link.name) ?? healOne(parts, link).finally(() => healing.delete(link.name))
    healing.set(link.name, under)
    return under
  }
  return {
    heal,
    send: async (link, request) => {
      // What is new follows what was lost above.
      if ((await heal(link)) > 0) throw new AnswerPending('the upstream was restored; what it lost goes first')
      const answer = await exchange(parts, link, 'POST', '/v1/submissions', request.body, {
        ...(await claimOf(parts, link)),
        'content-type': request.contentType,
        'content-encoding': request.contentEncoding,
        'content-digest': request.contentDigest,
        'idempotency-key': request.id,
        traceparent: request.traceparent,
      })
      const receiptVerified = answer.status === 200 && (await parts.signedBy(link.name, answer.body))
      // A receipt that does not hold is asked for again.
      if (answer.status === 200 && !receiptVerified) await forget(folderOf(link), 'POST', '/v1/submissions', request.contentDigest)
      return { status: answer.status, body: answer.body, receiptVerified }
    },
    sendAttachment: async (link, { digest, mediaType }, bytes) => {
      const hex = digest.slice('sha-256:'.length)
      const headers = { 'content-type': mediaType, 'content-digest': contentDigestOf(Buffer.from(hex, 'hex')) }
      // Read only when it has to be written: until the answer is there, this is asked again and again.
      const body = async () => {
        const chunks: Buffer[] = []
        for await (const chunk of bytes()) chunks.push(chunk)
        return Buffer.concat(chunks)
      }
      const answer = await exchange(parts, link, 'PUT', `/v1/attachments/${hex}`, body, headers)
      return { status: answer.status, body: answer.body }
    },
    // One in a request: its bytes stay the same while others come and go, and so does the name of its file, by which its answer is found.
    tellSuccessions: async (link, told) => {
      const answers: SuccessionAnswer[] = []
      for (const one of told) answers.push(...(await tellOne(parts, link, one)))
      return answers
    },
  }
}

type Place = Pick<LinkRow, 'name' | 'url' | 'upstream_name'>

async function healOne(parts: FolderParts, link: LinkRow): Promise<number> {
  const { hub, log } = parts
  const above = await findNeighbour(hub.db, 'above', link.upstream_name)
  if (above === undefined) return 0 // nothing was ever told of its log: an earlier release, or a first delivery
  if (hub.clock.now().getTime() - above.heard_at.getTime() > silentMs)
    await unknownAbove(parts, link, `since=${above.heard_at.getTime()}`, []).catch((error: unknown) => {
      if (!(error instanceof AnswerPending)) throw error
    })
  let opened = 0
  for (const fork of await openForks(hub, link.upstream_name)) {
    const lost = await reopenDeliveries(hub, link.name, fork, (ids) => unknownAbove(parts, link, `after=${fork.id}`, ids))
    log.warn(
      { upstream: link.upstream_name, fork, deliveries: lost },
      'the upstream was restored, as its answers say; what it has lost goes up again',
    )
    opened += lost
  }
  return opened
}

/** @param why distinguishes a question from one with the same ids that was answered at another time */
async function unknownAbove(parts: FolderParts, link: LinkRow, why: string, ids: readonly string[]): Promise<readonly string[]> {
  const body = Buffer.from(JSON.stringify({ deliveries: ids }))
  const headers = { ...(await claimOf(parts, link)), 'content-type': 'application/json', 'content-digest': contentDigest(body) }
  const answer = await exchange(parts, link, 'POST', `/v1/epoch/deliveries?${why}`, body, headers)
  if (answer.status !== 200) throw new Error(`${link.upstream_name} answered ${answer.status} when asked which deliveries it knows`)
  return (JSON.parse(answer.body.toString()) as { unknown: string[] }).unknown
}

/** By what was seen of its log the upstream knows that it was restored. Nothing of one that never told of it, as earlier releases do not. */
async function claimOf({ hub }: FolderParts, link: Place): Promise<Record<string, string>> {
  const above = await findNeighbour(hub.db, 'above', link.upstream_name)
  return above === undefined ? {} : claimHeaders({ epoch: epochOf(hub.node), seen: above.note })
}

/**
 * Takes note of what an answer says of the upstream's log. @returns whether the answer counts: `left` when it was given in an epoch that the upstream has left
 * since; otherwise what is wrong with the log that it shows
 */
async function standingOf(
  { hub }: FolderParts,
  upstream: string,
  told: unknown,
): Promise<'counts' | 'left' | { readonly strange: string }> {
  const head = readToldLog(told)
  const strange = head === null ? null : await noteCarried(hub, upstream, head)
  if (strange !== null) return { strange }
  const above = await findNeighbour(hub.db, 'above', upstream)
  return above !== undefined && above.earlier.length > 0 && (head === null || head.epoch.number < above.epoch) ? 'left' : 'counts'
}

/** The answer to one of them; none until it has come. What may be answered otherwise later is not kept, so that it is asked anew then. */
async function tellOne(parts: FolderParts, link: Place, one: Parameters<TellSuccessions>[1][number]): Promise<readonly SuccessionAnswer[]> {
  const path = '/v1/successions'
  const body = Buffer.from(JSON.stringify({ successions: [one] }))
  const digest = contentDigest(body)
  const headers = { 'content-type': 'application/json', 'content-digest': digest }
  let answer
  try {
    answer = await exchange(parts, link, 'POST', path, body, headers)
  } catch (error) {
    if (error instanceof AnswerPending) return []
    throw error
  }
  const said =
    answer.status === 200
      ? (JSON.parse(answer.body.toString()) as { answers: SuccessionAnswer[] }).answers
      : // It was not judged: an older node, or one that does not know this key yet.
        [{ id: one.id, act: one.act, outcome: 'waiting' as const }]
  if (said.some(({ outcome }) => outcome !== 'taken' && outcome !== 'known')) {
    const name = requestName('POST', path, digest)
    await setAside(folderOf(link), 'done', name)
  }
  return said
}

/**
 * Writes a request, unless it was written lately, and takes its answer when that has come.
 * @throws AnswerPending until then
 */
async function exchange(
  parts: FolderParts,
  link: Place,
  method: 'POST' | 'PUT',
  path: string,
  body: Buffer | (() => Promise<Buffer>),
  headers: Record<string, string>,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const base = folderOf(link)
  await makeFolders(base)
  await tidyNow(base)
  const name = requestName(method, path, headers['content-digest'] ?? '')
  const answered = (await takeAnswer(parts, link, base, 'in', name)) ?? (await takeAnswer(parts, link, base, 'done', name))
  if (answered !== null) return answered
  const sentAgo = await ageOf(join(base, 'sent', name))
  if (sentAgo === null || sentAgo > parts.resendMs) {
    const bytes = Buffer.isBuffer(body) ? body : await body()
    const { signingKey, clock } = parts.hub
    const signature = signRequest({ method, url: requestUrl(link.upstream_name, path), headers, key: signingKey, created: clock.now() })
    const head: RequestHead = {
      huijiao: 'request/1',
      method,
      path,
      headers: { ...headers, ...signature },
      bytes: bytes.length,
      digest: digestOf(bytes),
    }
    await putFile(base, 'out', `${name}.request`, head, bytes)
    await markSent(base, name)
    if (sentAgo !== null)
      parts.log.warn({ link: link.name, file: `${name}.request` }, 'no answer came by the folder; the request is written again')
  }
  throw new AnswerPending('the answer comes by the folder')
}

const keepMs = 30 * 24 * 3_600_000
const tidyEveryMs = 3_600_000
const tidied = new Map<string, number>()

/** Once an hour: what has stood there for a month is of no use to anybody. */
async function tidyNow(base: string): Promise<void> {
  const now = performance.now()
  if (now - (tidied.get(base) ?? -Infinity) < tidyEveryMs) return
  tidied.set(base, now)
  await tidyFolders(base, keepMs)
}

async function forget(base: string, method: string, path: string, digest: string): Promise<void> {
  const name = requestName(method, path, digest)
  await moveFile(base, join('done', `${name}.answer`), join('rejected', `${name}.answer`))
  await moveFile(base, join('sent', name), join('tmp', `${name}.${Date.now()}`))
}

/** The answer to a request, when it is there and holds. One that ends the request is kept: a process that dies before it has used it finds it again. */
async function takeAnswer(parts: FolderParts, link: Place, base: string, folder: 'in' | 'done', name: string) {
  const file = `${name}.answer`
  const age = await ageOf(join(base, folder, file))
  if (age === null) return null
  const answer = await readWhole<AnswerHead>(join(base, folder, file), 'answer/1', () => answerBytesMax)
  if (answer === null) {
    if (age > parts.settleMs) await rejectFile(base, folder, file, '文件不完整 · the file is not whole')
    return null
  }
  const { head, body } = answer
  if (body === null) {
    await rejectFile(
      base,
      folder,
      file,
      `答复正文 ${head.bytes} 字节，超过上限 ${answerBytesMax} 字节，未读取 · the answer has ${head.bytes} bytes and may have ${answerBytesMax}; it was not read`,
    )
    parts.log.error(
      { link: link.name, file, bytes: head.bytes, bytesMax: answerBytesMax },
      'an answer in the folder is too large; it was set aside',
    )
    return null
  }
  if (head.request !== name || head.node !== link.upstream_name || !(await parts.signedBy(link.name, Buffer.from(JSON.stringify(head))))) {
    await rejectFile(base, folder, file, '不是上级对此请求的签名答复 · no answer to this request signed by the upstream')
    parts.log.error({ link: link.name, file }, 'an answer in the folder is not the upstream’s; it was set aside')
    return null
  }
  const standing = await standingOf(parts, link.upstream_name, head.log)
  if (standing === 'left') {
    // It may be of what was lost when the upstream was restored.
    await setAside(base, folder, name)
    return null
  }
  if (standing !== 'counts') {
    // What another one has taken the upstream may never see.
    await rejectFile(base, folder, file, `上级的日志与已知的不是同一份：${standing.strange} · this is not the upstream that was known`)
    parts.log.error(
      { link: link.name, upstream: link.upstream_name, file, alarm: 'upstream-strange' },
      `the upstream is not the one that was known: ${standing.strange}; its answer was set aside, and nothing counts as delivered by it`,
    )
    return null
  }
  if (final.has(head.status)) {
    if (folder === 'in') await moveFile(base, join('in', file), join('done', file))
  } else await setAside(base, folder, name)
  return { status: head.status, body }
}

/** An answer that does not end its request: the next time, that is written again. */
async function setAside(base: string, folder: 'in' | 'done', name: string): Promise<void> {
  const now = Date.now()
  await moveFile(base, join(folder, `${name}.answer`), join('done', `${name}.answer.${now}`))
  await moveFile(base, join('sent', name), join('tmp', `${name}.${now}`))
}
