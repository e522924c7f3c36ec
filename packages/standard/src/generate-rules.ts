import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ruleVectorFiles, vectorsFolder } from './generate/rule-vectors.ts'

/** `npm run generate`: the vectors of the rules, from their cases and the samples. Runs after the samples are written. */
const top = join(import.meta.dirname, '..', '..', '..')
const files = ruleVectorFiles()
mkdirSync(join(top, vectorsFolder), { recursive: true })
for (const name of readdirSync(join(top, vectorsFolder))) {
  if (!files.has(`${vectorsFolder}/${name}`)) rmSync(join(top, vectorsFolder, name))
}
for (const [path, text] of files) writeFileSync(join(top, path), text)
console.log(`${files.size} files of rule vectors`)
