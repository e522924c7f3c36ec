import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { digestText } from '@huijiao/merkle'
import { releaseDigest, releaseDocument, releases } from '@huijiao/standard'
import { ruleVectors } from './rule-vectors.ts'
import { type Task, tasks, type Vector } from './vector.ts'

/** What stands at the head of a kit: which vectors it has, by which releases they were made, and the digest that names exactly these. */
export interface KitManifest {
  readonly kit: 'huijiao-conformance'
  /** Form of the vectors and of the lines that programs exchange; another number is another form. */
  readonly version: 1
  /** SHA-256 over the vectors' lines, each ended by a line feed. */
  readonly digest: string
  readonly vectors: number
  readonly releases: readonly { readonly id: string; readonly revision: number; readonly digest: string }[]
  /** What the node that gives the kit judges by now, releases that it has loaded among them; absent in a kit that comes from no node. */
  readonly served?: readonly ServedRelease[]
  readonly tasks: readonly { readonly do: Task; readonly vectors: number }[]
  readonly rules: readonly { readonly rule: string; readonly kind: string; readonly valid: number; readonly invalid: number }[]
  readonly files: readonly { readonly path: string; readonly mediaType: string; readonly vectors: number }[]
}

/** A release as a node judges by it. */
export interface ServedRelease {
  readonly id: string
  readonly revision: number
  /** Region code of the authority that issued it. */
  readonly issuer: string
  readonly digest: string
  /** The kit's vectors were made by exactly this revision. By another one, some of them may be judged otherwise. */
  readonly vectors: boolean
}

export interface Kit {
  readonly manifest: KitManifest
  readonly vectors: readonly Vector[]
}

let built: Kit | undefined

/** The kit of this program: the rules' vectors, and those of the protocol. Made once. */
export function conformanceKit(): Kit {
  built ??= kitOf([...ruleVectors(), ...protocolVectors()])
  return built
}

function protocolVectors(): Vector[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL('../vectors/protocol.json', import.meta.url)), 'utf8')) as Vector[]
}

export function kitOf(vectors: readonly Vector[]): Kit {
  const ids = new Set(vectors.map((vector) => vector.id))
  if (ids.size !== vectors.length) throw new Error('two vectors of the conformance kit have one id')
  return {
    vectors,
    manifest: {
      kit: 'huijiao-conformance',
      version: 1,
      digest: digestOf(vectors),
      vectors: vectors.length,
      releases: [...releases.values()].map((release) => ({
        id: release.id,
        revision: release.revision,
        digest: releaseDigest(releaseDocument(release)),
      })),
      tasks: tasks.map((task) => ({ do: task, vectors: vectors.filter((vector) => vector.do === task).length })),
      rules: rulesOf(vectors),
      files: [
        { path: '/conformance/kit.ndjson', mediaType: 'application/x-ndjson', vectors: vectors.length },
        ...groupsOf(vectors).map(([name, members]) => ({
          path: `/conformance/vectors/${name}.json`,
          mediaType: 'application/json',
          vectors: members.length,
        })),
      ],
    },
  }
}

const linesOf = (vectors: readonly Vector[]): string => vectors.map((vector) => `${JSON.stringify(vector)}\n`).join('')

const digestOf = (vectors: readonly Vector[]): string => digestText(createHash('sha256').update(linesOf(vectors)).digest())

/** The whole kit as one file: the manifest on the first line, one vector a line. */
export const kitText = ({ manifest, vectors }: Kit): string => `${JSON.stringify(manifest)}\n${linesOf(vectors)}`

/** A kit as a node gives it: its manifest says what the node judges by now. */
export function kitServedBy({ manifest, vectors }: Kit, served: readonly Omit<ServedRelease, 'vectors'>[]): Kit {
  const made = new Set(manifest.releases.map((release) => `${release.id}/${release.digest}`))
  return {
    vectors,
    manifest: { ...manifest, served: served.map((one) => ({ ...one, vectors: made.has(`${one.id}/${one.digest}`) })) },
  }
}

/**
 * Reads a kit that a node gave.
 * @throws RangeError when it is no kit, of another form, or not what its digest says
 */
export function parseKit(text: string): Kit {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '')
  let manifest: KitManifest
  let vectors: Vector[]
  try {
    manifest = JSON.parse(head ?? '') as KitManifest
    vectors = lines.map((line) => JSON.parse(line) as Vector)
  } catch (cause) {
    throw new RangeError('not a conformance kit: its lines are not JSON', { cause })
  }
  if (manifest?.kit !== 'huijiao-conformance') throw new RangeError('not a conformance kit')
  if (manifest.version !== 1) throw new RangeError(`the kit has form ${String(manifest.version)}, this program reads form 1`)
  if (digestOf(vectors) !== manifest.digest)
    throw new RangeError('the kit was changed: its vectors do not have the digest in its first line')
  return { manifest, vectors }
}

/** The file a vector is in: one for each rule, and one for each other task. */
export const groupOf = (vector: Vector): string => vector.rule ?? vector.do

export function groupsOf(vectors: readonly Vector[]): [name: string, vectors: Vector[]][] {
  const groups = new Map<string, Vector[]>()
  for (const vector of vectors) groups.set(groupOf(vector), [...(groups.get(groupOf(vector)) ?? []), vector])
  return [...groups]
}

function rulesOf(vectors: readonly Vector[]): KitManifest['rules'] {
  return groupsOf(vectors.filter((vector) => vector.rule !== undefined)).map(([rule, members]) => ({
    rule,
    kind: members[0]?.kind ?? '',
    valid: members.filter((vector) => vector.id.includes('/valid/')).length,
    invalid: members.filter((vector) => vector.id.includes('/invalid/')).length,
  }))
}
