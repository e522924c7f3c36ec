import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import { authorityOf, regionsInForce, regionsOf, type Release, type Tier } from '@huijiao/standard'
import { sql, type Transaction } from 'kysely'
import { tierOfName } from './authority.ts'
import type { Caller, Hub } from './hub.ts'
import { originGranted } from './prepare-versions.ts'
import { insertSuccession, lockSuccessions, refuseImpossible, undoSuccession } from './succession.ts'
import { entityNamed, resolveEnd, type SuccessionEnd } from './succession-end.ts'
import type { SuccessionAnswer, ToldSuccession } from './succession-wire.ts'

type Linked = Extract<ToldSuccession, { act: 'linked' }>

/**
 * Takes what a lower node tells of numbers that changed: each by itself, in a transaction of its own, with an entry. It may tell of projects of its own regions,
 * and of companies and persons where no source counts more than it. Telling it again changes nothing.
 * @throws Problem not-allowed for a caller that is no node
 */
export async function takeSuccessions(hub: Hub, caller: Caller, told: readonly ToldSuccession[]): Promise<SuccessionAnswer[]> {
  if (caller.kind !== 'node' || caller.nodeName === null)
    throw new Problem('not-allowed', { zh: '只有下级节点在此通报编号变更', en: 'This is between nodes' })
  const answers: SuccessionAnswer[] = []
  for (const one of told) {
    try {
      const outcome = one.act === 'linked' ? await takeLinked(hub, caller, one) : await takeUndone(hub, caller, one.id, one.reason)
      answers.push({ id: one.id, act: one.act, outcome })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      answers.push({ id: one.id, act: one.act, outcome: 'refused', problem: error.toDocument() })
    }
  }
  if (answers.some((answer) => answer.outcome === 'taken')) hub.onPending()
  return answers
}

async function takeLinked(hub: Hub, caller: Caller, told: Linked): Promise<SuccessionAnswer['outcome']> {
  if (!originGranted(caller, told.origin))
    throw new Problem('not-allowed', {
      zh: `${told.origin} 不是来者之下的节点`,
      en: `${told.origin} is no node below the caller`,
    })
  return await hub.db.transaction().execute(async (trx) => {
    await lockSuccessions(trx, hub)
    const known = await trx
      .selectFrom('succession')
      .leftJoin('succession_heard', 'succession_heard.succession_id', 'succession.succession_id')
      .select('succession_heard.participant_id')
      .where('succession.succession_id', '=', told.id)
      .executeTakeFirst()
    // An answer of ours was lost: it is still the caller's to take back.
    if (known !== undefined) return known.participant_id === caller.participantId ? 'taken' : 'known'
    const ends = await endsOf(trx, hub, told)
    if (ends === null) return 'waiting'
    const { from, to } = ends
    if (await standsAlready(trx, from, to)) return 'known'
    await refuseUngranted(trx, hub, caller, told, [...from, ...to])
    await refuseImpossible(trx, from, to)
    const { id, entity, kind, effectiveOn, reason } = told
    await insertSuccession(trx, hub, {
      id,
      entity,
      kind,
      from,
      to,
      effectiveOn,
      reason,
      rule: null,
      actor: `participant:${caller.participantId}`,
    })
    await trx
      .insertInto('succession_heard')
      .values({ succession_id: id, participant_id: caller.participantId, origin: told.origin, heard_at: hub.clock.now() })
      .execute()
    return 'taken'
  })
}

/** The keys that it means; null when a record that it names by its id has not come up yet. */
async function endsOf(
  trx: Transaction<Tables>,
  hub: Hub,
  told: Linked,
): Promise<{ from: readonly SuccessionEnd[]; to: readonly SuccessionEnd[] } | null> {
  const resolve = async (list: Linked['from']) => {
    const ends: SuccessionEnd[] = []
    for (const end of list) ends.push(await resolveEnd(trx, hub, told.entity, end))
    return ends
  }
  if (told.from.length === 0 || told.to.length === 0)
    throw new Problem('parameter-invalid', { zh: '缺少新编号或旧编号', en: 'The old or the new numbers are missing' })
  try {
    return { from: await resolve(told.from), to: await resolve(told.to) }
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return null
    throw error
  }
}

/** Whether every one of its links stands here: somebody has noted it, or the data said so. */
async function standsAlready(trx: Transaction<Tables>, from: readonly SuccessionEnd[], to: readonly SuccessionEnd[]): Promise<boolean> {
  const { rows } = await sql<{ from_digest: Buffer; to_digest: Buffer }>`
    select from_digest, to_digest from succession_link where standing and from_digest = any(${byteaArray(from.map((end) => end.digest))}::bytea[])`.execute(
    trx,
  )
  const standing = new Set(rows.map((row) => `${row.from_digest.toString('hex')}/${row.to_digest.toString('hex')}`))
  return from.every((old) => to.every((now) => standing.has(`${old.digest.toString('hex')}/${now.digest.toString('hex')}`)))
}

/** @throws Problem not-allowed for a place outside the caller's regions, or a register whose source counts more here */
async function refuseUngranted(
  trx: Transaction<Tables>,
  hub: Hub,
  caller: Caller,
  told: Linked,
  ends: readonly SuccessionEnd[],
): Promise<void> {
  const entity = entityNamed(hub, told.entity)
  if (entity.place !== null) {
    const release = [...hub.standards().releases.values()].findLast((one) => one.entities.has(entity.code)) as Release
    const inForce = regionsInForce(release, hub.clock.now())
    for (const { keyText } of ends) {
      const key = keyText === null ? {} : ((JSON.parse(keyText) as { key?: Record<string, unknown> }).key ?? {})
      const { reporting, inNumbers } = regionsOf(entity, key, inForce)
      const foreign = [...(reporting === null ? [] : [reporting]), ...inNumbers].find((code) => !coversRegion(caller.regions, code))
      if (foreign !== undefined)
        throw new Problem('not-allowed', {
          zh: `编号中的 ${foreign} 不在该节点获授权的区域内`,
          en: `${foreign} in a number is not in the regions granted to this node`,
        })
    }
  }
  const authority = authorityOf(hub.policy())
  const rank = (source: { origin: string; participant: string; tier: Tier | null }) =>
    authority.rankOf(entity.code, null, source) ?? Number.NEGATIVE_INFINITY
  const own = rank({ origin: told.origin, participant: '', tier: tierOfName(told.origin) })
  const { rows } = await sql<{ origin: string; participant: string }>`
    select distinct o.origin, o.participant from stream s join source o using (source_no)
    where s.key_digest = any(${byteaArray(ends.map((end) => end.digest))}::bytea[]) and s.force_part is not null`.execute(trx)
  const higher = rows.find(
    ({ origin, participant }) =>
      rank({ origin, participant, tier: origin === hub.node.name ? hub.node.tier : tierOfName(origin) }) > own && origin !== told.origin,
  )
  if (higher !== undefined)
    throw new Problem('not-allowed', {
      zh: `此编号由更高来源（${higher.origin}）登记，由其登记变更`,
      en: `A source that counts more (${higher.origin}) registers this number, and says when it changes`,
    })
}

async function takeUndone(hub: Hub, caller: Caller, id: string, reason: string): Promise<SuccessionAnswer['outcome']> {
  const { rows } = await sql<{ standing: boolean }>`
    select s.undone_at is null as standing from succession s join succession_heard h using (succession_id)
    where s.succession_id = ${id}::uuid and h.participant_id = ${caller.participantId}`.execute(hub.db)
  if (rows[0]?.standing !== true) return 'known'
  await undoSuccession(hub, `participant:${caller.participantId}`, id, reason)
  return 'taken'
}
