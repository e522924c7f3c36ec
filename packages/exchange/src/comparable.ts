import { keyedDigest } from '@huijiao/identity'
import { type Entity, normalDocumentNumber, regionIndex, type RegionIndex, regionIndexOf, type Release } from '@huijiao/standard'
import type { Hub } from './hub.ts'

/**
 * A text as people mean it: full-width forms, kinds of brackets and white space do not count.
 * @see domain.md on document numbers: 〔〕［］()（）【】 are one
 */
export const normalText = (text: string): string =>
  // Without the space that `´` becomes, its accent stands on the letter before.
  normalDocumentNumber(text.normalize('NFKC')).normalize('NFKC')

/** Divisions as a release has them, with its own successors; the bulk table alone where the release is not known here. */
export const regionsIn = (release: Release | undefined): RegionIndex => (release === undefined ? regionIndex : regionIndexOf(release))

/** The organisation code of a company, whichever of its codes is given: nine characters; null for what is no such code. */
export function organisationOf(code: unknown): string | null {
  if (typeof code !== 'string') return null
  const bare = code.normalize('NFKC').replaceAll('-', '').trim().toUpperCase()
  if (/^[0-9A-Z]{18}$/.test(bare)) return bare.slice(8, 17)
  return /^[0-9A-Z]{9}$/.test(bare) ? bare : null
}

/**
 * A field's value in the form in which two sources are compared; the records keep what was sent. Amounts by their value, codes of a dictionary by what
 * they mean in their release, regions by what they have become, a company by its organisation code.
 */
export function comparable(release: Release | undefined, entity: Entity | undefined, field: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? ''
  const known = entity?.fields.find((one) => one.code === field)
  if (known?.kind === 'decimal') return normalDecimal(value)
  if (known?.kind === 'region') return regionsIn(release).successorOf(value) ?? value
  if (known?.kind === 'code' && known.dictionary !== undefined) {
    const name = release?.dictionaries.get(known.dictionary)?.codes.get(value)?.nameZh
    return name === undefined ? value : normalText(name)
  }
  if (known?.check === 'company-code' || known?.check === 'company-code-or-other') return organisationOf(value) ?? normalText(value)
  return normalText(value)
}

/** `018.50` and `18.5` are one amount. */
function normalDecimal(text: string): string {
  const parts = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text.trim())
  if (parts === null) return normalText(text)
  const [, sign, whole, rest = ''] = parts
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** What stands for a value in projections: keyed, so that a short personal value cannot be guessed. 16 bytes in hex. */
export const valueDigest = (hub: Pick<Hub, 'digestSecret'>, field: string, value: string): string =>
  keyedDigest(hub.digestSecret, 'field', `${field}\0${value}`).subarray(0, 16).toString('hex')
