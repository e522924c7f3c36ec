/**
 * Reads CSV with a header line (RFC 4180: quoted fields, doubled quotes, line breaks inside quotes).
 * @returns one object a row, keyed by the header; absent trailing fields are ''
 * @throws Error when a row has more fields than the header
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = cells(text.replace(/^\uFEFF/, ''))
  if (header === undefined) return []
  return rows
    .filter((row) => row.length > 1 || row[0] !== '')
    .map((row, index) => {
      if (row.length > header.length) throw new Error(`row ${index + 2} has ${row.length} fields, the header has ${header.length}`)
      return Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))
    })
}

function cells(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (c === '"') quoted = true
    else if (c === ',') {
      row.push(cell)
      cell = ''
    } else if (c === '\n') {
      rows.push([...row, cell])
      row = []
      cell = ''
    } else if (c !== '\r') cell += c
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}
