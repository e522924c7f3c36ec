/**
 * Writes `src/api/schema.d.ts` from the node's own OpenAPI document. With `--check` it only compares, and fails when they differ.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const describe = fileURLToPath(new URL('../../node/src/describe.ts', import.meta.url))
const file = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))

const text = execFileSync(process.execPath, [describe], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
const document = JSON.parse(text)
// Optional parameters may be given as undefined by the console's own calls; what a program may send is unchanged by it.
const ast = await openapiTS(document, { alphabetize: false, emptyObjectsUnknown: true })
const made = `/* Generated from the node's OpenAPI document by \`npm run generate\`. */\n\n${astToString(ast)}`

let current = ''
try {
  current = readFileSync(file, 'utf8')
} catch {
  // It is written below.
}
if (current === made) process.exit(0)
if (process.argv.includes('--check')) {
  process.stderr.write('services/console/src/api/schema.d.ts is out of date: npm run generate\n')
  process.exit(1)
}
writeFileSync(file, made)
process.stderr.write('✓ services/console/src/api/schema.d.ts\n')
