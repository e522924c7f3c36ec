import { randomUUID } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import type { Access } from './access.ts'

/** A record begun in a form and not sent yet. Its content is the form's own: the node neither judges nor logs it. */
export interface Draft {
  readonly draftId: string
  readonly release: string
  readonly entity: string
  /** What the person calls it. */
  readonly title: string
  readonly content: Readonly<Record<string, unknown>>
  /** Rises with each save: whoever saves says which one they began with. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type NewDraft = Pick<Draft, 'release' | 'entity' | 'title' | 'content'>

/** So many of one account; what is not touched for so long is removed. */
export const draftsMax = 100
export const draftBytesMax = 128 * 1024
const keptMs = 90 * 24 * 3_600_000

interface Sealed {
  readonly title: string
  readonly content: Record<string, unknown>
}

const aadOf = (operatorId: string, draftId: string): string => `draft/${operatorId}/${draftId}`

function seal({ hub }: Access, operatorId: string, draftId: string, { title, content }: Sealed): Buffer {
  const text = JSON.stringify({ title, content })
  if (Buffer.byteLength(text) > draftBytesMax)
    throw new Problem('parameter-invalid', {
      zh: `草稿过大，最多 ${draftBytesMax / 1024} KiB`,
      en: `The draft is too large; the most is ${draftBytesMax / 1024} KiB`,
    })
  return hub.sealer.seal(text, aadOf(operatorId, draftId))
}

interface Row {
  readonly draft_id: string
  readonly operator_id: string
  readonly release: string
  readonly entity: string
  readonly content: Buffer
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
}

function opened({ hub }: Access, row: Row): Draft {
  const { title, content } = JSON.parse(hub.sealer.open(row.content, aadOf(row.operator_id, row.draft_id))) as Sealed
  const { draft_id: draftId, release, entity, version } = row
  return { draftId, release, entity, title, content, version, createdAt: row.created_at, updatedAt: row.updated_at }
}

/** An account's own drafts, the last saved first. */
export async function listDrafts(access: Access, operatorId: string): Promise<Draft[]> {
  const rows = await access.hub.db
    .selectFrom('draft')
    .selectAll()
    .where('operator_id', '=', operatorId)
    .where('updated_at', '>', oldest(access))
    .orderBy('updated_at', 'desc')
    .limit(draftsMax)
    .execute()
  return rows.map((row) => opened(access, row))
}

/** @throws Problem not-found, also for somebody else's */
export async function findDraft(access: Access, operatorId: string, draftId: string): Promise<Draft> {
  const row = await access.hub.db
    .selectFrom('draft')
    .selectAll()
    .where('draft_id', '=', draftId)
    .where('operator_id', '=', operatorId)
    .where('updated_at', '>', oldest(access))
    .executeTakeFirst()
  if (row === undefined) throw noDraft()
  return opened(access, row)
}

/** @throws Problem parameter-invalid when the account has as many as it may */
export async function createDraft(access: Access, operatorId: string, input: NewDraft): Promise<Draft> {
  const { db, clock } = access.hub
  await forgetDrafts(access)
  const draftId = randomUUID()
  const at = clock.now()
  const content = seal(access, operatorId, draftId, { title: input.title, content: { ...input.content } })
  return await db.transaction().execute(async (trx) => {
    // Its account's row is locked, so that two requests at once cannot both be the hundredth.
    await trx.selectFrom('operator').select('operator_id').where('operator_id', '=', operatorId).forUpdate().executeTakeFirstOrThrow()
    const { count } = await trx
      .selectFrom('draft')
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('operator_id', '=', operatorId)
      .executeTakeFirstOrThrow()
    if (Number(count) >= draftsMax)
      throw new Problem('parameter-invalid', {
        zh: `最多保留 ${draftsMax} 份草稿，请先删除不用的`,
        en: `At most ${draftsMax} drafts are kept; delete some first`,
      })
    const row = await trx
      .insertInto('draft')
      .values({
        draft_id: draftId,
        operator_id: operatorId,
        release: input.release,
        entity: input.entity,
        content,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return opened(access, row)
  })
}

/**
 * Saves a draft again.
 * @param version the one that the form began with; a save of another window in between is not overwritten
 * @throws Problem not-found, operator-conflict
 */
export async function saveDraft(
  access: Access,
  operatorId: string,
  draftId: string,
  input: Pick<Draft, 'title' | 'content' | 'version'>,
): Promise<Draft> {
  const row = await access.hub.db
    .updateTable('draft')
    .set({
      content: seal(access, operatorId, draftId, { title: input.title, content: { ...input.content } }),
      version: input.version + 1,
      updated_at: access.hub.clock.now(),
    })
    .where('draft_id', '=', draftId)
    .where('operator_id', '=', operatorId)
    .where('version', '=', input.version)
    .where('updated_at', '>', oldest(access))
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) return opened(access, row)
  const now = await findDraft(access, operatorId, draftId)
  throw new Problem(
    'operator-conflict',
    {
      zh: `草稿已在别处保存为第 ${now.version} 版，本页是从第 ${input.version} 版开始的`,
      en: `The draft was saved elsewhere as version ${now.version}; this page began with version ${input.version}`,
    },
    { hint: { zh: '重新打开草稿，或另存一份', en: 'Open the draft again, or save another one' } },
  )
}

/** Removes a draft; one that is not there is removed already. */
export async function deleteDraft(access: Access, operatorId: string, draftId: string): Promise<void> {
  await access.hub.db.deleteFrom('draft').where('draft_id', '=', draftId).where('operator_id', '=', operatorId).execute()
}

/** Removes what nobody touched for 90 days. */
export async function forgetDrafts(access: Access): Promise<void> {
  await access.hub.db.deleteFrom('draft').where('updated_at', '<=', oldest(access)).execute()
}

const oldest = ({ hub }: Access): Date => new Date(hub.clock.now().getTime() - keptMs)

const noDraft = (): Problem => new Problem('not-found', { zh: '没有此草稿，或不是本账号的', en: 'There is no such draft of this account' })
