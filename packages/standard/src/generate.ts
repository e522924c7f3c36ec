import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generate/files.ts'

/**
 * `npm run generate`: writes schemas, types and the compact tables from `packages/standard/data`, and removes generated files that no
 * longer belong. Prints what changed.
 */
const top = join(import.meta.dirname, '..', '..', '..')
const files = generatedFiles()
let changed = 0
for (const [path, text] of files) {
  const full = join(top, path)
  if (existsSync(full) && readFileSync(full, 'utf8') === text) continue
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, text)
  changed++
}
let removed = 0
for (const folder of ['schemas', 'packages/standard/src/generated']) {
  if (!existsSync(join(top, folder))) continue
  for (const entry of readdirSync(join(top, folder), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const relative = path.slice(top.length + 1).replaceAll('\\', '/')
    if (entry.isFile() && !files.has(relative) && !relative.endsWith('README.md')) {
      rmSync(path)
      removed++
    }
  }
}
console.log(`${files.size} generated files: ${changed} written, ${removed} removed, ${files.size - changed} as they were`)
