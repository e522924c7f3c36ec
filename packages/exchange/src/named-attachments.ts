import type { Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array } from '@huijiao/database'
import { parseDigestText } from '@huijiao/merkle'
import { recordProblem } from '@huijiao/problem'
import { type NamedAttachment, parseAttachmentsText } from '@huijiao/standard'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { copyOfPrepared, type MergedVersion, type PreparedRecord, type PreparedVersion } from './prepared.ts'

/** The list of attachments of a stored version. */
export interface NamedHere {
  /** The canonical text, encrypted with this node's key. */
  readonly sealed: Buffer
  /** Hex of the digests whose bytes are here. */
  readonly here: readonly string[]
}

/** What the sealed list is bound to: its version's commitment, and that it is the list and not the sealed text. */
const boundTo = (commitment: Buffer): Buffer => Buffer.concat([commitment, Buffer.from('attachments')])

/** The canonical list of a version's attachments in clear. */
export const openNamed = (hub: Pick<Hub, 'sealer'>, named: NamedHere, commitment: Buffer): string =>
  hub.sealer.open(named.sealed, boundTo(commitment))

/** The attachments of a prepared or stored version, from their canonical text. */
export const namedIn = (text: string): readonly NamedAttachment[] => parseAttachmentsText(text) ?? []

/** The list as readers of the record see it: `here` when this node has the bytes. */
export const showNamed = (hub: Pick<Hub, 'sealer'>, named: NamedHere, commitment: Buffer) =>
  namedIn(openNamed(hub, named, commitment)).map((one) => ({ ...one, here: named.here.includes(one.digest.slice('sha-256:'.length)) }))

const bytesOf = (attachment: Pick<NamedAttachment, 'digest'>): Buffer => parseDigestText(attachment.digest) as Buffer

/**
 * Refuses the records of a business system that name what it has not handed in, in one statement for the whole part. What is named stays locked
 * until the part is stored, so that the sweep of unnamed attachments does not take it meanwhile. Records from lower nodes pass: whether the bytes
 * come up with the list is the lower node's policy.
 */
export async function withoutMissing(
  trx: Transaction<Tables>,
  participantId: string,
  records: readonly PreparedRecord[],
): Promise<readonly PreparedRecord[]> {
  const naming = records.flatMap((record) =>
    'prepared' in record && record.prepared.place === null && record.prepared.attachments != null
      ? [{ record: record.prepared, list: namedIn(record.prepared.attachments) }]
      : [],
  )
  if (naming.length === 0) return records
  const wanted = new Map(naming.flatMap(({ list }) => list.map((one) => [one.digest, bytesOf(one)])))
  const sorted = [...wanted.values()].toSorted(Buffer.compare)
  const { rows } = await sql<{ digest: Buffer; media_type: string; personal: boolean }>`
    select a.digest, a.media_type, exists (select 1 from attachment_scan s where s.digest = a.digest and s.state = 'found') as personal
    from attachment a
    join attachment_right r on r.digest = a.digest and r.participant_id = ${participantId}
    where a.digest = any(${byteaArray(sorted)}::bytea[]) order by a.digest for key share of a`.execute(trx)
  const known = new Map(rows.map((row) => [row.digest.toString('hex'), row]))
  const refused = new Map(
    naming.flatMap(({ record, list }) => {
      const problems = list.flatMap((one, at) => missingOrOther(record, one, at, known.get(bytesOf(one).toString('hex'))?.media_type))
      return problems.length === 0 ? [] : [[record.index, problems] as const]
    }),
  )
  const noted = new Map(
    naming.flatMap(({ record, list }) => {
      const problems = list.flatMap((one, at) =>
        known.get(bytesOf(one).toString('hex'))?.personal === true ? [personal(record, one, at)] : [],
      )
      return problems.length === 0 ? [] : [[record.index, problems] as const]
    }),
  )
  if (refused.size + noted.size === 0) return records
  return records.map((record): PreparedRecord => {
    if (!('prepared' in record)) return record
    const { index, entity, sourceId } = record.prepared
    const problems = [...record.prepared.problems, ...(noted.get(index) ?? [])]
    const own = refused.get(index)
    if (own !== undefined) return { refused: { index, entity, sourceId, problems: [...own, ...problems] } }
    return noted.has(index) ? { prepared: copyOfPrepared(record.prepared, { problems }) } : record
  })
}

/** An attachment in which identity numbers were found is taken, and told: it stays inside until a person has checked it. */
const personal = (record: PreparedVersion, { name, digest }: NamedAttachment, at: number) =>
  recordProblem('identity-number-in-text', {
    record: record.index,
    severity: 'warning',
    pointer: `/attachments/${at}`,
    value: digest,
    detail: {
      zh: `附件“${name}”中有身份证号；人工核查前只在内部，不公开`,
      en: `The attachment "${name}" holds identity numbers; until a person has checked it, it stays inside`,
    },
    hint: {
      zh: '不必要的，请遮盖后重新上传，并改报 digest；确有必要的，由管理员核查',
      en: 'If they are not needed, cover them, hand the file in again and send its digest; if they are, an operator checks it',
    },
  })

function missingOrOther(record: PreparedVersion, attachment: NamedAttachment, at: number, mediaType: string | undefined) {
  const { digest, name } = attachment
  if (mediaType === attachment.mediaType) return []
  if (mediaType !== undefined) {
    return [
      recordProblem('attachment-type-differs', {
        record: record.index,
        pointer: `/attachments/${at}/mediaType`,
        value: attachment.mediaType,
        allowed: mediaType,
        detail: {
          zh: `附件“${name}”上传时是 ${mediaType}，记录写作 ${attachment.mediaType}`,
          en: `The attachment "${name}" was handed in as ${mediaType}; the record says ${attachment.mediaType}`,
        },
        fix: [{ op: 'replace', path: `/attachments/${at}/mediaType`, value: mediaType }],
      }),
    ]
  }
  const path = `/v1/attachments/${digest.slice('sha-256:'.length)}`
  return [
    recordProblem('attachment-missing', {
      record: record.index,
      pointer: `/attachments/${at}/digest`,
      value: digest,
      detail: {
        zh: `附件“${name}”（${digest}）本单位尚未上传`,
        en: `You have not handed in the attachment "${name}" (${digest})`,
      },
      hint: { zh: `先 PUT ${path}，再原样重报本记录`, en: `PUT ${path} first, then send the record again as it is` },
    }),
  ]
}

/** The statement that stores the lists of the part's versions and which digests they name; null when none names any. */
export function namedInsert(hub: Hub, partId: number, versions: readonly MergedVersion[]): RawBuilder<unknown> | null {
  const naming = versions.filter((version) => version.prepared.attachments != null)
  if (naming.length === 0) return null
  const texts = naming.map(({ prepared }) => hub.sealer.seal(prepared.attachments as string, boundTo(prepared.commitment)))
  const uses = naming.flatMap((version) =>
    [...new Set(namedIn(version.prepared.attachments as string).map((one) => one.digest))].map((digest) => ({
      digest: bytesOf({ digest }),
      ordinal: version.ordinal,
    })),
  )
  return sql`
    with listed as (
      insert into version_attachments (part_id, ordinal, text)
      select ${partId}::int8, t.* from unnest(${int4Array(naming.map((one) => one.ordinal))}::int4[], ${byteaArray(texts)}::bytea[]) as t
    )
    insert into attachment_use (digest, part_id, ordinal)
    select t.digest, ${partId}::int8, t.ordinal
    from unnest(${byteaArray(uses.map((one) => one.digest))}::bytea[], ${int4Array(uses.map((one) => one.ordinal))}::int4[]) as t (digest, ordinal)`
}

/**
 * The lists of versions that have a fourth salt, by `<part>/<ordinal>`, in one statement; none when no version has one.
 */
export async function attachmentsOfVersions(
  db: Kysely<Tables>,
  versions: readonly { readonly part_id: number; readonly ordinal: number }[],
): Promise<Map<string, NamedHere>> {
  if (versions.length === 0) return new Map()
  const { rows } = await sql<{ part_id: number; ordinal: number; text: Buffer; here: string[] }>`
    select l.part_id, l.ordinal, l.text, array(
      select encode(u.digest, 'hex') from attachment_use u join attachment a using (digest) where u.part_id = l.part_id and u.ordinal = l.ordinal
    ) as here
    from unnest(${int8Array(versions.map((one) => one.part_id))}::int8[], ${int4Array(versions.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    join version_attachments l using (part_id, ordinal)`.execute(db)
  return new Map(rows.map((row) => [`${row.part_id}/${row.ordinal}`, { sealed: row.text, here: row.here }]))
}
