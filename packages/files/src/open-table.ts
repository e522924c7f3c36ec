import { extname, basename } from 'node:path'
import { Problem } from '@huijiao/problem'
import type { Entity, Release } from '@huijiao/standard'
import { openCsv } from './csv.ts'
import { entityByCode, entityNamed } from './entities.ts'
import { charsetOf, type FileKind, kindOfMediaType, sniffKind } from './kinds.ts'
import type { FileSource } from './source.ts'
import type { Table } from './table.ts'
import { openXlsx } from './xlsx/open-xlsx.ts'
import { openXml, type XmlOptions } from './xml-table.ts'

/** What the sender says of a file; everything but the release may be left to the file itself. */
export interface TableOptions {
  readonly release: Release
  readonly mediaType?: string
  /** The file's name, for the notes and, in CSV, for the entity. */
  readonly name?: string
  /** Code or Chinese name of the entity. */
  readonly entity?: string
  readonly sheet?: string
  readonly charset?: string
  readonly values?: XmlOptions['values']
  /** How the sender says `entity` and `sheet`, where not as parameters of a request: `--entity`. */
  readonly says?: (name: 'entity' | 'sheet') => string
}

/**
 * Opens a file of rows: CSV, Excel (.xlsx) or XML.
 * @throws Problem file-kind-unsupported, file-malformed, workbook-too-large, xml-dtd-refused, file-text-encoding, file-entity-unclear,
 *   file-columns-invalid
 */
export async function openTable(source: FileSource, options: TableOptions): Promise<Table> {
  const { release, name } = options
  const kind: FileKind = await sniffKind(source, { kind: kindOfMediaType(options.mediaType), ...(name === undefined ? {} : { name }) })
  const charset = options.charset ?? charsetOf(options.mediaType)
  const entity = options.entity === undefined ? undefined : entityByCode(release, options.entity)
  const common = { release, ...(name === undefined ? {} : { name }) }
  const said = { ...common, ...(charset === undefined ? {} : { charset }) }
  switch (kind) {
    case 'xlsx':
      return await openXlsx(source, {
        ...common,
        ...(entity === undefined ? {} : { entity }),
        ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
        ...(options.says === undefined ? {} : { says: options.says }),
      })
    case 'xml':
      return await openXml(source, {
        ...said,
        ...(entity === undefined ? {} : { entity }),
        ...(options.values === undefined ? {} : { values: options.values }),
      })
    case 'csv': {
      return await openCsv(source, { ...said, entity: entityOfCsv(options) })
    }
  }
}

/** @throws Problem file-entity-unclear */
export function entityOfCsv({ release, entity, name, says }: Pick<TableOptions, 'release' | 'entity' | 'name' | 'says'>): Entity {
  if (entity !== undefined) return entityByCode(release, entity)
  const own = name === undefined ? null : entityNamed(release, basename(name, extname(name)))
  if (own !== null) return own
  throw new Problem('file-entity-unclear', {
    zh: `CSV 文件不写数据表：用 ${says?.('entity') ?? 'entity 参数'} 写明，或以数据表的代码或中文名命名文件`,
    en: `A CSV file does not say its entity: name it by ${says?.('entity') ?? 'the parameter entity'}, or name the file after it`,
  })
}
