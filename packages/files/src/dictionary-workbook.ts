import type { Dictionary } from '@huijiao/standard'
import { type CellToWrite, writeWorkbook } from './xlsx/write.ts'

/** The columns that replacing a dictionary by a file knows by these names. */
const columns = [
  { name: '代码', width: 18, of: 'code' },
  { name: '名称', width: 44, of: 'nameZh' },
  { name: '英文名称', width: 36, of: 'nameEn' },
  { name: '备注', width: 44, of: 'note' },
  { name: '有效期起', width: 14, of: 'validFrom' },
  { name: '有效期止', width: 14, of: 'validTo' },
] as const

/** What Excel takes as the name of a sheet. */
const sheetNameMax = 31

/**
 * A dictionary as a workbook to change and hand in again. Every cell is text, so that no code loses its leading zeros; what nobody changed is read back as it was.
 */
export async function dictionaryWorkbook(dictionary: Dictionary): Promise<Buffer> {
  const text = (value: string, wrap = false): CellToWrite => ({ value, look: { format: '@', ...(wrap ? { wrap } : {}) } })
  const head = columns.map(({ name }): CellToWrite => ({ value: name, look: { bold: true, fill: 'FFD9E5F2', border: true } }))
  const rows = [...dictionary.codes.values()].map((code) => columns.map(({ of }) => text(code[of] ?? '', of === 'note')))
  const name = dictionary.nameZh.replaceAll(/[[\]:*?/\\']/g, ' ').slice(0, sheetNameMax)
  return await writeWorkbook(
    [{ name, rows: [head, ...rows], columns: columns.map(({ width }) => ({ width, look: { format: '@' } })), frozenRows: 1 }],
    `${dictionary.nameZh} ${dictionary.code}`,
  )
}
