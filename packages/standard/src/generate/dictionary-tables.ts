import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DictionaryCode, Entity, ReleaseDocument, ReleaseId } from '../model.ts'
import { dataDir, readCsv, type Repairs } from './sources.ts'

export interface DictionaryTable {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly status: string
  readonly closed: boolean
  readonly complete: boolean
  readonly text: boolean
  readonly codes: readonly DictionaryCode[]
}

/**
 * The code tables as one release has them. A note `2018 only` or `2014 only` restricts a code, `2018 name: …` renames it; a code only
 * *seen* in one document stays valid in both, because absence from a partial source proves nothing.
 */
export function dictionaryTables(release: ReleaseId, repairs: Repairs): Map<string, DictionaryTable> {
  const tables = new Map<string, DictionaryTable>()
  for (const row of readCsv('dictionaries-index.csv')) {
    const code = row['code']!
    const ruling = repairs.dictionaries.find((d) => d.dictionary === code)
    const closed = ruling?.closed ?? isClosed(row['status']!, release)
    tables.set(code, {
      code,
      nameZh: row['name_zh']!,
      nameEn: row['name_en']!,
      status: row['status']!,
      closed,
      complete: closed,
      text: ruling?.text ?? false,
      codes: codesOf(code, release),
    })
  }
  for (const ruling of repairs.dictionaries.filter((d) => !tables.has(d.dictionary))) {
    const { dictionary, nameZh = dictionary, nameEn = dictionary } = ruling
    tables.set(dictionary, {
      code: dictionary,
      nameZh,
      nameEn,
      status: ruling.basis,
      closed: false,
      complete: false,
      text: false,
      codes: [],
    })
  }
  return tables
}

/** Closed: the sources state the whole table for this release, so any other value is an error. */
function isClosed(status: string, release: ReleaseId): boolean {
  if (status.startsWith('inline') || status.startsWith('GB/T')) return true
  return release === '2014' ? status.startsWith('national (2014') : status.startsWith('national')
}

function codesOf(dictionary: string, release: ReleaseId): DictionaryCode[] {
  const path = `dictionaries/${dictionary}.csv`
  if (!existsSync(join(dataDir, path))) return []
  const other = release === '2014' ? '2018 only' : '2014 only'
  return readCsv(path)
    .filter((row) => !row['note']!.startsWith(other))
    .map((row) => {
      const renamed = release === '2018' ? /2018 name: ([^;]+)/.exec(row['note']!)?.[1] : undefined
      return {
        code: row['code']!,
        nameZh: renamed ?? row['name_zh']!,
        nameEn: renamed === undefined ? row['name_en']! : '',
        ...(row['note'] === '' ? {} : { note: row['note']! }),
      }
    })
}

/** The dictionaries that the release's fields really use, in order of their code. */
export function dictionariesOf(tables: ReadonlyMap<string, DictionaryTable>, entities: readonly Entity[]): ReleaseDocument['dictionaries'] {
  const used = new Set(entities.flatMap((e) => e.fields.map((f) => f.dictionary)).filter((d) => d !== undefined))
  return [...used].sort().map((code) => {
    const table = tables.get(code)
    if (table === undefined) throw new Error(`no such dictionary: ${code}`)
    const { text: _, ...dictionary } = table
    return dictionary
  })
}
