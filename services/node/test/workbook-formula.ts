import { openArchive, packParts, type PartToWrite } from '@huijiao/files'

/** A workbook of one sheet as a program that does not calculate writes it: a cell has a formula and no result. */
export async function withFormula(workbook: Buffer, cell: string, formula: string): Promise<Buffer> {
  const source = await openArchive(workbook)
  const parts: PartToWrite[] = []
  for (const name of source.names) {
    const text = await source.text(name)
    parts.push({ name, content: name.startsWith('xl/worksheets/') ? put(text, cell, formula) : text })
  }
  return await packParts(parts)
}

function put(sheet: string, cell: string, formula: string): string {
  const text = formula.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const changed = sheet.replace(new RegExp(`<c r="${cell}"[^>]*>.*?</c>`, 's'), () => `<c r="${cell}"><f>${text}</f></c>`)
  if (changed === sheet) throw new Error(`the sheet has no cell ${cell}`)
  return changed
}
