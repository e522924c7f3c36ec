import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Files of the repository that match, relative to its root, sorted; nothing of `node_modules` or of a demo's state. */
export function filesOf(...patterns: string[]): string[] {
  const exclude = (name: string): boolean => name === 'node_modules' || name === '.huijiao' || name === '.git'
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (name) => exclude(name.split('/').at(-1) ?? '') })).sort()
}

export function readText(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

export function readJson<T>(file: string): T {
  return JSON.parse(readText(file)) as T
}

/** What a source file takes from outside itself. */
export interface Uses {
  /** Every specifier imported, exported from, imported as a type or imported on demand; in order of appearance. */
  readonly imports: readonly string[]
  /** Whether it reads `process.env` (or `env` of `node:process`). */
  readonly environment: boolean
}

/** Parses TypeScript or JavaScript and tells what it uses; comments and strings that only look like imports do not count. */
export function usesOf(text: string, lang: 'ts' | 'tsx' = 'ts'): Uses {
  const imports: string[] = []
  let environment = false
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null) return
    const { type, source, object, property, specifiers } = node as Record<
      string,
      { value?: unknown; name?: string } & Record<string, unknown>
    > & { type?: string }
    if (source && typeof source.value === 'string') {
      imports.push(source.value)
      const names = Array.isArray(specifiers) ? specifiers.map((one: { imported?: { name?: string } }) => one.imported?.name) : []
      if (/^(node:)?process$/.test(source.value) && names.includes('env')) environment = true
    }
    if (type === 'MemberExpression' && object?.name === 'process' && (property?.name === 'env' || property?.value === 'env'))
      environment = true
    Object.values(node).forEach(visit)
  }
  visit(parseAst(text, { lang }))
  return { imports, environment }
}
