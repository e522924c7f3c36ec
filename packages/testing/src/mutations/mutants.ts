import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyFix, releases, validateRecord } from '@huijiao/standard'
import type { ProblemDocument } from '@huijiao/problem'
import { sampleCity } from '../sample/city.ts'
import { randomOf } from '../sample/random.ts'
import { authenticityMutators } from './authenticity.ts'
import { legalityMutators } from './legality.ts'
import { logicMutators } from './logic.ts'
import type { Base, Data, Mutant, Mutator } from './mutation.ts'

export const mutators: readonly Mutator[] = [...authenticityMutators, ...legalityMutators, ...logicMutators]

/** When the mutated records are judged: after everything in the sample city and the generated samples has happened. */
export const judgedAt = new Date('2027-01-01T00:00:00Z')

const schemas = join(import.meta.dirname, '..', '..', '..', '..', 'schemas')

/** Faultless records: the sample city's, and the full sample of every table of both national releases. */
export function faultlessRecords(): Base[] {
  const records: Base[] = []
  for (const id of ['2014', '2018']) {
    const release = releases.get(id)
    if (release === undefined) throw new Error(`no release ${id}`)
    for (const entity of release.entities.values()) {
      const data = JSON.parse(readFileSync(join(schemas, id, 'valid', `${entity.code}.full.json`), 'utf8')) as Data
      records.push({ release, entity, data })
    }
  }
  for (const { standard, record } of sampleCity().filings) {
    const release = releases.get(standard)
    const entity = release?.entities.get(record.entity)
    if (release !== undefined && entity !== undefined && record.data !== undefined)
      records.push({ release, entity, data: { ...record.data } })
  }
  return records.filter(({ release, entity, data }) => validateRecord(release, entity, data, judgedAt).length === 0)
}

/**
 * Records with one known mistake each, the same for the same seed: the kinds of mistakes in turn, each in a record that can have it.
 * @throws Error when a kind fits no record
 */
export function mutantsOf(count: number, seed: string): Mutant[] {
  const bases = faultlessRecords()
  const random = randomOf('mutations', seed)
  const mutants: Mutant[] = []
  for (let turn = 0; mutants.length < count; turn += 1) {
    const mutator = mutators[turn % mutators.length] as Mutator
    mutants.push(mutantOf(mutator, bases, random))
  }
  return mutants
}

function mutantOf(mutator: Mutator, bases: readonly Base[], random: ReturnType<typeof randomOf>): Mutant {
  for (let tries = 0; tries < 20_000; tries += 1) {
    const base = random.pick(bases)
    const spoiled = mutator.spoil(base, random)
    if (spoiled === null) continue
    const { data, field, rule } = spoiled
    return { kind: mutator.kind, base, data, rule, pointer: `/data/${field}` }
  }
  throw new Error(`no record can have the mistake ${mutator.kind}`)
}

/** What became of one mutant. */
export interface Verdict {
  readonly mutant: Mutant
  readonly problems: readonly ProblemDocument[]
  /** The right rule was named at the right place. */
  readonly named: boolean
  readonly patched: boolean
  /** The patch leaves a record without a problem; null without a patch. */
  readonly mends: boolean | null
  /** The patch gives back the very record that was spoiled; null without a patch. */
  readonly restores: boolean | null
}

export function judgeMutant(mutant: Mutant): Verdict {
  const { release, entity, data: original } = mutant.base
  const problems = validateRecord(release, entity, mutant.data, judgedAt)
  const own = problems.find(({ rule, pointer }) => rule === mutant.rule && pointer === mutant.pointer)
  const fix = own?.fix
  if (fix === undefined) return { mutant, problems, named: own !== undefined, patched: false, mends: null, restores: null }
  const mended = applyFix(mutant.data, fix)
  return {
    mutant,
    problems,
    named: true,
    patched: true,
    mends: validateRecord(release, entity, mended, judgedAt).length === 0,
    restores: JSON.stringify(sorted(mended)) === JSON.stringify(sorted(original)),
  }
}

const sorted = (data: Data) => Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))
