import type { AttachmentScanTable, Tables } from '@huijiao/database'
import { documentText } from '@huijiao/files'
import { digestText, parseDigestText } from '@huijiao/merkle'
import { Problem, type Words } from '@huijiao/problem'
import { identityNumbersIn } from '@huijiao/standard'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { retryParked } from './parked-retry.ts'

export type ScanRow = Selectable<AttachmentScanTable>
/** What the reader of the text found. */
export type Scan = Pick<ScanRow, 'state' | 'found' | 'unread' | 'why'>

/** More different numbers than this are not told apart. */
const foundMax = 1000
/** So much text is looked through; what is longer counts as not scanned, whatever was found. Characters. */
const textMax = 256 * 1024 ** 2

/**
 * Looks through the text of an attachment for identity numbers with a right check character. The numbers are counted and kept nowhere. What cannot be
 * read (scans, PDF, too much of it) is said not to be scanned.
 * @param path of the file that holds the bytes
 * @param mediaType as it was told from the content
 */
export async function scanAttachment(path: string, mediaType: string): Promise<Scan> {
  const unscanned = (why: ScanRow['why'], found = 0): Scan => ({ state: found > 0 ? 'found' : 'unscanned', found, unread: 0, why })
  const text = await documentText({ bytes: null, path }, mediaType)
  if (!text.readable) return unscanned(text.why)
  const found = new Set<string>()
  let length = 0
  try {
    for await (const piece of text.pieces) {
      length += piece.length
      for (const number of identityNumbersIn(piece)) if (found.size < foundMax) found.add(number)
      if (length > textMax) return unscanned('too-large', found.size)
    }
  } catch {
    // A part that cannot be unpacked to its end; the bytes are evidence all the same.
    return unscanned('broken', found.size)
  }
  return { state: found.size > 0 ? 'found' : 'none', found: found.size, unread: text.unread, why: null }
}

/** Keeps what was found, in the transaction that stores the bytes. */
export async function insertScan(trx: Transaction<Tables>, digest: Buffer, scan: Scan, at: Date): Promise<void> {
  await trx
    .insertInto('attachment_scan')
    .values({ digest, ...scan, scanned_at: at, checked_at: null, checked_by: null, check_reason: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What was found in an attachment; undefined where nobody looked: it was handed in to an older node. */
export const scanOf = (db: Kysely<Tables>, digest: Buffer): Promise<ScanRow | undefined> =>
  db.selectFrom('attachment_scan').selectAll().where('digest', '=', digest).executeTakeFirst()

const reasons: Readonly<Record<NonNullable<ScanRow['why']>, Words>> = {
  kind: { zh: '此类文件（扫描件、PDF）的文字不能读取', en: 'the text of such a file (a scan, a PDF) cannot be read here' },
  'too-large': { zh: '文件过大', en: 'it is too large' },
  broken: { zh: '文件不完整，读不下去', en: 'it is damaged and could not be read through' },
}

/** A scan as callers see it, in words. */
export function showScan(row: ScanRow | Scan | undefined) {
  if (row === undefined)
    return {
      state: 'unscanned' as const,
      found: 0,
      unread: 0,
      checked: null,
      detail: '尚未筛查身份证号：上传时节点还不作筛查',
      en: { detail: 'Not scanned for identity numbers: the node did not do that when it was handed in' },
    }
  const words = wordsOf(row)
  const checked =
    'checked_at' in row && row.checked_at !== null
      ? { at: row.checked_at.toISOString(), by: row.checked_by, reason: row.check_reason }
      : null
  return { state: row.state, found: row.found, unread: row.unread, checked, detail: words.zh, en: { detail: words.en } }
}

function wordsOf({ state, found, unread, why }: Scan): Words {
  const left =
    unread === 0
      ? { zh: '', en: '' }
      : { zh: `；其中 ${unread} 个图片等部件未筛查`, en: `; ${unread} parts of it, such as pictures, were not scanned` }
  if (state === 'found')
    return {
      zh: `发现 ${found} 个身份证号；人工核查前只在内部，不公开，也不随链路上报${left.zh}`,
      en: `${found} identity numbers were found; until a person has checked it, it stays inside and is not handed up${left.en}`,
    }
  if (state === 'none') return { zh: `未发现身份证号${left.zh}`, en: `No identity number was found${left.en}` }
  const reason = reasons[why ?? 'kind']
  return { zh: `未筛查身份证号：${reason.zh}，须人工核查`, en: `Not scanned for identity numbers: ${reason.en}; a person has to look` }
}

export interface ScanFilter {
  readonly state?: ScanRow['state']
  /** Whether a person has said something of it. */
  readonly checked?: boolean
  /** Digests before this one, in hex, of those scanned at the same instant or earlier. */
  readonly before?: { readonly at: Date; readonly digest: Buffer }
  readonly limit: number
}

export interface ListedScan extends ScanRow {
  readonly media_type: string
  readonly bytes: number
  /** Versions that name it. */
  readonly uses: number
}

/** Attachments with what was found in them, latest first. */
export async function listScans(db: Kysely<Tables>, filter: ScanFilter): Promise<ListedScan[]> {
  let query = db
    .selectFrom('attachment_scan')
    .innerJoin('attachment', 'attachment.digest', 'attachment_scan.digest')
    .selectAll('attachment_scan')
    .select(['attachment.media_type', 'attachment.bytes'])
    .select(sql<number>`(select count(*) from attachment_use u where u.digest = attachment_scan.digest)`.as('uses'))
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.checked !== undefined) query = query.where('checked_at', filter.checked ? 'is not' : 'is', null)
  const { before } = filter
  if (before !== undefined) query = query.where(sql<boolean>`(scanned_at, attachment_scan.digest) < (${before.at}, ${before.digest})`)
  return await query.orderBy('scanned_at', 'desc').orderBy('attachment_scan.digest', 'desc').limit(filter.limit).execute()
}

export const showListedScan = (row: ListedScan) => ({
  digest: digestText(row.digest),
  mediaType: row.media_type,
  bytes: row.bytes,
  uses: Number(row.uses),
  scannedAt: row.scanned_at.toISOString(),
  scan: showScan(row),
})

/**
 * A person has looked at an attachment: what was found may stand, or what could not be read is in order. From then on it travels as policy says. An entry.
 * @throws Problem not-found when no such attachment waits for a check
 */
export async function checkAttachment(hub: Hub, actor: string, digestHex: string, reason: string): Promise<ScanRow> {
  const digest = parseDigestText(digestHex.startsWith('sha-256:') ? digestHex : `sha-256:${digestHex}`)
  const at = hub.clock.now()
  const row = await hub.db.transaction().execute(async (trx) => {
    const checked =
      digest === null
        ? undefined
        : await trx
            .updateTable('attachment_scan')
            .set({ checked_at: at, checked_by: actor, check_reason: reason })
            .where('digest', '=', digest)
            .where('checked_at', 'is', null)
            .where('state', '<>', 'none')
            .returningAll()
            .executeTakeFirst()
    if (checked === undefined)
      throw new Problem('not-found', {
        zh: `没有待核查的附件 ${digestHex.slice(0, 80)}`,
        en: `No attachment ${digestHex.slice(0, 80)} waits for a check`,
      })
    await addPendingEntry(trx, {
      kind: 'attachment',
      instant: at,
      actor,
      subject: digestText(checked.digest),
      body: { act: 'checked', digest: digestText(checked.digest), state: checked.state, found: checked.found, reason },
    })
    return checked
  })
  // What waited for a check is tried again; records of another attachment that still waits are set aside again.
  await retryParked(hub, actor, { filter: { reason: 'attachment-unchecked' } })
  hub.onPending()
  return row
}

/** Of some attachments those in which identity numbers were found and that nobody has checked yet; digests in hex. One statement. */
export async function uncheckedAmong(db: Kysely<Tables>, digests: readonly Buffer[]): Promise<Set<string>> {
  if (digests.length === 0) return new Set()
  const rows = await db
    .selectFrom('attachment_scan')
    .select('digest')
    .where('digest', 'in', digests)
    .where('state', '=', 'found')
    .where('checked_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.digest.toString('hex')))
}
