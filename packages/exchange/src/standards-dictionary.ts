import { signDocument } from '@huijiao/identity'
import { sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import {
  type OfficialRow,
  type ReleaseDocument,
  releaseDocument,
  ReleaseError,
  releaseText,
  replaceDictionary,
  type Replacement,
} from '@huijiao/standard'
import type { Hub } from './hub.ts'
import { asDocumentFault, standardFaults } from './standards-check.ts'
import { invalidStandard, keep, type LoadedStandard } from './standards-load.ts'
import { listStandards } from './standards-store.ts'

export interface DictionaryRequest {
  readonly release: string
  readonly code: string
  readonly rows: readonly OfficialRow[]
  readonly how: Replacement
}

/**
 * Replaces the rows of one dictionary by those of an official file: a new revision of the release as it counts now, issued and signed by this node, which
 * says so in its provenance. A later revision of the authority above takes its place like any other, and has the authority's rows.
 * @throws Problem not-found, standard-invalid with every row that cannot be taken
 */
export async function replaceDictionaryHere(hub: Hub, actor: string, request: DictionaryRequest): Promise<LoadedStandard> {
  const { revisions } = await hub.shelf.current()
  const now = revisions.get(request.release)
  if (now === undefined || !now.release.dictionaries.has(request.code))
    throw new Problem('not-found', { zh: '没有此标准版本或字典', en: 'There is no such release or dictionary' })
  const replaced = replace(releaseDocument(now.release), request)
  const taken = (await listStandards(hub.db)).filter((one) => one.id === request.release).map((one) => one.revision)
  const document: ReleaseDocument = { ...replaced, issuer: hub.node.region, revision: Math.max(...taken) + 1, effectiveFrom: null }
  const faults = await standardFaults(hub, document as unknown as Record<string, unknown>)
  if (faults.length > 0) throw invalidStandard(faults, request.code)
  const text = releaseText(document)
  const signature = signDocument(text, hub.signingKey)
  return await keep(
    hub,
    {
      request: { document, actor, origin: 'local', source: null, keyOf: () => null },
      document,
      text,
      digest: sha256(Buffer.from(text)),
      signatures: [signature],
      signedBy: [signature.keyId],
    },
    {
      dictionary: request.code,
      codes: document.dictionaries.find((one) => one.code === request.code)?.codes.length ?? 0,
      file: request.how.source.title,
      before: { revision: now.revision, issuer: now.issuer },
    },
  )
}

function replace(document: ReleaseDocument, { code, rows, how }: DictionaryRequest): ReleaseDocument {
  try {
    return replaceDictionary(document, code, rows, how)
  } catch (error) {
    if (error instanceof ReleaseError) throw invalidStandard(error.faults.map(asDocumentFault), code)
    throw error
  }
}
