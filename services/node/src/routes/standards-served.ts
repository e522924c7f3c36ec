import { findStandard } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import type { Context } from '../context.ts'

export interface RevisionQuery {
  readonly revision?: number
  readonly issuer?: string
}

/** The release as it counts now, or a revision of it that this node holds and serves. @throws Problem not-found */
export async function servedRelease({ hub }: Context, id: string, { revision, issuer }: RevisionQuery): Promise<Release> {
  const now = hub.standards().releases.get(id)
  if (revision === undefined) {
    if (now === undefined) throw unknownRelease(id)
    return now
  }
  const found = await findStandard(hub.db, { release: id, revision, ...(issuer === undefined ? {} : { issuer }) })
  if (!hub.shelf.serves(found.id, found.issuer)) throw unknownRelease(id)
  return await hub.shelf.revision(found.standardNo)
}

export const unknownRelease = (id: string) =>
  new Problem('not-found', { zh: `本节点没有“${id.slice(0, 60)}”版`, en: `This node does not serve release "${id.slice(0, 60)}"` })
