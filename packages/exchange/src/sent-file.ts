import { readFile } from 'node:fs/promises'
import type { Tables } from '@huijiao/database'
import type { FileKind } from '@huijiao/files'
import type { Kysely } from 'kysely'
import { claim, type submissionValues } from './claim.ts'
import type { Hub } from './hub.ts'
import type { SubmissionRequest } from './submission-request.ts'

/** Only files up to this size are kept for their senders: what a workbook may have. Bytes. */
const keptBytesMax = 20 * 1024 ** 2

/** A file as its sender sent it. */
export interface KeptFile {
  readonly kind: FileKind
  readonly bytes: Buffer
}

const boundTo = (participantId: string, id: string) => `sent-file/${participantId}/${id}`

/** Claims the id and keeps the file, both or neither. Null when another request has the id. */
export async function claimWithFile(
  hub: Hub,
  request: SubmissionRequest,
  values: ReturnType<typeof submissionValues>,
): Promise<number | null> {
  return await hub.db.transaction().execute(async (trx) => {
    const submissionNo = await claim(trx, values)
    if (submissionNo !== null) await keepFile(trx, hub, request, values.id)
    return submissionNo
  })
}

/** Keeps a file of rows sealed until its time. Other bodies, and larger ones, are not kept. */
export async function keepFile(db: Kysely<Tables>, hub: Hub, request: SubmissionRequest, id: string): Promise<void> {
  const { body, caller } = request
  const until = body.file?.keepUntil ?? null
  if (until === null || body.decodedBytes > keptBytesMax) return
  const bytes = body.bytes ?? (await readFile(body.path as string))
  await db
    .insertInto('sent_file')
    .values({
      participant_id: caller.participantId,
      id,
      kind: body.media as FileKind,
      content: hub.sealer.seal(bytes, boundTo(caller.participantId, id)),
      keep_until: until,
    })
    .onConflict((conflict) => conflict.columns(['participant_id', 'id']).doNothing())
    .execute()
}

/** The file of a submission as it was sent; null when it was none, was too large, or its time is over. */
export async function sentFile(hub: Hub, participantId: string, id: string): Promise<KeptFile | null> {
  const row = await hub.db
    .selectFrom('sent_file')
    .select(['kind', 'content', 'keep_until'])
    .where('participant_id', '=', participantId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.keep_until <= hub.clock.now()) return null
  return { kind: row.kind, bytes: hub.sealer.openBytes(row.content, boundTo(participantId, id)) }
}

/** Removes the files whose time is over. */
export async function forgetSentFiles(db: Kysely<Tables>, now: Date): Promise<void> {
  await db.deleteFrom('sent_file').where('keep_until', '<=', now).execute()
}
