/** Edits (insert, delete, replace) between two short texts; `most` + 1 when there are more than `most`. */
export function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replace, (above[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    if (Math.min(...row) > most) return most + 1
    above = row
  }
  return above[b.length] as number
}
