import {
  epochEntries,
  type Hub,
  findReconcileRun,
  readEntryBundle,
  readLogHead,
  readTile,
  sequenceLog,
  startReconcile,
  stepReconcile,
  watchSets,
} from '@huijiao/exchange'
import { checkLog, type LogReader, verifierKey } from '@huijiao/merkle'
import { sql } from 'kysely'
import { askAbove } from './handover.ts'
import type { SimNode } from './nodes.ts'
import { type Country, inTurns, passUp } from './run.ts'

const everyNode = (country: Country): SimNode[] => [...country.cities.map((city) => city.node), ...country.provinces, country.nation]

/** Lets everything arrive that is still under way, with all links whole. */
export async function drain(country: Country): Promise<void> {
  country.way.mishaps = null
  for (let round = 0; round < 20; round += 1) {
    const nodes = everyNode(country)
    if (!nodes.some((node) => node.stirred)) return
    await passUp(country, nodes)
  }
  throw new Error('the links do not come to rest')
}

/** What the nodes of one tier hold at the end. */
export interface TierHolds {
  readonly tier: 'municipal' | 'provincial' | 'national'
  readonly nodes: number
  /** Versions that were accepted there. */
  readonly accepted: number
  /** KiB of tables and indexes, all nodes together. */
  readonly diskKib: number
}

export async function countTiers(country: Country): Promise<TierHolds[]> {
  const tiers = { municipal: country.cities.map((city) => city.node), provincial: country.provinces, national: [country.nation] } as const
  const list: TierHolds[] = []
  for (const [tier, nodes] of Object.entries(tiers) as [TierHolds['tier'], readonly SimNode[]][]) {
    const held = { accepted: 0, diskKib: 0 }
    await inTurns(nodes, async ({ hub }) => {
      const { rows } = await sql<{ accepted: number; bytes: number }>`
        select (select count(*) from version where state = 'accepted') as accepted,
               (select sum(pg_total_relation_size(oid))::int8 from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r') as bytes`.execute(
        hub.db,
      )
      held.accepted += rows[0]?.accepted ?? 0
      held.diskKib += Math.round((rows[0]?.bytes ?? 0) / 1024)
    })
    list.push({ tier, nodes: nodes.length, ...held })
  }
  return list
}

export interface LinkEquality {
  readonly from: string
  readonly to: string
  /** Number of the equality certificate; null: the two sides are not equal. */
  readonly certificate: number | null
  readonly records: number | null
  readonly state: string
}

/** Compares every node with the one above it, and has the equality certified. */
export async function compareLinks(country: Country, onOne: () => void): Promise<LinkEquality[]> {
  const nodes = everyNode(country)
  await inTurns(nodes, async ({ hub }) => {
    await sequenceLog(hub)
    while (await watchSets(hub));
  })
  const list: LinkEquality[] = []
  // One after the other at each upper node: its log grows by each certificate.
  const byUpper = Map.groupBy(
    nodes.filter((node) => node.above !== null),
    (node) => node.above?.upper as SimNode,
  )
  await inTurns([...byUpper.values()], async (lowers) => {
    for (const { hub, above } of lowers) {
      if (above === null) continue
      const { run_id } = await startReconcile(hub, 'operator:simulation', above.name)
      for (let step = 0; step < 50; step += 1) {
        if ((await stepReconcile(hub, above.linkNo, askAbove(above))) !== 'waiting') break
        await sequenceLog(hub)
      }
      const run = await findReconcileRun(hub.db, above.linkNo, run_id)
      list.push({ from: hub.node.name, to: above.name, certificate: run.certificate, records: run.records, state: run.state })
      onOne()
    }
  })
  return list
}

export interface CheckedLog {
  readonly node: string
  readonly ok: boolean
  readonly size: number
  readonly findings: readonly string[]
}

/** Reads every log as an outsider does, and computes everything again. */
export async function checkLogs(country: Country, onOne: () => void): Promise<CheckedLog[]> {
  const list: CheckedLog[] = []
  await inTurns(everyNode(country), async ({ hub }) => {
    await sequenceLog(hub)
    const verifierKeys = [verifierKey(hub.node.name, hub.signingKey.publicKey)]
    const report = await checkLog(readerOf(hub), { verifierKeys, origin: hub.node.origin })
    list.push({
      node: hub.node.name,
      ok: report.ok,
      size: report.size,
      findings: report.findings.map((finding) => JSON.stringify(finding)),
    })
    onOne()
  })
  return list
}

function readerOf(hub: Hub): LogReader {
  const there = async (bytes: Promise<Buffer | null>): Promise<Buffer> => {
    const found = await bytes
    if (found === null) throw new Error('not in the log')
    return found
  }
  return {
    readCheckpoint: async () => (await readLogHead(hub.db))?.note ?? '',
    readTile: (level, index, width) => there(readTile(hub.db, level, index, width)),
    readEntries: (index, width) => there(readEntryBundle(hub.db, index, width)),
    readEpochs: () => epochEntries(hub.db),
  }
}
