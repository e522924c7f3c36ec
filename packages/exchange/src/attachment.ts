import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Tables } from '@huijiao/database'
import { byteaArray, retryDeadlocks } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { attachmentTypes, detectMediaType } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import { insertScan, scanAttachment, scanOf, type Scan, type ScanRow, showScan } from './attachment-scan.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

/** Bounds of what one participant may hand in. Sizes in bytes. */
export interface AttachmentLimits {
  /** Of one attachment. */
  readonly bytesMax: number
  /** Of all attachments of one participant. */
  readonly quotaBytes: number
}

export const defaultAttachmentLimits: AttachmentLimits = { bytesMax: 64 * 1024 ** 2, quotaBytes: 64 * 1024 ** 3 }

export interface AttachmentFacts {
  /** `sha-256:` and 64 hex digits. */
  readonly digest: string
  readonly mediaType: string
  readonly bytes: number
  readonly storedAt: Date
}

export interface AttachmentRequest {
  readonly participantId: string
  /** SHA-256 that the address claims, 32 bytes. */
  readonly digest: Buffer
  readonly contentType: string | undefined
  readonly limits: AttachmentLimits
}

/** One row of `attachment_chunk` holds so much, in clear. */
const chunkBytes = 1024 ** 2

/**
 * Takes one attachment: the bytes arrive in a file beside the spool, are digested, their kind is told from their content, and their text is looked through
 * for identity numbers; only then do they become rows, all in one transaction with the right, the account and the log entry. So half an upload is nothing, and what is answered is as
 * durable as a record. The same bytes again change nothing.
 * @param body the bytes as they are, without content encoding
 * @returns `created` when these bytes were not here before, or not from this participant
 * @throws Problem body-too-large, body-empty, body-incomplete, digest-mismatch, attachment-type, attachment-quota
 */
export async function receiveAttachment(
  hub: Hub,
  request: AttachmentRequest,
  body: Readable,
): Promise<{ readonly created: boolean; readonly attachment: AttachmentFacts; readonly scan: ReturnType<typeof showScan> }> {
  const upload = await spoolUpload(hub.spoolDir, body, request.limits.bytesMax)
  try {
    if (!upload.digest.equals(request.digest)) {
      throw new Problem('digest-mismatch', {
        zh: `地址中的摘要是 ${digestText(request.digest)}，实收 ${upload.bytes} 字节的摘要是 ${digestText(upload.digest)}`,
        en: `The address says ${digestText(request.digest)}, the ${upload.bytes} bytes received give ${digestText(upload.digest)}`,
      })
    }
    const mediaType = await judgeType(hub, request.contentType, upload)
    const scan = (await scanOf(hub.db, upload.digest)) ?? (await scanAttachment(upload.path, mediaType))
    const result = await retryDeadlocks(() => hub.db.transaction().execute((trx) => store(trx, hub, request, mediaType, upload, scan)))
    if (result.created) hub.onPending()
    return { ...result, scan: showScan(scan) }
  } finally {
    await upload.file.close()
    await rm(upload.path, { force: true })
  }
}

interface Upload {
  readonly path: string
  readonly file: FileHandle
  readonly bytes: number
  readonly digest: Buffer
}

async function spoolUpload(dir: string, body: Readable, bytesMax: number): Promise<Upload> {
  const path = join(dir, `${randomUUID()}.attachment`)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx+', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > bytesMax)
        throw new Problem('body-too-large', { zh: `单个附件上限为 ${bytesMax} 字节`, en: `An attachment takes at most ${bytesMax} bytes` })
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    if (bytes === 0) throw new Problem('body-empty', { zh: '附件没有内容', en: 'The attachment has no content' })
    return { path, file, bytes, digest: hash.digest() }
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw broken(error, body)
  }
}

function broken(error: unknown, body: Readable): unknown {
  const code = (error as { code?: string }).code ?? ''
  if (
    error instanceof Problem ||
    !(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(code) || error === body.errored)
  )
    return error
  return new Problem(
    'body-incomplete',
    { zh: '连接在附件传完之前断开', en: 'The connection ended before the attachment did' },
    { cause: error },
  )
}

const readAt = async (file: FileHandle, from: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(length)
  const { bytesRead } = await file.read(bytes, 0, length, from)
  return bytes.subarray(0, bytesRead)
}

/** @throws Problem attachment-type when the content is of no kind that the policy takes, or of another than Content-Type says */
async function judgeType(hub: Hub, contentType: string | undefined, upload: Upload): Promise<string> {
  const claimed = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const found = await detectMediaType((from, length) => readAt(upload.file, from, length), upload.bytes)
  const allowed = attachmentTypes(hub.policy())
  const fail = (zh: string, en: string): never => {
    throw new Problem('attachment-type', { zh: `${zh}；可接收：${allowed.join('、')}`, en: `${en}; taken are: ${allowed.join(', ')}` })
  }
  if (found === null) return fail('内容不是可识别的格式', 'The content is of no kind that is known here')
  if (!allowed.includes(found)) return fail(`内容是 ${found}，不在可接收之列`, `The content is ${found}, which is not taken`)
  if (claimed !== found)
    return fail(
      claimed === '' ? `缺少 Content-Type，内容是 ${found}` : `Content-Type 是 ${claimed.slice(0, 80)}，内容是 ${found}`,
      claimed === ''
        ? `There is no Content-Type; the content is ${found}`
        : `Content-Type says ${claimed.slice(0, 80)}, the content is ${found}`,
    )
  return found
}

async function store(
  trx: Transaction<Tables>,
  hub: Hub,
  request: AttachmentRequest,
  mediaType: string,
  upload: Upload,
  scan: Scan | ScanRow,
) {
  const at = hub.clock.now()
  const { participantId, limits } = request
  const { digest, bytes } = upload
  const inserted = await trx
    .insertInto('attachment')
    .values({ digest, bytes, media_type: mediaType, stored_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('digest')
    .executeTakeFirst()
  // The same lock that the sweep takes: what is here now stays until this right stands.
  const row = await trx.selectFrom('attachment').selectAll().where('digest', '=', digest).forShare().executeTakeFirstOrThrow()
  if (inserted !== undefined) await insertChunks(trx, hub, upload)
  if (!('scanned_at' in scan)) await insertScan(trx, digest, scan, at)
  const granted = await trx
    .insertInto('attachment_right')
    .values({ participant_id: participantId, digest, granted_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('digest')
    .executeTakeFirst()
  const attachment: AttachmentFacts = { digest: digestText(digest), mediaType: row.media_type, bytes: row.bytes, storedAt: row.stored_at }
  if (granted === undefined) return { created: false, attachment }
  await charge(trx, participantId, bytes, limits.quotaBytes)
  await addPendingEntry(trx, {
    kind: 'attachment',
    instant: at,
    actor: `participant:${participantId}`,
    subject: attachment.digest,
    body: {
      act: inserted === undefined ? 'granted' : 'stored',
      digest: attachment.digest,
      mediaType,
      bytes,
      scan: { state: scan.state, found: scan.found },
    },
  })
  return { created: true, attachment }
}

/** What a chunk is bound to: it cannot be moved to another place or file. */
const boundTo = (digest: Buffer, seq: number): Buffer => Buffer.concat([digest, Buffer.from(`attachment/${seq}`)])

async function insertChunks(trx: Transaction<Tables>, hub: Hub, upload: Upload): Promise<void> {
  for (let seq = 0; seq * chunkBytes < upload.bytes; seq += 1) {
    const bytes = await readAt(upload.file, seq * chunkBytes, Math.min(chunkBytes, upload.bytes - seq * chunkBytes))
    await trx
      .insertInto('attachment_chunk')
      .values({ digest: upload.digest, seq, bytes: hub.sealer.seal(bytes, boundTo(upload.digest, seq)) })
      .execute()
  }
}

/** @throws Problem attachment-quota */
async function charge(trx: Transaction<Tables>, participantId: string, bytes: number, quotaBytes: number): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`
    insert into attachment_account as a (participant_id, files, bytes) values (${participantId}, 1, ${bytes})
    on conflict (participant_id) do update set files = a.files + 1, bytes = a.bytes + excluded.bytes
    returning bytes`.execute(trx)
  const used = rows[0]?.bytes ?? 0
  if (used > quotaBytes) {
    throw new Problem('attachment-quota', {
      zh: `配额 ${quotaBytes} 字节，已用 ${used - bytes} 字节，本附件 ${bytes} 字节`,
      en: `The quota is ${quotaBytes} bytes, ${used - bytes} are used, this attachment has ${bytes}`,
    })
  }
}

/**
 * An attachment that a participant handed in, or, with `null`, any: for an operator by right.
 * @returns null when it is not here, or not this participant's
 */
export async function findAttachment(db: Kysely<Tables>, digest: Buffer, participantId: string | null): Promise<AttachmentFacts | null> {
  let query = db.selectFrom('attachment').selectAll('attachment').where('attachment.digest', '=', digest)
  if (participantId !== null)
    query = query
      .innerJoin('attachment_right', 'attachment_right.digest', 'attachment.digest')
      .where('attachment_right.participant_id', '=', participantId)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : { digest: digestText(row.digest), mediaType: row.media_type, bytes: row.bytes, storedAt: row.stored_at }
}

/**
 * The bytes of an attachment, chunk by chunk, each opened with this node's key and so known to be what was stored.
 * @throws Error when a chunk is gone or was changed; what came before it must then not be taken for the whole
 */
export async function* readAttachment(hub: Pick<Hub, 'db' | 'sealer'>, digest: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let seq = 0; seq * chunkBytes < bytes; seq += 1) {
    const row = await hub.db
      .selectFrom('attachment_chunk')
      .select('bytes')
      .where('digest', '=', digest)
      .where('seq', '=', seq)
      .executeTakeFirst()
    if (row === undefined) throw new Error(`chunk ${seq} of attachment ${digestText(digest)} is gone`)
    yield hub.sealer.openBytes(row.bytes, boundTo(digest, seq))
  }
}

/** What a participant keeps here. */
export async function attachmentAccount(db: Kysely<Tables>, participantId: string): Promise<{ files: number; bytes: number }> {
  const row = await db
    .selectFrom('attachment_account')
    .select(['files', 'bytes'])
    .where('participant_id', '=', participantId)
    .executeTakeFirst()
  return row ?? { files: 0, bytes: 0 }
}

/** Most attachments that one call removes. */
const sweepMax = 500

/**
 * Removes attachments that no record ever named and that were handed in, or handed in again, before `before`; one entry tells which. What a record
 * being stored names at this moment is locked and stays.
 * @returns how many
 */
export async function sweepAttachments(hub: Hub, before: Date): Promise<number> {
  const removed = await hub.db.transaction().execute(async (trx) => {
    const unnamed = sql`not exists (select 1 from attachment_use u where u.digest = a.digest)
      and not exists (select 1 from attachment_right r where r.digest = a.digest and r.granted_at >= ${before})`
    const locked = await sql<{ digest: Buffer }>`
      select a.digest from attachment a where a.stored_at < ${before} and ${unnamed} order by a.digest limit ${sweepMax} for update skip locked`.execute(
      trx,
    )
    if (locked.rows.length === 0) return []
    const digests = byteaArray(locked.rows.map((row) => row.digest))
    // A statement of its own: it sees what was named while the lock was waited for.
    const { rows } = await sql<{ digest: Buffer; bytes: number }>`
      with rights as (
        select r.participant_id, count(*) as files, sum(a.bytes) as bytes from attachment_right r join attachment a using (digest)
        where a.digest in (select digest from attachment a where a.digest = any(${digests}::bytea[]) and ${unnamed})
        group by r.participant_id
      ), accounts as (
        update attachment_account c set files = c.files - g.files, bytes = c.bytes - g.bytes from rights g where g.participant_id = c.participant_id
      )
      delete from attachment a where a.digest = any(${digests}::bytea[]) and ${unnamed} returning a.digest, a.bytes`.execute(trx)
    if (rows.length > 0) {
      await addPendingEntry(trx, {
        kind: 'attachment',
        instant: hub.clock.now(),
        actor: 'node',
        subject: 'unnamed',
        body: {
          act: 'removed',
          reason: 'unnamed',
          before: before.toISOString(),
          digests: rows.map((row) => digestText(row.digest)).toSorted(),
        },
      })
    }
    return rows
  })
  if (removed.length > 0) hub.onPending()
  return removed.length
}
