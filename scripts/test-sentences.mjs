/**
 * Reads the sentences of a test file: what its `describe` and `it` say, without running it. A sentence that a test takes from another file
 * (`recordsTravel(…)` in a `describe`) or from a function or loop around it is found as well.
 *
 * @typedef {{ title: string, cases: string[], skippedIf: string | null, todo: boolean }} Sentence
 * @typedef {{ title: string, skippedIf: string | null, sentences: Sentence[], groups: Group[] }} Group
 * @typedef {Record<string, any>} Node a node of the syntax tree (ESTree)
 */
import { dirname, join } from 'node:path'
import { parseAst } from 'vite'

/** vitest's placeholders: `%s` and its like by position, `$name` by name. */
const placeholder = /%[sidfjo#]|\$[A-Za-z]\w*/g

const caseTextMax = 400

/**
 * The group without a title that holds a file's sentences.
 * @param {string} file its path, relative to the repository
 * @param {(file: string) => string | null} read the text of a file; null where there is none
 * @returns {Group}
 */
export function sentencesOf(file, read) {
  const top = groupOf('', null)
  const text = read(file)
  if (text !== null) visit(parseAst(text, { lang: 'ts' }), top, scopeOf(file, text, read), new Set())
  return top
}

/** How many sentences a group and those in it have. */
export function countOf(group) {
  return group.sentences.length + group.groups.reduce((sum, inner) => sum + countOf(inner), 0)
}

function groupOf(title, skippedIf) {
  return { title, skippedIf, sentences: [], groups: [] }
}

/** What a name in a file can lead to: its own functions, and those it imports from files beside it. */
function scopeOf(file, text, read) {
  const functions = new Map()
  const imports = new Map()
  for (const statement of parseAst(text, { lang: 'ts' }).body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type === 'FunctionDeclaration') functions.set(declaration.id.name, declaration.body)
    if (declaration?.type === 'VariableDeclaration')
      for (const { id, init } of declaration.declarations) if (/Function/.test(init?.type ?? '')) functions.set(id.name, init.body)
    if (statement.type === 'ImportDeclaration' && statement.source.value.startsWith('.'))
      for (const { local, imported } of statement.specifiers)
        imports.set(local.name, { file: join(dirname(file), statement.source.value), name: imported?.name })
  }
  return { text, read, functions, imports }
}

/** The body of a function by its name, and the scope that body is in. */
function followed(name, scope) {
  if (scope.functions.has(name)) return { body: scope.functions.get(name), scope }
  const from = scope.imports.get(name)
  const text = from && scope.read(from.file)
  if (!text || !/\bfrom 'vitest'/.test(text)) return null
  const there = scopeOf(from.file, text, scope.read)
  return there.functions.has(from.name) ? { body: there.functions.get(from.name), scope: there } : null
}

function visit(node, group, scope, entered) {
  if (Array.isArray(node)) return node.forEach((each) => visit(each, group, scope, entered))
  if (typeof node !== 'object' || node === null) return
  if (node.type === 'CallExpression') {
    const call = readCall(node, scope.text)
    if (call !== null) return take(call, group, scope, entered)
    const next = node.callee.type === 'Identifier' ? followed(node.callee.name, scope) : null
    if (next !== null && !entered.has(next.body)) visit(next.body, group, next.scope, new Set([...entered, next.body]))
  }
  // A function's body counts where the function is called, not where it is written; a test's own body holds no further tests.
  if (node.type === 'FunctionDeclaration') return
  if (node.type === 'VariableDeclarator' && /Function/.test(node.init?.type ?? '')) return
  for (const [key, value] of Object.entries(node)) if (key !== 'type') visit(value, group, scope, entered)
}

function take(call, group, scope, entered) {
  if (call.what === 'it') {
    group.sentences.push({ title: call.title, cases: call.cases, skippedIf: call.skippedIf, todo: call.todo })
    return
  }
  const inner = groupOf(call.title, call.skippedIf)
  visit(call.body, inner, scope, entered)
  if (countOf(inner) > 0) group.groups.push(inner)
}

/** A call of `describe` or `it` (or `test`), with `.each(…)`, `.skipIf(…)`, `.todo` and the like; null for any other call. */
function readCall(node, text) {
  const found = { what: '', title: '', cases: [], skippedIf: null, todo: false, body: null }
  let rows = null
  let callee = node.callee
  while (callee.type !== 'Identifier') {
    if (callee.type === 'CallExpression') {
      const name = callee.callee.property?.name
      const argument = callee.arguments[0]
      if (name === 'each' || name === 'for') rows = argument
      if (name === 'skipIf') found.skippedIf = sourceOf(argument, text)
      if (name === 'runIf') found.skippedIf = `!(${sourceOf(argument, text)})`
      callee = callee.callee.object
    } else if (callee.type === 'MemberExpression') {
      if (callee.property.name === 'todo') found.todo = true
      if (callee.property.name === 'skip') found.skippedIf = 'true'
      callee = callee.object
    } else return null
    if (callee === undefined) return null
  }
  if (!['describe', 'it', 'test'].includes(callee.name)) return null
  const [title, ...rest] = node.arguments
  const words = title && titleOf(title)
  if (words === undefined) return null
  found.what = callee.name === 'describe' ? 'describe' : 'it'
  found.title = words.replaceAll(placeholder, '…')
  found.cases = rows === null ? [] : casesOf(rows, words)
  found.body = rest.find((argument) => /Function/.test(argument.type))?.body ?? null
  return found
}

function sourceOf(node, text) {
  return text.slice(node.start, node.end).replaceAll(/\s+/g, ' ')
}

/** The words of a title that stands there as text; undefined for one that is computed. */
function titleOf(node) {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral') return node.quasis.map((quasi) => quasi.value.cooked).join('…')
  return undefined
}

/** What stands for the one placeholder of a title in each row, where the rows are written out and short enough to be read. */
function casesOf(rows, title) {
  const list = rows.type === 'TSAsExpression' ? rows.expression : rows
  if (list.type !== 'ArrayExpression') return []
  const placeholders = title.match(placeholder) ?? []
  if (placeholders.length !== 1) return []
  const named = placeholders[0].startsWith('$') ? placeholders[0].slice(1) : undefined
  const values = list.elements.map((row) => literalOf(named === undefined ? first(row) : memberOf(row, named)))
  return values.includes(null) || values.join().length > caseTextMax ? [] : [...new Set(values)]
}

function first(row) {
  return row?.type === 'ArrayExpression' ? row.elements[0] : row
}

function memberOf(row, name) {
  return row?.properties?.find((property) => property.key?.name === name)?.value
}

function literalOf(node) {
  if (node?.type === 'Literal' && ['string', 'number'].includes(typeof node.value)) return String(node.value)
  return null
}
