import { join } from 'node:path'
import { tellLog, type ToldLog, untilNumbered } from '@huijiao/exchange'
import { signDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Context } from '../context.ts'
import { createLoop } from '../loop.ts'
import { ageOf, digestOf, makeFolders, moveFile, namesIn, putFile, readWhole, rejectFile, tidyFolders } from './folder-file.ts'
import { carriedBytesMaxHeader, carriedHeader, carriedSecret } from './carried.ts'
import { type AnswerHead, requestUrl, type RequestHead } from './folder-send.ts'

/** Answers for which the request is looked at again: the node is busy, has not finished, or failed. */
const later = (status: number): boolean => status === 202 || status === 429 || status >= 500
/** A file that is not whole may still be arriving for so long. */
const settleMs = 10_000
const keepMs = 30 * 24 * 3_600_000
const tidyEveryMs = 3_600_000
/** A body that came by a folder is held in memory. Deliveries are of a thousand records at most; one that is larger is answered 413, and halved below. */
const bodyBytesMax = 64 * 1024 ** 2
/** Routes that a folder reaches. */
const reached = /^\/v1\/(?:submissions|successions|attachments\/[0-9a-f]{64}|epoch\/deliveries\?(?:after|since)=[A-Za-z0-9-]{1,64})$/
/** The first line of a file has 64 KiB at most. Of a log that began so many epochs that this is more, the oldest are proven over HTTP alone. */
export const toldLogMax = 40 * 1024

/**
 * Answers the requests that arrive in the folders of nodes below: each is put to the node's own routes, as if it had come over HTTP, with its
 * signature, and its answer is signed and laid into `out`. Whatever comes twice is answered twice, with the same receipt.
 */
export function serveFolders(context: Context, app: FastifyInstance): { stop(): Promise<void> } {
  const { config, log } = context
  let tidied = 0
  const loop = createLoop(
    async () => {
      const tidy = performance.now() - tidied > tidyEveryMs
      for (const folder of config.folders) {
        if (context.stopping()) return false
        // One that is full or not mounted keeps no other waiting: each belongs to another node below.
        await serveOne(context, app, folder, tidy).catch((error: unknown) =>
          log.error({ err: error, folder: folder.name }, 'a folder cannot be used; it is looked at again'),
        )
      }
      if (tidy) tidied = performance.now()
      return false
    },
    (error) => log.error({ err: error }, 'the folders could not be read; they are looked at again'),
  )
  const timer = setInterval(() => loop.wake(), config.jobs.linkPollMs)
  if (config.folders.length > 0) loop.wake()
  return {
    stop: async () => {
      clearInterval(timer)
      await loop.stop()
    },
  }
}

interface Folder {
  readonly name: string
  readonly path: string
}

async function serveOne(context: Context, app: FastifyInstance, folder: Folder, tidy: boolean): Promise<void> {
  await makeFolders(folder.path)
  for (const name of await namesIn(folder.path, 'in', '.request')) {
    if (context.stopping()) return
    await answerOne(context, app, folder, name)
  }
  if (tidy) await tidyFolders(folder.path, keepMs)
}

async function answerOne(context: Context, app: FastifyInstance, folder: Folder, file: string): Promise<void> {
  const { log } = context
  const path = join(folder.path, 'in', file)
  const request = await readWhole<RequestHead>(path, 'request/1', (head) => bytesMaxOf(context, head)).catch(() => null)
  if (request === null) {
    const age = await ageOf(path)
    if (age === null || age <= settleMs) return
    await rejectFile(folder.path, 'in', file, '文件不完整 · the file is not whole')
    log.warn({ folder: folder.name, file }, 'a file in the folder is not whole; it was set aside')
    return
  }
  const { head, body } = request
  if (!(['POST', 'PUT'] as readonly string[]).includes(head.method) || !reached.test(head.path)) {
    await rejectFile(folder.path, 'in', file, '不是可经文件夹办理的请求 · no request that may come by a folder')
    return
  }
  const headers = headersOf(head)
  if (headers === null) {
    await rejectFile(folder.path, 'in', file, '请求头不是文字 · its headers are no texts')
    log.warn({ folder: folder.name, file }, 'the headers of a request from the folder are no texts; it was set aside')
    return
  }
  const answer = await app.inject({
    method: head.method,
    url: head.path,
    headers: {
      ...headers,
      host: new URL(requestUrl(context.config.node.name, '/')).host,
      'content-length': String(body?.length ?? 0),
      [carriedHeader]: carriedSecret(context),
      ...(body === null ? { [carriedBytesMaxHeader]: String(request.bytesMax) } : {}),
    },
    payload: body ?? '',
  } satisfies InjectOptions)
  if (later(answer.statusCode)) {
    log.info({ folder: folder.name, file, status: answer.statusCode }, 'a request from the folder is looked at again')
    return
  }
  await writeAnswer(context, folder.path, file.slice(0, -'.request'.length), {
    status: answer.statusCode,
    contentType: answer.headers['content-type'] === undefined ? null : String(answer.headers['content-type']),
    body: answer.rawPayload,
  })
  if (body === null) {
    const most = request.bytesMax
    await rejectFile(
      folder.path,
      'in',
      file,
      `正文 ${head.bytes} 字节，超过上限 ${most} 字节，未读取，已答复 ${answer.statusCode} · the body has ${head.bytes} bytes and may have ${most}; it was not read, and answered ${answer.statusCode}`,
    )
    log.warn(
      { folder: folder.name, file, bytes: head.bytes, bytesMax: most, status: answer.statusCode },
      'a request in the folder is too large; it was not read, and set aside',
    )
  } else await moveFile(folder.path, join('in', file), join('done', file))
}

const bytesMaxOf = ({ config }: Context, { path }: RequestHead): number =>
  typeof path === 'string' && path.startsWith('/v1/attachments/')
    ? config.attachments.bytesMax
    : Math.min(config.http.bodyBytesMax, bodyBytesMax)

/** Anybody can write a file: what is no text would be an error of this node, at this file, for ever. */
function headersOf({ headers }: RequestHead): Readonly<Record<string, string>> | null {
  return typeof headers === 'object' && headers !== null && Object.values(headers).every((value) => typeof value === 'string')
    ? headers
    : null
}

/** With as many of its epochs, from the newest back, as there is room for: whoever is below has mostly seen the one before. */
export function shortened(told: ToldLog): ToldLog {
  let from = 0
  while (from < told.epochs.length && JSON.stringify({ ...told, epochs: told.epochs.slice(from) }).length > toldLogMax) from += 1
  return { ...told, epochs: told.epochs.slice(from) }
}

async function writeAnswer(
  { hub }: Context,
  base: string,
  name: string,
  answer: { readonly status: number; readonly contentType: string | null; readonly body: Buffer },
): Promise<void> {
  // So it is heard below that this node was restored. What was just stored is in the log that it tells of: else, put back to before it, nobody could know.
  await untilNumbered(hub)
  const log = shortened(await tellLog(hub))
  const unsigned = {
    huijiao: 'answer/1' as const,
    request: name,
    node: hub.node.name,
    status: answer.status,
    contentType: answer.contentType,
    at: hub.clock.now().toISOString(),
    bytes: answer.body.length,
    digest: digestOf(answer.body),
    log,
  }
  const head: AnswerHead = { ...unsigned, signatures: [signDocument(canonicalize(unsigned), hub.signingKey)] }
  await putFile(base, 'out', `${name}.answer`, head, answer.body)
}
