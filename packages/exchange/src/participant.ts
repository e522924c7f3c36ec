import { randomBytes } from 'node:crypto'
import type { ParticipantTable, Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { participantWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export interface NewParticipant {
  /** `p-` and letters, digits, hyphens; made up when absent. */
  readonly participantId?: string
  readonly kind: 'system' | 'node' | 'operators'
  readonly name: string
  /** Region codes it may report for; a code covers what lies inside it. */
  readonly regions: readonly string[]
  /** For a lower node: its name, as it stands in its log's origin line. */
  readonly nodeName?: string
}

export type ParticipantRow = Selectable<ParticipantTable>

/**
 * Enrols a participant; the enrolment is a log entry.
 * @param actor who did it, such as `operator:token`
 * @throws Problem parameter-invalid
 */
export async function createParticipant(hub: Hub, actor: string, input: NewParticipant): Promise<ParticipantRow> {
  const participantId = input.participantId ?? `p-${randomBytes(5).toString('hex')}`
  const invalid = (zh: string, en: string) => new Problem('parameter-invalid', { zh, en })
  if (!/^p-[a-z0-9-]{1,60}$/.test(participantId))
    throw invalid('participantId 应为 p- 加小写字母、数字、连字符', 'participantId is p- and lower-case letters, digits, hyphens')
  if (input.name.trim() === '' || input.name.length > 200) throw invalid('name 不能为空，至多 200 字', 'name must have 1 to 200 characters')
  if (input.regions.length === 0 || !input.regions.every((code) => /^\d{6}$/.test(code)))
    throw invalid('regions 应为六位行政区划代码，至少一个', 'regions are six-digit codes, at least one')
  if ((input.kind === 'node') !== (input.nodeName !== undefined))
    throw invalid('下级节点须有 nodeName，业务系统没有', 'A lower node has a nodeName, a business system has none')
  const at = hub.clock.now()
  return await changed(hub, async (trx) => {
    const row = await trx
      .insertInto('participant')
      .values({
        participant_id: participantId,
        kind: input.kind,
        name: input.name,
        regions: [...input.regions],
        node_name: input.nodeName ?? null,
        created_at: at,
        revoked_at: null,
      })
      .onConflict((conflict) => conflict.column('participant_id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw invalid(`已有接入单位 ${participantId}`, `There is a participant ${participantId} already`)
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: {
        act: 'created',
        participant: participantId,
        kind: input.kind,
        regions: input.regions,
        ...(input.nodeName === undefined ? {} : { node: input.nodeName }),
      },
    })
    return row
  })
}

/** Lets a business system send existing stock until an instant, or ends that (null). */
export async function permitLegacy(hub: Hub, actor: string, participantId: string, until: Date | null): Promise<ParticipantRow> {
  const at = hub.clock.now()
  return await changed(hub, async (trx) => {
    const row = await trx
      .updateTable('participant')
      .set({ legacy_until: until })
      .where('participant_id', '=', participantId)
      .where('kind', '=', 'system')
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw unknownParticipant(participantId)
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: { act: 'legacy-permitted', participant: participantId, until: until?.toISOString() ?? null },
    })
    return row
  })
}

/** Ends a participant and all its keys. */
export async function revokeParticipant(hub: Hub, actor: string, participantId: string): Promise<void> {
  const at = hub.clock.now()
  await changed(hub, async (trx) => {
    const row = await trx
      .updateTable('participant')
      .set({ revoked_at: at })
      .where('participant_id', '=', participantId)
      .where('revoked_at', 'is', null)
      .returning('participant_id')
      .executeTakeFirst()
    if (row === undefined) throw unknownParticipant(participantId)
    await trx
      .updateTable('participant_key')
      .set({ revoked_at: at })
      .where('participant_id', '=', participantId)
      .where('revoked_at', 'is', null)
      .execute()
    await addPendingEntry(trx, {
      kind: 'participant',
      instant: at,
      actor,
      subject: participantId,
      body: { act: 'revoked', participant: participantId },
    })
  })
}

export const unknownParticipant = (id: string) =>
  new Problem('not-found', { zh: `没有接入单位 ${id.slice(0, 100)}`, en: `There is no participant ${id.slice(0, 100)}` })

/** Changes who may take part and with which keys, with the entry that says so, in one transaction; the sequencer hears of it after that. */
export async function changed<T>(hub: Hub, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  const result = await hub.db.transaction().execute(work)
  hub.onPending()
  return result
}

/** Participants by id, from one id on. */
export function listParticipants(
  db: Kysely<Tables>,
  page: {
    readonly after?: string
    readonly within?: readonly string[]
    readonly limit: number
    /** In its name, or at the beginning of its id. */
    readonly text?: string
  },
): Promise<ParticipantRow[]> {
  let query = db.selectFrom('participant').selectAll()
  if (page.after !== undefined) query = query.where('participant_id', '>', page.after)
  if (page.within !== undefined) query = query.where(participantWithin(sql`participant.participant_id`, page.within))
  if (page.text !== undefined) {
    const text = page.text.toLowerCase()
    query = query.where(sql<boolean>`(strpos(lower(participant.name), ${text}) > 0 or starts_with(participant.participant_id, ${text}))`)
  }
  return query.orderBy('participant_id').limit(page.limit).execute()
}
