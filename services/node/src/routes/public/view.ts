import {
  conductOf,
  type ConductItem,
  type FoundRow,
  linkedOfEntity,
  linkedRecords,
  listGroups,
  listRecords,
  type ListedRecord,
  partiesOf,
  projectsOf,
  publicRecord,
  publicScope,
  publicSearchScope,
  searchRecords,
} from '@huijiao/exchange'
import { createPublicKey } from 'node:crypto'
import type { Tables } from '@huijiao/database'
import { rawPublicKey, verifierKey } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import type { Context } from '../../context.ts'
import { type PageQuery, pageOf, placeOf } from '../admin/page.ts'

export interface PublicSearchQuery extends PageQuery {
  readonly q: string
  readonly library?: FoundRow['library']
  readonly region?: string
}

/** Records a page: few, because lists are for looking somebody up and not for copying. */
export const publicPageSize = 20

export async function searchView({ hub }: Context, query: PublicSearchQuery) {
  const after = placeOf<number>('public', query)
  const { rows, tooMany } = await searchRecords(hub, {
    ...publicSearchScope(hub),
    text: query.q,
    limit: publicPageSize,
    ...(query.library === undefined ? {} : { library: query.library }),
    ...(query.region === undefined || query.region === '' ? {} : { region: query.region }),
    ...(after === undefined ? {} : { after }),
  })
  const { next, items } = pageOf(
    'public',
    rows,
    publicPageSize,
    (row: FoundRow) => row.place,
    (row) => row,
  )
  return { items: await listRecords(hub, items, 'public'), next, tooMany }
}

/** A record with everything that hangs together with it. */
export async function recordView({ hub }: Context, recordId: string) {
  const { subject, record } = await publicRecord(hub, recordId)
  const who = record.entity === 'TBCorpBasicInfo' || record.entity === 'TBRegPersonBasicInfo'
  const none = Promise.resolve([])
  const [groups, conduct, parties, projects] = await Promise.all([
    linkedRecords(hub, subject, publicScope(hub), 10).then((found) => listGroups(hub, found, 'public')),
    who ? conductOf(hub, subject) : (none as Promise<ConductItem[]>),
    record.entity === 'TBProjectInfo' ? partiesOf(hub, subject) : none,
    who ? projectsOf(hub, subject) : none,
  ])
  return { ...record, linked: groups, conduct, parties, projects }
}

export type RecordView = Awaited<ReturnType<typeof recordView>>
export type LinkedView = RecordView['linked'][number]

/** Linked records of one table, page by page. */
export async function linkedView(
  { hub }: Context,
  recordId: string,
  query: PageQuery & { readonly entity: string; readonly direction: LinkedView['direction'] },
): Promise<{ items: ListedRecord[]; next: string | null; of: Awaited<ReturnType<typeof publicRecord>>['record'] }> {
  const { subject, record } = await publicRecord(hub, recordId)
  const after = placeOf<number>('public-linked', query)
  const rows = await linkedOfEntity(hub, subject, publicScope(hub), {
    entity: query.entity,
    direction: query.direction,
    limit: publicPageSize,
    ...(after === undefined ? {} : { after }),
  })
  const { next, items } = pageOf(
    'public-linked',
    rows,
    publicPageSize,
    (row: FoundRow) => row.place,
    (row) => row,
  )
  return { items: await listRecords(hub, items, 'public'), next, of: record }
}

export interface KnownKey {
  readonly node: string
  readonly verifierKey: string
  /** The node's own; that of a lower node that was enrolled here; that of a node above. */
  readonly source: 'own' | 'registered' | 'upstream'
}

/** Keys by which this node knows itself, the nodes below and the nodes above; retired ones too, because old checkpoints stay signed by them. */
export async function knownKeys(db: Kysely<Tables>, name: string): Promise<KnownKey[]> {
  const [own, below, above] = await Promise.all([
    db.selectFrom('node_key').select('public_key').execute(),
    db
      .selectFrom('participant_key as k')
      .innerJoin('participant as p', 'p.participant_id', 'k.participant_id')
      .select(['p.node_name', 'k.public_key'])
      .where('p.kind', '=', 'node')
      .where('k.kind', '=', 'ed25519')
      .where('k.revoked_at', 'is', null)
      .execute(),
    db.selectFrom('upstream_key').select(['upstream', 'public_key']).execute(),
  ])
  return [
    ...own.map((row) => ({ node: name, verifierKey: verifierKey(name, row.public_key), source: 'own' as const })),
    ...below.flatMap((row) =>
      row.node_name === null || row.public_key === null
        ? []
        : [
            {
              node: row.node_name,
              verifierKey: verifierKey(row.node_name, rawPublicKey(createPublicKey(row.public_key))),
              source: 'registered' as const,
            },
          ],
    ),
    ...above.map((row) => ({ node: row.upstream, verifierKey: verifierKey(row.upstream, row.public_key), source: 'upstream' as const })),
  ]
}
