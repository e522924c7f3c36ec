import type { GroupCounter, ProblemDocument, ProblemGroups } from '@huijiao/problem'

const problemStart = '{"type":"/problems/'
const pointerStart = ',"pointer":"'
const severityStart = ',"severity":"'
const fixStart = ',"fix":[{'

/**
 * Counts the problems of an outcome page without parsing it: of each kind only the first few are read, the others differ in what was sent and are counted. In JSON
 * text every quote inside a string is escaped, so these marks stand nowhere but between members.
 * @param page NDJSON of outcomes, as a part keeps it
 * @param known kinds that were met before; one map for all pages of a submission
 * @returns records with problems
 */
export function scanPage(page: Buffer, groups: ProblemGroups, known: Map<string, GroupCounter>): number {
  const text = page.toString('utf8')
  let records = 0
  let lineEnd = -1
  let record = 0
  let fix = text.indexOf(fixStart)
  for (let at = text.indexOf(problemStart); at !== -1;) {
    if (at > lineEnd) {
      const lineFrom = text.lastIndexOf('\n', at) + 1
      lineEnd = text.indexOf('\n', at)
      if (lineEnd === -1) lineEnd = text.length
      record = Number(/^\{"index":(\d+)/.exec(text.slice(lineFrom, lineFrom + 24))?.[1] ?? 0)
      records += 1
    }
    const next = text.indexOf(problemStart, at + problemStart.length)
    const end = next !== -1 && next < lineEnd ? next : lineEnd
    while (fix !== -1 && fix < at) fix = text.indexOf(fixStart, at)
    const kind = kindAt(text, at, end)
    const counter = kind === null ? undefined : known.get(kind)
    if (counter?.full === true) counter.more(fix !== -1 && fix < end)
    else {
      const joined = groups.add(problemAt(text, at, end), record)
      if (kind !== null && known.size < kindsMax) known.set(kind, joined)
    }
    at = next
  }
  return records
}

/** What makes two problems one kind: all that stands before the severity (code, rule, basis), the severity, and the place. Null where the text has another form. */
function kindAt(text: string, at: number, end: number): string | null {
  const severity = text.indexOf(severityStart, at)
  if (severity === -1 || severity >= end) return null
  const pointer = text.indexOf(pointerStart, severity)
  if (pointer === -1 || pointer >= end) return null
  const close = text.indexOf('"', pointer + pointerStart.length)
  // A pointer holds no quote: a field's name with one would be written with a backslash before it.
  if (text.charCodeAt(close - 1) === backslash) return null
  return text.slice(at, severity + severityStart.length + 4) + text.slice(pointer, close)
}

const backslash = 0x5c
/** A member that is unknown is a place of its own, and senders have many. */
const kindsMax = 10_000

/** The problem itself; the text up to the next one holds what closes the list. */
function problemAt(text: string, at: number, end: number): ProblemDocument {
  const piece = text.slice(at, end)
  for (let close = piece.lastIndexOf('}'); close !== -1; close = piece.lastIndexOf('}', close - 1)) {
    try {
      return JSON.parse(piece.slice(0, close + 1)) as ProblemDocument
    } catch {
      // The brace closes the record, or stands in a text.
    }
  }
  throw new SyntaxError('a problem of an outcome page has no end')
}
