import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from '@huijiao/problem'
import type { Condition, Field, FieldCheck } from '../model.ts'
import { parseCsv } from './csv.ts'

/** The standard's tables and our rulings on them, as committed. */
export const dataDir = join(import.meta.dirname, '..', '..', 'data')

export function readCsv(path: string): Record<string, string>[] {
  return parseCsv(readFileSync(join(dataDir, path), 'utf8'))
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(dataDir, path), 'utf8')) as T
}

export function readRuling<T>(name: string): T {
  return readJson<T>(join('rulings', name))
}

/** The rulings on the tables; see `data/rulings/repairs.json`, which states the basis of each. */
export interface Repairs {
  readonly companyCode: { readonly lengths: readonly number[] }
  readonly others: { readonly fields: readonly string[]; readonly values: readonly string[] }
  readonly keyForms: readonly {
    readonly form: NonNullable<Field['keyForm']>
    readonly fields?: readonly string[]
    readonly check?: FieldCheck
  }[]
  readonly keys: readonly { readonly entity: string; readonly key: readonly string[] }[]
  readonly fields: readonly {
    readonly entity: string
    readonly field: string
    readonly set: Readonly<Record<string, string>>
    readonly mark: string
  }[]
  readonly conditions: readonly (Condition & { readonly entity: string })[]
  readonly repeats: readonly {
    readonly entity: string
    readonly fields: readonly string[]
    readonly times: number
    readonly basis: string
  }[]
  readonly entities: readonly { readonly entity: string; readonly mark: string }[]
  readonly dictionaries: readonly DictionaryRuling[]
}

export interface DictionaryRuling {
  readonly dictionary: string
  readonly closed: boolean
  /** The field holds text that merely mentions the dictionary. */
  readonly text?: boolean
  readonly pattern?: string
  readonly nameZh?: string
  readonly nameEn?: string
  /** What of the official table is not held. */
  readonly missing?: Words
  readonly basis: string
}
