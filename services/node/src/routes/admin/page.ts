import { Problem } from '@huijiao/problem'

/** Query members that every list takes. */
export const pageQuery = {
  cursor: { type: 'string', maxLength: 300, description: '`next` of the page before · 上一页的 next' },
  limit: { type: 'integer', minimum: 1, maximum: 500, description: 'Items a page, 50 when absent · 每页条数' },
} as const

export interface PageQuery {
  readonly cursor?: string
  readonly limit?: number
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Give it as `cursor` for the next page; null on the last one. */
  readonly next: string | null
}

export const limitOf = (query: PageQuery): number => query.limit ?? 50

/**
 * Reads a cursor of this very list.
 * @throws Problem parameter-invalid for a cursor of another list, or one that was made up
 */
export function placeOf<Place extends string | number | readonly (string | number)[]>(list: string, query: PageQuery): Place | undefined {
  if (query.cursor === undefined) return undefined
  try {
    const [name, place] = JSON.parse(Buffer.from(query.cursor, 'base64url').toString()) as [string, Place]
    if (name === list && place !== undefined) return place
  } catch {
    // as below
  }
  throw new Problem('parameter-invalid', { zh: 'cursor 不是本列表给出的', en: 'The cursor is not one that this list gave' })
}

/** Makes a page out of one item more than it shows: the extra one says whether there is a next page. */
export function pageOf<Row, Item>(
  list: string,
  rows: readonly Row[],
  limit: number,
  placeOfRow: (row: Row) => unknown,
  show: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify([list, placeOfRow(last)])).toString('base64url') : null
  return { items: shown.map(show), next }
}

/** Schema of a page in an answer. @param beside further members of it */
export function pageSchema(item: object = { type: 'object' }, beside: object = {}): object {
  return {
    type: 'object',
    required: ['items', 'next'],
    properties: { items: { type: 'array', items: item }, next: { type: ['string', 'null'] }, ...beside },
  }
}
