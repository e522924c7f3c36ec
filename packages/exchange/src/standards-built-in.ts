import type { Tables } from '@huijiao/database'
import { digestText, sha256 } from '@huijiao/merkle'
import { type Release, type ReleaseDocument, releaseDocument, releases, releaseText } from '@huijiao/standard'
import type { Kysely, Transaction } from 'kysely'
import type { Clock, Log } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { comesAfter, insertActivation, insertStandard, lockStandards, readActivations } from './standards-store.ts'

interface BuiltIn {
  readonly release: Release
  readonly document: ReleaseDocument
  readonly text: string
  readonly digest: Buffer
}

let known: ReadonlyMap<string, BuiltIn> | undefined

/** The releases of this program, by the digest of their documents in hex. */
export function builtIn(): ReadonlyMap<string, BuiltIn> {
  known ??= new Map(
    [...releases.values()].map((release) => {
      const document = releaseDocument(release)
      const text = releaseText(document)
      const digest = sha256(Buffer.from(text))
      return [digest.toString('hex'), { release, document, text, digest }]
    }),
  )
  return known
}

/**
 * Writes down the releases that this program brings along, so that a submission which began under an older program keeps what it began with. At the
 * first start they count from the beginning; a later program's newer revision is a change like any other: with notice, and with an entry.
 */
export async function registerBuiltIn(
  db: Kysely<Tables>,
  { clock, log, noticeMs }: { clock: Clock; log: Log; noticeMs: number },
): Promise<void> {
  const own = [...builtIn().values()]
  const digests = own.map((one) => one.digest)
  const missing = async (handle: Kysely<Tables>) => {
    const rows = await handle.selectFrom('standard').select('digest').where('digest', 'in', digests).execute()
    const there = new Set(rows.map((row) => row.digest.toString('hex')))
    return own.filter((one) => !there.has(one.digest.toString('hex')))
  }
  if ((await missing(db)).length === 0) return
  await db.transaction().execute(async (trx) => {
    await lockStandards(trx)
    for (const one of await missing(trx)) await register(trx, one, clock.now(), noticeMs, log)
  })
}

async function register(trx: Transaction<Tables>, one: BuiltIn, at: Date, noticeMs: number, log: Log): Promise<void> {
  const { document, text, digest } = one
  const standardNo = await insertStandard(trx, {
    document,
    text,
    digest,
    signatures: [],
    origin: 'built-in',
    source: null,
    loadedAt: at,
    loadedBy: 'node',
  })
  if (standardNo === null) {
    log.warn(
      { release: document.id, revision: document.revision, digest: digestText(digest) },
      'this program brings another document under a number of the standard that is in use here; the one in the database counts',
    )
    return
  }
  const before = await readActivations(trx)
  const wanted = document.effectiveFrom === null ? 0 : Date.parse(document.effectiveFrom)
  if (!before.some((other) => other.id === document.id)) {
    const activationNo = await insertActivation(trx, {
      standardNo,
      id: document.id,
      effectiveFrom: new Date(wanted),
      decidedAt: at,
      decidedBy: 'node',
      reason: null,
    })
    if (wanted <= at.getTime())
      await trx.updateTable('standard_activation').set({ announced_at: at }).where('activation_no', '=', activationNo).execute()
    return
  }
  const effectiveFrom = new Date(Math.max(wanted, at.getTime() + noticeMs))
  const newer = comesAfter(before, document, effectiveFrom.getTime())
  if (newer) await insertActivation(trx, { standardNo, id: document.id, effectiveFrom, decidedAt: at, decidedBy: 'node', reason: null })
  await addPendingEntry(trx, {
    kind: 'standard',
    instant: at,
    actor: 'node',
    subject: document.id,
    body: {
      action: 'loaded',
      origin: 'built-in',
      release: document.id,
      revision: document.revision,
      issuer: document.issuer,
      digest: digestText(digest),
      effectiveFrom: newer ? effectiveFrom.toISOString() : null,
    },
  })
}
