import { dataAndSealed } from './authority-read.ts'
import type { Hub } from './hub.ts'
import { describeFields, type DescribedField, entityNames, regionName } from './record-fields.ts'
import { publicRecordId } from './record-id.ts'
import { type RecordStream, type ShownVersionRow, showVersion, streamsOfRecord, versionsOfStream } from './record.ts'
import type { readRecord } from './record-read.ts'
import { entityOf } from './search-reader.ts'
import { nameOf } from './search-traits.ts'
import { isElsewhere } from './version-range.ts'

/** What a version changed against the one before it in its stream. Codes only: values stand in the versions, sealed ones masked. */
export interface VersionChanges {
  readonly against: number
  readonly fields: readonly string[]
}

/**
 * Every version of a record, by stream, newest first, with its fields by their names and what it changed; sealed fields are compared and stay masked. Of one
 * whose texts are kept elsewhere `elsewhere` says where, and what it changed, or the next one against it, is not known.
 */
export async function versionHistory(hub: Hub, recordId: string) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const lists = await Promise.all(
    streams.map(async (stream) => {
      const rows = await versionsOfStream(hub.db, stream)
      return rows.map((row, at) => {
        const shown = showVersion(hub, row, stream, { unmask: false })
        const data = (shown as { data?: Readonly<Record<string, unknown>> }).data
        return {
          ...shown,
          fields: data === undefined ? [] : (describeFields(hub, row.release, row.entity, data) as DescribedField[]),
          changes: changesOf(hub, row, rows[at + 1]),
        }
      })
    }),
  )
  return { recordId: publicRecordId((streams[0] as RecordStream).record_id), versions: lists.flat() }
}

function changesOf(hub: Hub, row: ShownVersionRow, before: ShownVersionRow | undefined): VersionChanges | null {
  if (before === undefined || isElsewhere(row) || isElsewhere(before)) return null
  const [now, then] = [dataAndSealed(hub, row).data, dataAndSealed(hub, before).data]
  const fields = [...new Set([...Object.keys(then), ...Object.keys(now)])]
  return { against: before.n, fields: fields.filter((field) => JSON.stringify(now[field]) !== JSON.stringify(then[field])) }
}

/** A record with its name, where it stands, and its fields by their names. */
export function describeRecord(hub: Hub, record: Awaited<ReturnType<typeof readRecord>>) {
  const shown = record.inForce ?? record.head
  const data = (shown as { data?: Readonly<Record<string, unknown>> } | null)?.data ?? {}
  const entity = shown === null ? undefined : entityOf(hub, shown.release, record.entity)
  return {
    ...record,
    entityName: entityNames(hub, record.entity),
    library: entity?.group ?? null,
    name: entity === undefined ? '' : nameOf(entity, data),
    regionName: shown === null ? null : regionName(hub, shown.reportingRegion),
    fields: shown === null ? [] : describeFields(hub, shown.release, record.entity, data),
  }
}
