import {
  type Bucket,
  bucketDigits,
  childrenDigest,
  childrenOfBuckets,
  childrenOfItems,
  countOf,
  itemsDigest,
  parseRange,
  type RangeChild,
  type RangeName,
  type RangeSource,
  type SetItem,
} from './reconcile.ts'

/** An item with where it belongs. */
export interface PlacedItem extends SetItem {
  readonly period: string
  readonly entity: string
}

/** A set in memory: for tests, and for whoever holds a set that is small. Of items with one id the last one counts. */
export function memorySource(placed: Iterable<PlacedItem>): RangeSource {
  const groups = new Map<string, Map<string, SetItem>>()
  for (const { period, entity, id, value } of placed) {
    const name = `${period}/${entity}`
    const group = groups.get(name) ?? new Map<string, SetItem>()
    group.set(id.toString('hex'), { id, value })
    groups.set(name, group)
  }
  const sorted = new Map([...groups].map(([name, group]) => [name, [...group].sort(([a], [b]) => (a < b ? -1 : 1))]))
  const entries = (name: string, digits: string): (readonly [string, SetItem])[] => {
    const all = sorted.get(name) ?? []
    if (digits === '') return all
    const place = (wanted: string): number => {
      let [low, high] = [0, all.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((all[middle] as [string, SetItem])[0] < wanted) low = middle + 1
        else high = middle
      }
      return low
    }
    return all.slice(place(digits), place(`${digits}g`))
  }
  const buckets = new Map<string, Bucket[]>()
  const bucketsOf = (name: string): Bucket[] => {
    const known = buckets.get(name)
    if (known !== undefined) return known
    const made = [...Map.groupBy(sorted.get(name) ?? [], ([id]) => id.slice(0, bucketDigits))].map(([digits, list]): Bucket => {
      const items = list.map(([, item]) => item)
      return [digits, items.length, itemsDigest(items)]
    })
    buckets.set(name, made)
    return made
  }
  const ofGroup = (name: string): RangeChild[] => childrenOfBuckets(bucketsOf(name))
  const itemsOf = (range: RangeName): SetItem[] => {
    const { period, entity, digits } = parseRange(range) as { period: string; entity: string; digits: string }
    return entries(`${period}/${entity}`, digits).map(([, item]) => item)
  }
  const childrenOf = (range: RangeName): RangeChild[] => {
    const { period, entity, digits } = parseRange(range) as NonNullable<ReturnType<typeof parseRange>>
    if (entity !== null) {
      const name = `${period}/${entity}`
      return digits.length < bucketDigits ? childrenOfBuckets(bucketsOf(name), digits) : childrenOfItems(itemsOf(range), digits)
    }
    const labels = [...sorted.keys()]
      .filter((name) => period === null || name.startsWith(`${period}/`))
      .map((name) => name.split('/')[period === null ? 0 : 1] as string)
    return [...new Set(labels)].sort().map((label): RangeChild => {
      const children = period === null ? childrenOf(label) : ofGroup(`${period}/${label}`)
      return [label, countOf(children), childrenDigest(children)]
    })
  }
  return {
    count: async (range) => (range.includes('/') ? itemsOf(range).length : countOf(childrenOf(range))),
    children: async (range) => childrenOf(range),
    items: async (range) => itemsOf(range),
  }
}
