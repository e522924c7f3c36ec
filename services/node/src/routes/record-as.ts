import { Problem } from '@huijiao/problem'
import { crosswalk, mapRecord, type Release } from '@huijiao/standard'
import type { Context } from '../context.ts'
import type { Shown } from './records.ts'

/**
 * What is in force of a record, in the words of another release: derived for export, never stored. Fields that come from a source under a third
 * release are not mapped.
 * @throws Problem not-found: no such release, nothing in force, or nothing known of how the releases correspond
 */
export function recordAs({ hub }: Context, record: Shown, as: string): object {
  const { releases } = hub.standards()
  const to = releases.get(as)
  if (to === undefined)
    throw new Problem('not-found', { zh: `本节点没有“${as.slice(0, 60)}”版`, en: `This node does not serve release "${as.slice(0, 60)}"` })
  const version = record.inForce
  if (version === null || !('data' in version) || version.data === undefined)
    throw new Problem('not-found', { zh: '此记录没有现行内容', en: 'Nothing of this record is in force' })
  const { data, release, commitment, version: n } = version
  const from = releases.get(release)
  const sources: Readonly<Record<string, { readonly release: string }>> = 'sources' in version ? version.sources : {}
  const other = Object.keys(data).filter((field) => (sources[field]?.release ?? release) !== release)
  const own = Object.fromEntries(Object.entries(data).filter(([field]) => !other.includes(field)))
  const head = {
    derived: true,
    recordId: record.recordId,
    of: { entity: record.entity, release, version: n, commitment },
    as: { release: to.id, revision: to.revision },
  }
  if (from === to) return { ...head, entity: record.entity, data: own, lost: other.map(otherSource), assumed: [], missing: [] }
  if (from === undefined || crosswalk(from, to) === null)
    throw new Problem('not-found', {
      zh: `没有 ${release} 与 ${as} 两版的对照`,
      en: `There is no mapping between releases ${release} and ${as}`,
    })
  // Masked values would be judged for what they are not, so nothing is judged; what is mandatory and not there is named instead.
  const { entity, data: mapped, lost, assumed } = mapRecord(from, to, record.entity, own, null)
  return { ...head, entity, data: mapped, lost: [...lost, ...other.map(otherSource)], assumed, missing: missingIn(to, entity, mapped) }
}

function missingIn(to: Release, entity: string | null, data: Readonly<Record<string, unknown>>): string[] {
  const fields = entity === null ? [] : to.entities.get(entity)!.fields
  return fields.filter((field) => field.mandatory && !(field.code in data)).map((field) => field.code)
}

const otherSource = (field: string) => ({
  pointer: `/data/${field}`,
  field,
  reason: 'not-mapped',
  partly: false,
  zh: '此字段的现行值来自按另一版报送的来源',
  en: 'what is in force of this field comes from a source that sent it under another release',
  basis: 'A code is valid only together with its release (domain ruling)',
  inferred: false,
})
