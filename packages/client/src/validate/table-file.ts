import { open, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { TableOptions } from '@huijiao/files'
import { Problem } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import { exitCodes, usage, UserError } from '../user-error.ts'

/** What the command line may say of a file of rows. */
export type TableWords = Pick<TableOptions, 'entity' | 'sheet' | 'charset' | 'values'>

/** Endings of files of rows, and of those that are told apart from them with the way to convert them. */
const endings = new Set(['.csv', '.xlsx', '.xlsm', '.xlsb', '.xls', '.et', '.ods', '.xml'])

/** Whether a file holds rows (CSV, Excel, XML) and not JSON: by its name, or by how it begins. */
export async function isTableFile(path: string): Promise<boolean> {
  if (endings.has(extname(path).toLowerCase())) return true
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    const start = buffer.subarray(0, bytesRead)
    return start.toString('latin1').startsWith('PK\u0003\u0004') || start.toString('hex').startsWith('d0cf11e0') || start[0] === 0x3c
  } finally {
    await file.close()
  }
}

export const tableOptions = (path: string, release: Release, words: TableWords): TableOptions => ({
  release,
  name: basename(path),
  says: (option) => `--${option}`,
  ...words,
})

/** @throws UserError (usage) when it cannot be read */
export async function sizeOfTable(path: string): Promise<number> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(`读不了文件 ${path}`, `cannot read ${path}: ${error.code}`)
  })
  if (!facts.isFile()) throw usage(`${path} 不是普通文件`, `${path} is not a regular file`)
  if (facts.size === 0) throw usage(`${path} 是空文件`, `${path} is empty`)
  return facts.size
}

/** Does something with a file; a problem of the file as a whole is told as the command line tells its errors. */
export async function withFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { title, detail, hint, en } = error.toDocument()
    throw new UserError(
      exitCodes.refused,
      { zh: `${path}：${title}。${detail}`, en: `${path}: ${en.title}. ${en.detail}` },
      { hint: { zh: hint, en: en.hint } },
    )
  }
}
