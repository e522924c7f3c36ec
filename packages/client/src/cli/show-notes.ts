import type { FileNotes } from '@huijiao/files'
import { tell, type Terminal } from './terminal.ts'

/** What the reader of a file of rows has to say: encoding, columns it did not take, sheets it passed over. */
export function showNotes(terminal: Terminal, notes: FileNotes): void {
  if (notes.encoding !== undefined && notes.encoding !== 'UTF-8')
    tell(terminal, `文字编码：${notes.encoding}`, `encoding: ${notes.encoding}`, '· ')
  for (const { sheet, entity, unknownColumns, missingColumns, formulas, numbersAsText, rowsPassedOver } of notes.sheets) {
    const where = sheet ?? entity
    for (const { column, cell, near } of unknownColumns ?? []) {
      const place = cell === undefined ? '' : ` ${cell}`
      tell(
        terminal,
        `${where}：列“${column}”${place} 不是字段，未读取${near.length === 0 ? '' : `；是否为 ${near.join('、')}？`}`,
        `${where}: the column "${column}"${place} is no field and was not read${near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`}`,
        '! ',
      )
    }
    if (missingColumns !== undefined)
      tell(
        terminal,
        `${where}：缺少必填列 ${missingColumns.join('、')}`,
        `${where}: mandatory columns are missing: ${missingColumns.join(', ')}`,
        '! ',
      )
    if (formulas !== undefined)
      tell(terminal, `${where}：${formulas} 个公式，取其保存的结果`, `${where}: ${formulas} formulas, read by their saved results`, '· ')
    if (numbersAsText !== undefined)
      tell(
        terminal,
        `${where}：${numbersAsText} 个编号存成了数值，逐位读取`,
        `${where}: ${numbersAsText} numbers of things stand as quantities, read digit by digit`,
        '· ',
      )
    if (rowsPassedOver !== undefined)
      tell(
        terminal,
        `${where}：第 ${rowsPassedOver.join('、')} 行在已知列中没有内容，未读取`,
        `${where}: rows ${rowsPassedOver.join(', ')} have nothing in a known column and were passed over`,
        '· ',
      )
  }
  for (const { sheet, why } of notes.sheetsPassedOver ?? [])
    tell(terminal, `工作表“${sheet}”未读取：${why.zh}`, `sheet "${sheet}" was passed over: ${why.en}`, '· ')
}
