import type { DocumentFault } from '@huijiao/problem'
import { canonicalize } from '@huijiao/merkle'
import { checkRelease, type Fault, type Release, type ReleaseDocument, releaseDocument } from '@huijiao/standard'
import type { Hub } from './hub.ts'

type Members = Readonly<Record<string, unknown>>

/** Everything that keeps a document from being used at this node; empty when nothing does. */
export async function standardFaults(hub: Hub, members: Members): Promise<DocumentFault[]> {
  const base = await baseOf(hub, members)
  const faults = checkRelease(members, base, await previousOf(hub, members)).map(asDocumentFault)
  if (faults.length > 0) return faults
  const document = members as unknown as ReleaseDocument
  return [
    ...withoutBase(hub, members, base),
    ...notServed(hub, members),
    ...(await notOnlyDictionaries(hub, document)),
    ...(await policyTaken(hub, members)),
  ]
}

export const asDocumentFault = ({ pointer, zh, en }: Fault): DocumentFault => ({ pointer, detail: zh, en: { detail: en } })

/** The revision of the same issuer that this one follows. */
async function previousOf(hub: Hub, { id, issuer, revision }: Members): Promise<Release | undefined> {
  if (typeof id !== 'string' || typeof issuer !== 'string' || typeof revision !== 'number' || !(revision < 2_147_483_647)) return undefined
  const row = await hub.db
    .selectFrom('standard')
    .select('standard_no')
    .where('release', '=', id)
    .where('issuer', '=', issuer)
    .where('revision', '<', Math.floor(revision))
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : await hub.shelf.revision(row.standard_no)
}

/** The national release that an extension rests on, as this node holds it. */
async function baseOf(hub: Hub, members: Members): Promise<Release | undefined> {
  const { id, revision } = (members['basedOn'] ?? {}) as { id?: unknown; revision?: unknown }
  if (typeof id !== 'string' || !Number.isSafeInteger(revision) || Math.abs(revision as number) > 2_147_483_647) return undefined
  const row = await hub.db
    .selectFrom('standard')
    .select('standard_no')
    .where('release', '=', id)
    .where('revision', '=', revision as number)
    .orderBy('standard_no')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : await hub.shelf.revision(row.standard_no)
}

/** An extension cannot be held against a release that is not here. */
function withoutBase(hub: Hub, { basedOn }: Members, base: Release | undefined): DocumentFault[] {
  if (basedOn === null || base !== undefined) return []
  const { id, revision } = basedOn as { id: string; revision: number }
  return [
    {
      pointer: '/basedOn',
      detail: `本节点（${hub.node.name}）没有所依据的 ${id} 第 ${revision} 修订，请先装载`,
      en: { detail: `revision ${revision} of ${id}, on which it is based, is not here (${hub.node.name}); load that first` },
    },
  ]
}

/**
 * A region that issues a revision of another authority's release may have replaced dictionaries in it, and nothing else: the rest must be, to the letter,
 * that of a revision of the authority which is known here.
 */
async function notOnlyDictionaries(hub: Hub, document: ReleaseDocument): Promise<DocumentFault[]> {
  const rows = await hub.db
    .selectFrom('standard')
    .select(['standard_no', 'issuer'])
    .where('release', '=', document.id)
    .orderBy('standard_no')
    .execute()
  const authority = document.basedOn === null ? '000000' : rows[0]?.issuer
  if (authority === undefined || authority === document.issuer) return []
  const own = withoutCodes(document)
  for (const row of rows.filter((one) => one.issuer === authority).toReversed())
    if (withoutCodes(releaseDocument(await hub.shelf.revision(row.standard_no))) === own) return []
  return [
    {
      pointer: '/issuer',
      detail: `${document.issuer} 发布的 ${document.id} 修订只能替换字典内容；其余须与 ${authority} 的某一修订完全一致`,
      en: {
        detail: `in a revision of ${document.id} by ${document.issuer} only dictionaries may differ; the rest must be that of a revision by ${authority} which is known here`,
      },
    },
  ]
}

/** Everything of a release but the codes of its dictionaries and what follows from them. */
function withoutCodes(document: ReleaseDocument): string {
  const { revision: _revision, issuer: _issuer, effectiveFrom: _from, dictionaries, entities, ...rest } = document
  return canonicalize({
    ...rest,
    dictionaries: dictionaries.map(({ code, nameZh, nameEn }) => ({ code, nameZh, nameEn })),
    entities: entities.map((entity) => ({ ...entity, fields: entity.fields.map(({ provenance: _provenance, ...field }) => field) })),
  })
}

function notServed(hub: Hub, members: Members): DocumentFault[] {
  const [id, issuer] = [String(members['id']), String(members['issuer'])]
  if (hub.shelf.serves(id, issuer)) return []
  return [
    {
      pointer: '/issuer',
      detail: `发布机关 ${issuer} 不管辖本节点（${hub.node.region}），或 HUIJIAO_STANDARDS 未列 ${id}`,
      en: { detail: `the issuer ${issuer} does not cover this node (${hub.node.region}), or HUIJIAO_STANDARDS does not name ${id}` },
    },
  ]
}

/** A policy's id and version stand for one document, wherever it came from. */
async function policyTaken(hub: Hub, members: Members): Promise<DocumentFault[]> {
  const policy = members['policy'] as { id: string; version: number }
  const policyId = `${policy.id}@${policy.version}`
  const row = await hub.db.selectFrom('policy').select('document').where('policy_id', '=', policyId).executeTakeFirst()
  if (row === undefined || canonicalize(JSON.parse(row.document)) === canonicalize(policy)) return []
  return [
    {
      pointer: '/policy',
      detail: `策略 ${policyId} 在本节点已是另一内容，请递增 version`,
      en: { detail: `the policy ${policyId} stands for another document here; raise its version` },
    },
  ]
}
