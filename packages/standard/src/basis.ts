import type { ProblemDocument } from '@huijiao/problem'
import type { Release } from './model.ts'
import { catalogueBasisEn } from './rules/catalogue/basis.ts'

type Worded = Pick<Release, 'basisEn'>

/**
 * The English of a basis: of the release's own texts, or of those that this program writes by itself. Undefined where the text is the same in every
 * language, such as GB 11643, or nobody gave one.
 */
export function englishBasis(basis: string, releases: Iterable<Worded>): string | undefined {
  for (const release of releases) {
    const known = release.basisEn?.[basis]
    if (known !== undefined) return known
  }
  const table = /^数据标准 (.*?)(（推定）)?$/.exec(basis)
  if (table !== null) return `Data standard ${table[1]}${table[2] === undefined ? '' : ' (inferred)'}`
  const dictionary = /^数据字典 (\S+)（标准版本 (\S+)）$/.exec(basis)
  if (dictionary !== null) return `Dictionary ${dictionary[1]} (release ${dictionary[2]})`
  const open = /^数据字典 (\S+)（不完整：(.*)）$/.exec(basis)
  if (open !== null) return `Dictionary ${open[1]} (incomplete: ${open[2]})`
  return catalogueBasisEn[basis]
}

/** The problem with its basis in English too, where there is one. */
export function withEnglishBasis(problem: ProblemDocument, releases: Iterable<Worded>): ProblemDocument {
  if (problem.basis === undefined || problem.en.basis !== undefined) return problem
  const basis = englishBasis(problem.basis, releases)
  return basis === undefined ? problem : { ...problem, en: { ...problem.en, basis } }
}
