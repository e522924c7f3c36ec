import { signDocument } from '@huijiao/identity'
import { sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import {
  type DictionaryDifference,
  dictionaryDifference,
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
  /** From when it is to count; null: as soon as every process of the node has heard of it. */
  readonly from: Date | null
}

/** What a replacement would make, with nothing done. */
export interface ProposedDictionary extends DictionaryDifference {
  readonly release: string
  readonly code: string
  /** The revision that it would be, as things stand. */
  readonly revision: number
  readonly issuer: string
  readonly before: DictionaryState & { readonly revision: number; readonly issuer: string }
  readonly after: DictionaryState
}

interface DictionaryState {
  readonly codes: number
  /** A code that is not listed is refused; in an open one it is only noted. */
  readonly closed: boolean
  readonly complete: boolean
}

/**
 * What replacing a dictionary would change, code by code. Nothing is stored.
 * @throws Problem not-found, standard-invalid with every row that cannot be taken
 */
export async function proposeDictionary(hub: Hub, request: DictionaryRequest): Promise<ProposedDictionary> {
  const { document, now } = await proposed(hub, request)
  const [was, is] = [dictionaryIn(releaseDocument(now.release), request.code), dictionaryIn(document, request.code)]
  const state = ({ codes, closed, complete }: ReleaseDocument['dictionaries'][number]) => ({ codes: codes.length, closed, complete })
  return {
    release: document.id,
    code: request.code,
    revision: document.revision,
    issuer: document.issuer,
    before: { ...state(was), revision: now.revision, issuer: now.issuer },
    after: state(is),
    ...dictionaryDifference(was, is),
  }
}

/**
 * Replaces the rows of one dictionary by those of an official file: a new revision of the release as it counts now, issued and signed by this node, which
 * says so in its provenance. A later revision of the authority above takes its place like any other, and has the authority's rows.
 * @throws Problem not-found, standard-invalid with every row that cannot be taken
 */
export async function replaceDictionaryHere(hub: Hub, actor: string, request: DictionaryRequest): Promise<LoadedStandard> {
  const { document, now } = await proposed(hub, request)
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
      from: request.from,
    },
    {
      dictionary: request.code,
      codes: dictionaryIn(document, request.code).codes.length,
      file: request.how.source.title,
      before: { revision: now.revision, issuer: now.issuer },
    },
  )
}

/** The next revision of the release as it counts now, checked as any other document is. */
async function proposed(hub: Hub, request: DictionaryRequest) {
  const { revisions } = await hub.shelf.current()
  const now = revisions.get(request.release)
  if (now === undefined || !now.release.dictionaries.has(request.code))
    throw new Problem('not-found', { zh: '没有此标准版本或字典', en: 'There is no such release or dictionary' })
  const replaced = replace(releaseDocument(now.release), request)
  const taken = (await listStandards(hub.db)).filter((one) => one.id === request.release).map((one) => one.revision)
  const document: ReleaseDocument = { ...replaced, issuer: hub.node.region, revision: Math.max(...taken) + 1, effectiveFrom: null }
  const faults = await standardFaults(hub, document as unknown as Record<string, unknown>)
  if (faults.length > 0) throw invalidStandard(faults, request.code)
  return { document, now }
}

const dictionaryIn = (document: ReleaseDocument, code: string) =>
  document.dictionaries.find((one) => one.code === code) as ReleaseDocument['dictionaries'][number]

function replace(document: ReleaseDocument, { code, rows, how }: DictionaryRequest): ReleaseDocument {
  try {
    return replaceDictionary(document, code, rows, how)
  } catch (error) {
    if (error instanceof ReleaseError) throw invalidStandard(error.faults.map(asDocumentFault), code)
    throw error
  }
}
