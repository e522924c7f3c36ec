/** Writes docs/configuration.md from the table of settings. Run by `npm run generate`. */
import { writeFileSync } from 'node:fs'
import { describeSettings } from './settings.ts'

writeFileSync(new URL('../../../docs/configuration.md', import.meta.url), describeSettings())
