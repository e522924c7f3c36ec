/** Writes docs/rules.md. Run by `npm run generate`, after the vectors. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeRules, rulesPage } from './rules-page.ts'

if (!process.argv.includes('--check')) writeFileSync(join(import.meta.dirname, '..', '..', '..', '..', rulesPage), describeRules())
