import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { parseDigestText } from '@huijiao/merkle'
import { authorityOf } from '@huijiao/standard'
import { type Kysely, sql } from 'kysely'
import {
  composeInForce,
  type Composed,
  correctedFields,
  levelOf,
  ownParticipant,
  type Pins,
  type SourceView,
  tierOfName,
} from './authority.ts'
import type { Hub } from './hub.ts'
import { allTextsMustBeHere, type MaybeElsewhere, textsMustBeHere } from './version-range.ts'

/** What a correction's version carries in its flags: the commitment that it corrects. It travels up with the version. */
export const correctsFlag = (commitment: string): string => `corrects:${commitment}`

/** The commitment that a version names as corrected, or null. */
export function correctedBy(flags: readonly string[] | null): Buffer | null {
  const flag = flags?.find((one) => one.startsWith('corrects:'))
  return flag === undefined ? null : parseDigestText(flag.slice('corrects:'.length))
}

/** A stream's version in force with where it stands. */
export interface StreamView extends SourceView {
  readonly keyDigest: Buffer
  readonly recordId: string
  readonly entity: string
  readonly release: string
  readonly partId: number
  readonly ordinal: number
  readonly n: number
  readonly epoch: number
  readonly commitment: Buffer
  /** Fields that are sealed. */
  readonly sealed: ReadonlySet<string>
  /** The commitment that it corrects. */
  readonly correctsCommitment: Buffer | null
}

interface ViewRow {
  readonly key_digest: Buffer
  readonly source_no: number
  readonly entity: string
  readonly record_id: string
  readonly origin: string
  readonly participant: string
  readonly part_id: number
  readonly ordinal: number
  readonly n: number
  readonly epoch: number
  readonly release: string
  readonly commitment: Buffer
  readonly open_text: string | null
  readonly named_text: string | null
  readonly sealed_text: Buffer | null
  readonly text_hashes: Buffer | null
  readonly salts: Buffer
  readonly flags: string[] | null
  readonly log_index: number | null
}

type Data = Record<string, unknown>
/** The fields of one text of a version; none of a text that is not here. */
export const fieldsOf = (text: string | null): Data => (text === null || text === '' ? {} : (JSON.parse(text) as Data))

/**
 * The fields of a version as far as its texts are here, and which of them are sealed.
 * @throws Problem version-range-detached
 */
export function dataAndSealed(
  hub: Pick<Hub, 'sealer'>,
  row: Pick<ViewRow, 'open_text' | 'named_text' | 'sealed_text' | 'commitment'> & MaybeElsewhere,
): { data: Data; sealed: ReadonlySet<string> } {
  textsMustBeHere(row)
  const sealed = row.sealed_text === null ? {} : fieldsOf(hub.sealer.open(row.sealed_text, row.commitment))
  return { data: { ...fieldsOf(row.open_text), ...fieldsOf(row.named_text), ...sealed }, sealed: new Set(Object.keys(sealed)) }
}

/**
 * What every stream of some keys has in force, by key digest in hex. One statement whatever the number of keys, and one more when corrections
 * are among them.
 */
export async function loadViews(
  hub: Pick<Hub, 'sealer' | 'node'>,
  db: Kysely<Tables>,
  keys: readonly Buffer[],
): Promise<Map<string, StreamView[]>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<ViewRow>`
    select s.key_digest, s.source_no, s.entity, s.record_id, o.origin, o.participant, v.part_id, v.ordinal, v.n, v.epoch, v.release, v.commitment,
           v.open_text, v.named_text, v.sealed_text, v.text_hashes, v.salts, v.flags, e.index as log_index
    from stream s
    join source o using (source_no)
    join version v on v.part_id = s.force_part and v.ordinal = s.force_ordinal
    left join log_entry e on e.part_id = v.part_id
    where s.key_digest = any(${byteaArray(keys)}::bytea[])
    order by s.key_digest, s.source_no`.execute(db)
  await allTextsMustBeHere(db, rows)
  const corrections = rows.flatMap((row) => {
    const commitment = correctionOf(row)
    return commitment === null ? [] : [{ key: row.key_digest, commitment }]
  })
  const corrected = await loadCorrected(hub, db, corrections)
  const views = rows.map((row): StreamView => {
    const { data, sealed } = dataAndSealed(hub, row)
    const commitment = correctionOf(row)
    const base = commitment === null ? undefined : corrected.get(`${row.key_digest.toString('hex')}/${commitment.toString('hex')}`)
    const corrects = base === undefined ? undefined : seenOf(base, row)
    return {
      origin: row.origin,
      participant: row.participant,
      tier: row.origin === hub.node.name ? hub.node.tier : tierOfName(row.origin),
      sourceNo: row.source_no,
      order: [row.log_index ?? Number.MAX_SAFE_INTEGER, row.ordinal],
      data,
      ...(corrects === undefined ? {} : { corrects }),
      keyDigest: row.key_digest,
      recordId: row.record_id,
      entity: row.entity,
      release: row.release,
      partId: row.part_id,
      ordinal: row.ordinal,
      n: row.n,
      epoch: row.epoch,
      commitment: row.commitment,
      sealed,
      correctsCommitment: commitment,
    }
  })
  return Map.groupBy(views, (view) => view.keyDigest.toString('hex'))
}

/** Only a node's own stream corrects: flags are told by the nodes on the way, and nothing in a proof covers them. */
const correctionOf = (row: Pick<ViewRow, 'participant' | 'flags'>): Buffer | null =>
  row.participant === ownParticipant ? correctedBy(row.flags) : null

/** Of a correction whose sealed text stayed elsewhere nothing can be said about sealed fields: that they are not in it does not take them away. */
function seenOf(base: ReturnType<typeof dataAndSealed>, correction: Pick<ViewRow, 'sealed_text' | 'text_hashes'>): Data {
  const hidden = correction.sealed_text === null && correction.text_hashes?.subarray(64, 96).some((byte) => byte !== 0) === true
  return hidden ? Object.fromEntries(Object.entries(base.data).filter(([field]) => !base.sealed.has(field))) : base.data
}

/** The records that corrections name, wherever they stand in the streams of their key; by `<key digest>/<commitment>` in hex. */
async function loadCorrected(
  hub: Pick<Hub, 'sealer'>,
  db: Kysely<Tables>,
  corrections: readonly { key: Buffer; commitment: Buffer }[],
): Promise<Map<string, ReturnType<typeof dataAndSealed>>> {
  if (corrections.length === 0) return new Map()
  const { rows } = await sql<Omit<ViewRow, 'log_index'>>`
    with recursive chain as (
      select v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, v.commitment, 1 as depth
      from stream s join version v on v.part_id = s.last_part and v.ordinal = s.last_ordinal
      where s.key_digest = any(${byteaArray(corrections.map((one) => one.key))}::bytea[])
      union all
      select v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, v.commitment, chain.depth + 1
      from chain join version v on v.part_id = chain.prev_part and v.ordinal = chain.prev_ordinal where chain.depth < ${chainMax}
    )
    select v.* from chain join version v using (part_id, ordinal)
    where v.commitment = any(${byteaArray(corrections.map((one) => one.commitment))}::bytea[])`.execute(db)
  await allTextsMustBeHere(db, rows)
  return new Map(
    rows
      .filter((row) => row.open_text !== null && correctedBy(row.flags) === null)
      .map((row) => [`${row.key_digest.toString('hex')}/${row.commitment.toString('hex')}`, dataAndSealed(hub, row)]),
  )
}

/** How many versions of a stream are looked through for the one that a correction names. */
const chainMax = 1000

/** The standing decisions of people on keys: for a unit of fields, the stream that gives it. By key digest in hex. */
export async function loadPins(
  hub: Pick<Hub, 'policy'>,
  db: Kysely<Tables>,
  keys: readonly Buffer[],
): Promise<Map<string, Map<string, number>>> {
  const pins = new Map<string, Map<string, number>>()
  if (keys.length === 0) return pins
  const { rows } = await sql<{ key_digest: Buffer; entity: string; field: string; chosen_source: number }>`
    select distinct on (key_digest, field) key_digest, entity, field, chosen_source from conflict
    where key_digest = any(${byteaArray(keys)}::bytea[]) and state = 'decided' and chosen_source is not null
    order by key_digest, field, conflict_id desc`.execute(db)
  const authority = authorityOf(hub.policy())
  for (const row of rows) {
    const key = row.key_digest.toString('hex')
    const own = pins.get(key) ?? new Map<string, number>()
    pins.set(key, own.set(authority.unitOf(row.entity, row.field), row.chosen_source))
  }
  return pins
}

export interface InForce extends Omit<Composed, 'leading'> {
  readonly leading: StreamView
  readonly views: readonly StreamView[]
  /** The corrections among them whose fields are given. */
  readonly corrections: readonly { readonly view: StreamView; readonly fields: readonly string[] }[]
}

/** The view in force of one key, composed by the policy in force and the decisions of people; null when nothing is. */
export async function readInForce(hub: Hub, db: Kysely<Tables>, keyDigest: Buffer): Promise<InForce | null> {
  const views = (await loadViews(hub, db, [keyDigest])).get(keyDigest.toString('hex')) ?? []
  const pins: Pins = views.length < 2 ? new Map() : ((await loadPins(hub, db, [keyDigest])).get(keyDigest.toString('hex')) ?? new Map())
  return inForceFrom(hub, views, pins)
}

/** As `readInForce`, for views that are at hand. */
export function inForceFrom(hub: Pick<Hub, 'policy'>, views: readonly StreamView[], pins: Pins): InForce | null {
  const entity = views[0]?.entity
  if (entity === undefined) return null
  const composed = composeInForce(entity, views, authorityOf(hub.policy()), pins)
  if (composed === null) return null
  const corrections = views
    .filter((view) => view.corrects !== undefined)
    .map((view) => ({ view, fields: correctedFields(view) }))
    .filter(({ view, fields }) => fields.some((field) => composed.from.get(field) === view.sourceNo || view.data[field] === undefined))
  return { ...composed, leading: composed.leading as StreamView, views, corrections }
}

/** Whether a node of one tier may correct what entered at a node of another. */
export const mayCorrect = (own: SourceView['tier'], origin: string): boolean => levelOf(own) >= levelOf(tierOfName(origin))
