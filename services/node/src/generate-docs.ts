/**
 * Writes docs/configuration.md from the table of settings, and docs/problems from the catalogue of problems, what is taught about them, the
 * rules and the examples. Run by `npm run generate`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { problemFiles } from './problem-pages/files.ts'
import { describeSettings } from './settings.ts'

const docs = new URL('../../../docs/', import.meta.url)
writeFileSync(new URL('configuration.md', docs), describeSettings())

const pages = new URL('problems/', docs)
const files = problemFiles()
mkdirSync(pages, { recursive: true })
for (const name of readdirSync(pages)) if (!files.has(name)) rmSync(new URL(name, pages))
for (const [name, content] of files) writeFileSync(new URL(name, pages), content)
