import type { Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Kysely, Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { startLiveShadow } from './shadow.ts'
import {
  type Activation,
  activeAt,
  insertActivation,
  type KeptStandard,
  listStandards,
  lockStandards,
  readActivations,
} from './standards-store.ts'

/** Names a revision; without the issuer the newest loaded one of that number is meant. */
export interface RevisionName {
  readonly release: string
  readonly revision: number
  readonly issuer?: string
}

/** @throws Problem not-found */
export async function findStandard(db: Kysely<Tables>, name: RevisionName): Promise<KeptStandard> {
  const found = (await listStandards(db)).findLast(
    (one) => one.id === name.release && one.revision === name.revision && (name.issuer === undefined || one.issuer === name.issuer),
  )
  if (found !== undefined) return found
  const words = `${name.release.slice(0, 60)} r${name.revision}${name.issuer === undefined ? '' : ` (${name.issuer.slice(0, 20)})`}`
  throw new Problem('not-found', { zh: `本节点没有数据标准 ${words}`, en: `This node does not hold ${words} of the standard` })
}

/**
 * Puts a revision in force by an operator's decision: back to an older one, forward again, or earlier than its own date. What has begun keeps what it
 * began with. It counts once every process of the node has heard of it. One that counts later is run in the shadow until then.
 * @throws Problem not-found
 */
export async function activateStandard(
  hub: Hub,
  actor: string,
  name: RevisionName,
  more: { readonly reason: string; readonly from?: Date },
): Promise<{ release: string; revision: number; issuer: string; effectiveFrom: string; shadowRun: number | null }> {
  const standard = await findStandard(hub.db, name)
  if (!hub.shelf.serves(standard.id, standard.issuer))
    throw new Problem(
      'standard-conflict',
      {
        zh: `本节点不使用 ${standard.id}（${standard.issuer}）`,
        en: `This node does not serve ${standard.id} (${standard.issuer})`,
      },
      { value: `${name.release} r${name.revision}` },
    )
  const { id, revision, issuer, digest } = standard
  const { effectiveFrom, shadowRun } = await hub.db.transaction().execute(async (trx) => {
    await lockStandards(trx)
    const at = hub.clock.now()
    const from = new Date(Math.max(more.from?.getTime() ?? 0, at.getTime() + hub.shelf.noticeMs))
    const before = activeAt(await readActivations(trx), id, from.getTime())
    await insertActivation(trx, {
      standardNo: standard.standardNo,
      id,
      effectiveFrom: from,
      decidedAt: at,
      decidedBy: actor,
      reason: more.reason,
    })
    await addPendingEntry(trx, {
      kind: 'standard',
      instant: at,
      actor,
      subject: id,
      body: {
        action: 'activated',
        release: id,
        revision,
        issuer,
        digest: digestText(digest),
        effectiveFrom: from.toISOString(),
        ...(before === null ? {} : { before: { revision: before.revision, issuer: before.issuer } }),
        reason: more.reason,
      },
    })
    return {
      effectiveFrom: from,
      shadowRun: await startLiveShadow(trx, { standardNo: standard.standardNo, actor, at, effectiveFrom: from }),
    }
  })
  await hub.shelf.refresh()
  hub.onPending()
  return { release: id, revision, issuer, effectiveFrom: effectiveFrom.toISOString(), shadowRun }
}

/**
 * Takes back what was to count from a later instant. Not once that instant is so near that some process may have acted on it.
 * @returns how many activations were taken back
 * @throws Problem not-found, standard-conflict when there is none, or none that is far enough ahead
 */
export async function cancelActivation(hub: Hub, actor: string, name: RevisionName, reason: string): Promise<number> {
  const standard = await findStandard(hub.db, name)
  const cancelled = await hub.db.transaction().execute(async (trx) => {
    await lockStandards(trx)
    const at = hub.clock.now()
    const ahead = (await readActivations(trx)).filter(
      (one) =>
        one.standardNo === standard.standardNo &&
        one.cancelledAt === null &&
        one.effectiveFrom.getTime() > at.getTime() + hub.shelf.noticeMs,
    )
    if (ahead.length === 0)
      throw new Problem(
        'standard-conflict',
        {
          zh: '该修订没有尚可撤销的生效安排；已生效的请改回原修订',
          en: 'Nothing of this revision is ahead that can still be taken back; what counts already is changed by going back',
        },
        { value: `${name.release} r${name.revision}` },
      )
    const numbers = ahead.map((one) => one.activationNo)
    await trx.updateTable('standard_activation').set({ cancelled_at: at }).where('activation_no', 'in', numbers).execute()
    await addPendingEntry(trx, {
      kind: 'standard',
      instant: at,
      actor,
      subject: standard.id,
      body: {
        action: 'cancelled',
        release: standard.id,
        revision: standard.revision,
        issuer: standard.issuer,
        effectiveFrom: ahead.map((one) => one.effectiveFrom.toISOString()),
        reason,
      },
    })
    return ahead.length
  })
  await hub.shelf.refresh()
  hub.onPending()
  return cancelled
}

/**
 * Writes the entries of what has taken effect since the last look, once each. The instant itself needs nobody: every process judges by its clock. This
 * says that it happened, and, when the policy is another now, has what the links passed over judged again.
 * @returns how many took effect
 */
export async function announceStandards(hub: Hub): Promise<number> {
  await hub.shelf.refresh()
  const due = await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    const rows = await trx
      .selectFrom('standard_activation')
      .select('activation_no')
      .where('effective_from', '<=', at)
      .where('announced_at', 'is', null)
      .where('cancelled_at', 'is', null)
      .orderBy('effective_from')
      .forUpdate()
      .skipLocked()
      .execute()
    const all = await readActivations(trx)
    const due = rows.map((row) => all.find((one) => one.activationNo === row.activation_no) as Activation)
    for (const one of due) await announce(trx, hub, one, all, at)
    if (due.length > 0 && (await policyChanged(trx, hub, due, all))) await addPolicyEntry(trx, hub, at)
    return due.length
  })
  if (due > 0) hub.onPending()
  return due
}

async function announce(trx: Transaction<Tables>, hub: Hub, one: Activation, all: readonly Activation[], at: Date): Promise<void> {
  const before = activeAt(all, one.id, one.effectiveFrom.getTime() - 1)
  await trx.updateTable('standard_activation').set({ announced_at: at }).where('activation_no', '=', one.activationNo).execute()
  await addPendingEntry(trx, {
    kind: 'standard',
    instant: at,
    actor: 'node',
    subject: one.id,
    body: {
      action: 'in-force',
      release: one.id,
      revision: one.revision,
      issuer: one.issuer,
      digest: digestText(one.digest),
      since: one.effectiveFrom.toISOString(),
      ...(before === null ? {} : { before: { revision: before.revision, issuer: before.issuer } }),
      served: hub.shelf.serves(one.id, one.issuer),
    },
  })
}

/** Whether what took effect brings another policy than the revision before it. One that an operator has loaded stays. */
async function policyChanged(trx: Transaction<Tables>, hub: Hub, due: readonly Activation[], all: readonly Activation[]): Promise<boolean> {
  if ((await trx.selectFrom('policy').select('policy_id').limit(1).executeTakeFirst()) !== undefined) return false
  const policyOf = async (activation: Activation): Promise<string> => {
    const { policy } = await hub.shelf.revision(activation.standardNo)
    return `${policy.id}@${policy.version}`
  }
  for (const one of due.filter((activation) => hub.shelf.serves(activation.id, activation.issuer))) {
    const before = activeAt(all, one.id, one.effectiveFrom.getTime() - 1)
    if (before === null || (await policyOf(before)) !== (await policyOf(one))) return true
  }
  return false
}

async function addPolicyEntry(trx: Transaction<Tables>, hub: Hub, at: Date): Promise<void> {
  const { id, version } = hub.policy()
  await addPendingEntry(trx, {
    kind: 'policy',
    instant: at,
    actor: 'node',
    subject: `${id}@${version}`,
    body: { policy: `${id}@${version}`, from: 'standard' },
  })
}
