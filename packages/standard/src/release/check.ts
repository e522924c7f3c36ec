import type { Release, ReleaseDocument } from '../model.ts'
import { policyFaults } from '../policy/policy.ts'
import { releases } from '../releases.ts'
import { releaseDocument, releaseOf } from './document.ts'
import { extensionFaults } from './extension-faults.ts'
import { type Fault, ReleaseError } from './fault.ts'
import { referenceFaults } from './reference-faults.ts'
import { shapeFaults } from './shape-faults.ts'

/** The values of the rules that this build knows: every release must have these and no others. */
const knownRules = releases.get('2018')!.rules

/**
 * Everything that is wrong with a release document from elsewhere: its form, what it names, its policy; with `base`, where it asks for less
 * than the national release that it extends; with `previous`, where it does not follow the edition that it replaces. Never throws.
 * @param document JSON as parsed
 * @param base the release of `basedOn`; give it for every extension
 * @param previous the edition of the same id that counts until now
 * @returns empty when the document can be used
 */
export function checkRelease(document: unknown, base?: Release | ReleaseDocument, previous?: Release | ReleaseDocument): Fault[] {
  const shape = shapeFaults(document, knownRules)
  // What has not the form of a release cannot be looked into further.
  if (shape.length > 0) return shape
  const known = document as ReleaseDocument
  return [
    ...referenceFaults(known),
    ...keyFaults(known),
    ...policyFaults(known.policy, [releaseOf(known), ...releases.values()]).map((words): Fault => ({
      code: 'policy',
      pointer: '/policy',
      zh: `策略不能使用：${words}`,
      en: words,
    })),
    ...(base === undefined ? [] : extensionFaults(known, documentOf(base))),
    ...(previous === undefined ? [] : revisionFaults(known, documentOf(previous))),
  ]
}

/**
 * Makes a release of a document from elsewhere.
 * @param document JSON as parsed
 * @throws ReleaseError that lists every fault
 */
export function loadRelease(document: unknown): Release {
  const faults = checkRelease(document)
  if (faults.length > 0) throw new ReleaseError(faults)
  return releaseOf(document as ReleaseDocument)
}

/** A record keeps its key whichever release it is sent under, so a table known here has the key that it has in the others. */
function keyFaults(document: ReleaseDocument): Fault[] {
  return document.entities.flatMap((entity): Fault[] => {
    const known = [...releases.values()].flatMap((release) => release.entities.get(entity.code) ?? [])
    const other = known.find(({ key }) => key.join() !== entity.key.join())
    if (other === undefined) return []
    const key = other.key.join(', ') || 'sourceId'
    return [
      {
        code: 'inconsistent',
        pointer: `/entities/${entity.code}/key`,
        zh: `键须与 ${other.release} 版相同（${key}）`,
        en: `the key must be the one of release ${other.release}: ${key}`,
      },
    ]
  })
}

function documentOf(release: Release | ReleaseDocument): ReleaseDocument {
  return Array.isArray(release.entities) ? (release as ReleaseDocument) : releaseDocument(release as Release)
}

/** The same release goes on: its revision rises, its day does not fall back, its keys stay, for records keep theirs. */
function revisionFaults(document: ReleaseDocument, previous: ReleaseDocument): Fault[] {
  const faults: Fault[] = []
  const say = (pointer: string, zh: string, en: string): void => {
    faults.push({ code: 'revision', pointer, zh, en })
  }
  if (document.id !== previous.id) say('/id', `前一版为 ${previous.id}`, `the edition before is of ${previous.id}`)
  if (document.revision <= previous.revision)
    say('/revision', `修订号须大于 ${previous.revision}`, `must be higher than ${previous.revision}, is ${document.revision}`)
  if (document.prefix !== previous.prefix) say('/prefix', '前缀不得更改', 'the prefix may not change')
  if (document.issuer !== previous.issuer) say('/issuer', '发布地区不得更改', 'the issuer may not change')
  if ((document.basedOn?.id ?? null) !== (previous.basedOn?.id ?? null))
    say('/basedOn', '基础版不得更改', 'the release it extends may not change')
  if (
    previous.effectiveFrom !== null &&
    (document.effectiveFrom === null || Date.parse(document.effectiveFrom) < Date.parse(previous.effectiveFrom))
  )
    say('/effectiveFrom', `不得早于前一版的 ${previous.effectiveFrom}`, `may not be before ${previous.effectiveFrom} of the edition before`)
  const entities = new Map(document.entities.map((e) => [e.code, e]))
  for (const { code, key } of previous.entities) {
    const kept = entities.get(code)
    if (kept !== undefined && kept.key.join() !== key.join())
      say(`/entities/${code}/key`, '业务键不得更改', `the key may not change: it was ${key.join(', ') || 'sourceId'}`)
  }
  return faults
}
