import { type Field, type Release, regionIndexOf } from '@huijiao/standard'
import type { Hub } from './hub.ts'
import { masked } from './record.ts'
import { entityOf } from './search-reader.ts'

/** A field as people read it. */
export interface DescribedField {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly kind: Field['kind']
  readonly privacy: Field['privacy']
  /** What the record says; `***` for a sealed value. */
  readonly value: unknown
  /** What a code of a dictionary or of a region means. */
  readonly text?: { readonly zh: string; readonly en: string }
  readonly unit?: string
  /** The sealed value was masked. */
  readonly hidden?: true
}

export const entityNames = (hub: Pick<Hub, 'standards'>, code: string): { zh: string; en: string } => {
  for (const release of [...hub.standards().releases.values()].toReversed()) {
    const entity = release.entities.get(code)
    if (entity !== undefined) return { zh: entity.nameZh, en: entity.nameEn }
  }
  return { zh: code, en: code }
}

/** A record's fields in the order of the standard, by their names, with what their codes mean. */
export function describeFields(
  hub: Pick<Hub, 'standards'>,
  releaseId: string,
  code: string,
  data: Readonly<Record<string, unknown>>,
): DescribedField[] {
  const entity = entityOf(hub, releaseId, code)
  const release = hub.standards().releases.get(releaseId) ?? [...hub.standards().releases.values()].at(-1)
  if (entity === undefined || release === undefined) return Object.entries(data).map(([field, value]) => bareField(field, value))
  const known = entity.fields.filter((field) => field.code in data).map((field) => describeField(release, field, data[field.code]))
  const others = Object.keys(data).filter((field) => !entity.fields.some((one) => one.code === field))
  return [...known, ...others.map((field) => bareField(field, data[field]))]
}

const bareField = (code: string, value: unknown): DescribedField => ({ code, zh: code, en: code, kind: 'text', privacy: 'open', value })

function describeField(release: Release, field: Field, value: unknown): DescribedField {
  const text = meaning(release, field, value)
  return {
    code: field.code,
    zh: field.nameZh,
    en: field.nameEn,
    kind: field.kind,
    privacy: field.privacy,
    value,
    ...(text === undefined ? {} : { text }),
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...(value === masked && field.privacy === 'sealed' ? { hidden: true as const } : {}),
  }
}

function meaning(release: Release, field: Field, value: unknown): { zh: string; en: string } | undefined {
  if (typeof value !== 'string' || value === masked) return undefined
  if (field.kind === 'region') return regionWords(release, value)
  const dictionary = field.dictionary ?? field.list
  const code = dictionary === undefined ? undefined : release.dictionaries.get(dictionary)?.codes.get(value)
  return code === undefined ? undefined : { zh: code.nameZh, en: code.nameEn || code.nameZh }
}

function regionWords(release: Release, code: string): { zh: string; en: string } | undefined {
  const name = regionIndexOf(release).nameOf(code)
  return name === null ? undefined : { zh: name, en: name }
}

/** 山东省济南市历下区 for 370102; the code itself where no table has it. */
export function regionName(hub: Pick<Hub, 'standards'>, code: string): string {
  const release = [...hub.standards().releases.values()].at(-1)
  if (release === undefined) return code
  const index = regionIndexOf(release)
  const names: string[] = []
  for (let at: string | null = code; at !== null && names.length < 3; at = index.parentOf(at)) {
    const name = index.nameOf(at)
    if (name !== null && !names.includes(name)) names.unshift(name)
  }
  return names.length === 0 ? (code === '000000' ? '全国' : code) : names.join('')
}
