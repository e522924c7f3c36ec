/**
 * Writes the vectors of linkage: `node packages/exchange/test/make-linkage-vectors.ts`. They stand with the standard, for every implementation; a test
 * holds the committed files against what this would write, and a node on PostgreSQL against the files.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectorFiles, vectorsFolder } from './linkage-cases.ts'

mkdirSync(vectorsFolder, { recursive: true })
for (const [name, text] of vectorFiles()) writeFileSync(join(vectorsFolder, name), text)
