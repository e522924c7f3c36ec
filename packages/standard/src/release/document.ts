import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import type { Release, ReleaseDocument } from '../model.ts'

/** Makes a release from its JSON form, which must have been checked. */
export function releaseOf(document: ReleaseDocument): Release {
  const { entities, dictionaries, signatures: _, ...head } = document
  return {
    ...head,
    entities: new Map(entities.map((entity) => [entity.code, entity])),
    dictionaries: new Map(dictionaries.map((d) => [d.code, { ...d, codes: new Map(d.codes.map((code) => [code.code, code])) }])),
  }
}

/** The JSON form of a release, without signatures. `loadRelease(releaseDocument(release))` is the same release. */
export function releaseDocument(release: Release): ReleaseDocument {
  const { entities, dictionaries, ...head } = release
  return {
    ...head,
    entities: [...entities.values()],
    dictionaries: [...dictionaries.values()].map((d) => ({ ...d, codes: [...d.codes.values()] })),
  }
}

/** The canonical text (RFC 8785) that is digested and signed: the document without its signatures. */
export function releaseText(document: ReleaseDocument): string {
  const { signatures: _, ...signed } = document
  return canonicalize(signed)
}

/** Names a release by its content, whoever signs it and however its file is laid out: `sha-256:` and 64 hex digits. */
export function releaseDigest(document: ReleaseDocument): string {
  return digestText(sha256(new TextEncoder().encode(releaseText(document))))
}
