import type { Tables } from '@huijiao/database'
import { publicKeyFromRaw, type Signature, signDocument, verifyDocument } from '@huijiao/identity'
import {
  type CertificateGroup,
  type CertificateNode,
  certificateRoot,
  certificateText,
  digestText,
  type EqualityCertificate,
  isCertificate,
  type RangeSource,
  sha256,
} from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import type { Cut } from './reconcile-source.ts'

/** The groups of a set with their digests, in order. */
export async function groupsOf(source: RangeSource): Promise<CertificateGroup[]> {
  const groups: CertificateGroup[] = []
  for (const [period] of await source.children(''))
    for (const [entity, count, digest] of await source.children(period)) groups.push([period, entity, count, digestText(digest)])
  return groups
}

const countIn = (groups: readonly CertificateGroup[]): number => groups.reduce((sum, [, , count]) => sum + count, 0)

/** What the lower node proposes to sign, with its own signature. */
export async function draftCertificate(
  hub: Hub,
  link: Pick<LinkRow, 'name'>,
  upper: CertificateNode,
  run: string,
  cut: Cut,
  source: RangeSource,
): Promise<EqualityCertificate> {
  const groups = await groupsOf(source)
  const { name, region, tier, epoch, epochId } = hub.node
  const draft = {
    certificate: 'equality' as const,
    version: 1 as const,
    run,
    link: link.name,
    lower: { node: name, region, tier, epoch: { number: epoch, id: epochId } },
    upper,
    cut,
    count: countIn(groups),
    root: digestText(certificateRoot(groups)),
    groups,
    madeAt: hub.clock.now().toISOString(),
  }
  return { ...draft, signatures: [signDocument(certificateText(draft), hub.signingKey)] }
}

/** Whether the lower node's signature on a proposed certificate holds under one of its keys. */
export function signedByLower(certificate: EqualityCertificate, keys: ReadonlyMap<string, Buffer>): boolean {
  const { verified, broken } = verifyDocument(certificateText(certificate), certificate.signatures as readonly Signature[], (keyId) => {
    const raw = keys.get(keyId)
    return raw === undefined ? null : { algorithm: 'ed25519', publicKey: publicKeyFromRaw(raw) }
  })
  return verified.length > 0 && broken.length === 0
}

/** Adds this node's signature; the same certificate always gets the same one. */
export const countersign = (hub: Hub, certificate: EqualityCertificate): EqualityCertificate => ({
  ...certificate,
  signatures: [...certificate.signatures, signDocument(certificateText(certificate), hub.signingKey)],
})

/** Keeps a certificate that both nodes have signed, with its entry in the log. Once, however often it is called. @returns its number */
export async function keepCertificate(hub: Hub, setNo: number, subject: string, certificate: EqualityCertificate): Promise<number> {
  const text = certificateText(certificate)
  const digest = sha256(Buffer.from(text))
  const number = await hub.db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('reconcile_certificate')
      .values({ set_no: setNo, run_id: certificate.run, made_at: hub.clock.now(), digest, document: JSON.stringify(certificate) })
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .returning('certificate_no')
      .executeTakeFirst()
    if (made === undefined)
      return (await trx.selectFrom('reconcile_certificate').select('certificate_no').where('digest', '=', digest).executeTakeFirstOrThrow())
        .certificate_no
    await addPendingEntry(trx, {
      kind: 'reconcile',
      instant: hub.clock.now(),
      actor: 'node',
      subject,
      body: {
        action: 'equal',
        run: certificate.run,
        lower: certificate.lower.node,
        upper: certificate.upper.node,
        cut: certificate.cut,
        records: certificate.count,
        root: certificate.root,
        certificate: digestText(digest),
      },
    })
    return made.certificate_no
  })
  hub.onPending()
  return number
}

/** A certificate as it is listed; the document itself is what both nodes signed. */
export interface ShownCertificate {
  readonly number: number
  readonly run: string
  readonly madeAt: Date
  readonly digest: string
  readonly document: EqualityCertificate
}

/** Certificates of a link or a participant, newest first. */
export async function listCertificates(
  db: Kysely<Tables>,
  filter: { side: 'up' | 'down'; peer: string; before?: number; limit: number },
): Promise<ShownCertificate[]> {
  let query = db
    .selectFrom('reconcile_certificate as c')
    .innerJoin('reconcile_set as s', 's.set_no', 'c.set_no')
    .selectAll('c')
    .where('s.side', '=', filter.side)
    .where('s.peer', '=', filter.peer)
  if (filter.before !== undefined) query = query.where('c.certificate_no', '<', filter.before)
  const rows = await query.orderBy('c.certificate_no', 'desc').limit(filter.limit).execute()
  return rows.map((row) => ({
    number: row.certificate_no,
    run: row.run_id,
    madeAt: row.made_at,
    digest: digestText(row.digest),
    document: JSON.parse(row.document) as EqualityCertificate,
  }))
}

/** A document that came from the other node, if it is a certificate. */
export const readCertificate = (value: unknown): EqualityCertificate | null => (isCertificate(value) ? value : null)
