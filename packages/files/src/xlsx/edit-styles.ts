import { attributeOf, cutTags, type Stretch, withAttribute } from './tags.ts'

/** Fills by which this room marks cells. They are unusual on purpose: by them its own marks are known again. */
export const markFills = { error: 'FFFFB3B0', doubt: 'FFFFD9A6', warning: 'FFFFF2A8' } as const

export type Mark = keyof typeof markFills

/** A table of styles that grows: a marked twin of a style is made once, when it is first asked for. */
export interface StyleTable {
  /** The style that looks like another but for its fill. */
  marked(style: number, mark: Mark): number
  /** Whether some style has one of our fills, from an earlier round. */
  readonly anyMarked: boolean
  /** The style without one of our fills; the same number when it has none. */
  unmarked(style: number): number
  /** The part as it is to be written. */
  part(): string
}

/**
 * Opens a table of styles to add to it. What stands in it is kept, byte for byte.
 * @returns null when the part lacks what fills are kept in: marks are then notes only
 */
export function openStyles(text: string): StyleTable | null {
  const stretches = cutTags(text)
  const fills = listIn(stretches, 'fills', 'fill')
  const styles = listIn(stretches, 'cellXfs', 'xf')
  if (fills === null || styles === null) return null
  const made: string[] = []
  const marks = Object.keys(markFills) as Mark[]
  const twins = new Map<string, number>()
  const ours = new Set(
    fills.items.flatMap((fill, at) => (Object.values(markFills).some((rgb) => fill.toUpperCase().includes(rgb)) ? [at] : [])),
  )
  const twin = (style: number, name: string, fill: number): number => {
    const key = `${style} ${name}`
    const known = twins.get(key)
    if (known !== undefined) return known
    const own = styles.items[style] ?? styles.items[0] ?? `<${styles.prefix}xf numFmtId="0" fontId="0" borderId="0"/>`
    const end = own.indexOf('>') + 1
    const tag = withAttribute(withAttribute(own.slice(0, end), 'fillId', String(fill)), 'applyFill', '1')
    const number = styles.items.length + made.length
    made.push(tag + own.slice(end))
    twins.set(key, number)
    return number
  }
  const isMarked = (style: number) => ours.has(Number(attributeOf(styles.items[style]?.split('>')[0] ?? '', 'fillId') ?? -1))
  return {
    anyMarked: styles.items.some((_, style) => isMarked(style)),
    marked: (style, mark) => twin(style, mark, fills.items.length + marks.indexOf(mark)),
    unmarked: (style) => (isMarked(style) ? twin(style, 'none', 0) : style),
    part() {
      const p = fills.prefix
      const added = marks.map(
        (mark) =>
          `<${p}fill><${p}patternFill patternType="solid"><${p}fgColor rgb="${markFills[mark]}"/><${p}bgColor indexed="64"/></${p}patternFill></${p}fill>`,
      )
      return stretches
        .map((stretch) => {
          if (stretch === fills.open) return withAttribute(stretch.raw, 'count', String(fills.items.length + added.length))
          if (stretch === fills.close) return added.join('') + stretch.raw
          if (stretch === styles.open) return withAttribute(stretch.raw, 'count', String(styles.items.length + made.length))
          if (stretch === styles.close) return made.join('') + stretch.raw
          return stretch.raw
        })
        .join('')
    },
  }
}

interface ListIn {
  readonly open: Stretch
  readonly close: Stretch
  readonly prefix: string
  readonly items: readonly string[]
}

/** The items of a list element, each as it is written. */
function listIn(stretches: readonly Stretch[], list: string, item: string): ListIn | null {
  const from = stretches.findIndex((one) => one.name === list && one.tag === 'open')
  const to = stretches.findIndex((one) => one.name === list && one.tag === 'close')
  if (from === -1 || to === -1) return null
  const items: string[] = []
  let current: string | null = null
  for (const stretch of stretches.slice(from + 1, to)) {
    if (current === null) {
      if (stretch.name !== item) continue
      if (stretch.tag === 'empty') items.push(stretch.raw)
      else current = stretch.raw
      continue
    }
    current += stretch.raw
    if (stretch.name === item && stretch.tag === 'close') {
      items.push(current)
      current = null
    }
  }
  const [open, close] = [stretches[from] as Stretch, stretches[to] as Stretch]
  return { open, close, prefix: open.prefix, items }
}
