/**
 * Verifies as a page does. Started with `--conditions=browser --disallow-code-generation-from-strings`: modules of Node are refused to everything but
 * this file. Reads `{custody: [[document, trusted | null]], receipts: [[receipt, keys]], canonical: […], notes: [[note, keys]], log: {…} }` from standard input and
 * writes what it found.
 */
import { registerHooks } from 'node:module'
import { text } from 'node:stream/consumers'
import { verifyAll } from './verify-all.ts'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('node:') && context.parentURL !== import.meta.url)
      throw new Error(`${context.parentURL} imports ${specifier}, which no page has`)
    return next(specifier, context)
  },
})
const questions = JSON.parse(await text(process.stdin)) as Parameters<typeof verifyAll>[1]
// A page has no such global either: who needs it imports `#buffer`.
Reflect.deleteProperty(globalThis, 'Buffer')
const page = await import('../src/index.ts')
process.stdout.write(JSON.stringify(await verifyAll(page, questions)))
