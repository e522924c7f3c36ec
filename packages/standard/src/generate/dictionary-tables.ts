import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from '@huijiao/problem'
import type { DictionaryCode, Entity, ReleaseDocument, ReleaseId } from '../model.ts'
import { dataDir, readCsv, type Repairs } from './sources.ts'

export interface DictionaryTable {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly status: string
  readonly closed: boolean
  readonly complete: boolean
  readonly missing?: Words
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
      ...(closed ? {} : { missing: ruling?.missing ?? missingWords(row['status']!) }),
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
      missing: ruling.missing ?? missingWords(ruling.basis),
      text: false,
      codes: [],
    })
  }
  return tables
}

/** What is said of a table that is not complete when no ruling says more. */
function missingWords(status: string): Words {
  const known = statusWords.find(([start]) => status.startsWith(start))
  const [, zh, en] = known ?? ['', '是否还有其他代码不明', 'whether there are more is not known']
  return { zh: `${zh}（来源：${status}）`, en: `${en} (source: ${status})` }
}

const statusWords = [
  ['partial', '仅有在实现中见到的部分代码', 'only the codes seen in an implementation are held'],
  ['provincial', '未见全国代码，暂列江苏省的取值', 'the national codes were not found; the values are those of Jiangsu'],
  ['proposed', '未见正式代码表，代码由本项目拟定', 'no official table was found; the codes are proposed here'],
  ['code inferred', '代码值为推定', 'the codes are inferred'],
  ['law', '种类出自法律，代码由本项目拟定', 'the kinds are those of the law, the codes are proposed here'],
  ['national 2018', '2014 版的代码表未见，仅有 2018 版的取值', 'the table of 2014 was not found; the values are those of 2018'],
] as const

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

/** The dictionaries that the release's fields really use, in order of their code, but for those that are there already. */
export function dictionariesOf(
  tables: ReadonlyMap<string, DictionaryTable>,
  entities: readonly Entity[],
  except: ReadonlySet<string> = new Set(),
): ReleaseDocument['dictionaries'] {
  const used = new Set(entities.flatMap((e) => e.fields.flatMap((f) => [f.dictionary, f.list])).filter((d) => d !== undefined))
  return [...used]
    .filter((code) => !except.has(code!))
    .sort()
    .map((code) => {
      const table = tables.get(code)
      if (table === undefined) throw new Error(`no such dictionary: ${code}`)
      const { text: _, ...dictionary } = table
      return dictionary
    })
}
