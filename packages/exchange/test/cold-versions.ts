import { sql } from 'kysely'
import {
  attachVersions,
  detachVersions,
  findLinkage,
  type Hub,
  indexRecords,
  keepVersionPartitions,
  type MovedVersions,
  noteEntryEntities,
  readLogHead,
  requalify,
  sequenceLog,
  watchIdentities,
  watchProblemGroups,
  watchSets,
} from '../src/index.ts'

/** Where the first partition of versions ends. */
export const border = 2 ** 16
export const place = '档案室 7 号柜'

/** Numbers what is pending and lets every reader of the log read on to its end. */
export async function readOn(hub: Hub): Promise<void> {
  await sequenceLog(hub)
  for (const step of [findLinkage, noteEntryEntities, watchIdentities, indexRecords, watchProblemGroups, watchSets, requalify])
    while (await step(hub)) continue
  await sequenceLog(hub)
}

/** Gives out all part ids of the first partition, as years of records would. */
export async function growOld(hub: Hub): Promise<void> {
  await readOn(hub)
  await sql`select setval('part_id_seq', ${border})`.execute(hub.db)
  await keepVersionPartitions(hub)
}

/** Takes the contents of old versions of the first partition out; every link has passed what it had to. */
export async function detachCold(
  hub: Hub,
  into: string,
  more: { to?: number | null; keepSince?: Date; atLeast?: number } = {},
): Promise<MovedVersions> {
  await readOn(hub)
  // Entries of the sequencer's own come after what a link has passed.
  await sql`update link set cursor = ${(await readLogHead(hub.db))?.size ?? 0}`.execute(hub.db)
  return (await detachVersions(hub, { to: border, into, place, actor: 'operator:test', ...more })) as MovedVersions
}

export const attachCold = (hub: Hub, directory: string) => attachVersions(hub, { directory, actor: 'operator:test' })
