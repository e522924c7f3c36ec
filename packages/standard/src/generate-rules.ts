import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { receiveFolder, receiveVectorFiles } from './generate/receive-vectors.ts'
import { ruleVectorFiles, vectorsFolder } from './generate/rule-vectors.ts'

/** `npm run generate`: the vectors of the rules, from their cases and the samples. Runs after the samples are written. */
const top = join(import.meta.dirname, '..', '..', '..')
const files = new Map([...ruleVectorFiles(), ...receiveVectorFiles()])
for (const folder of [vectorsFolder, receiveFolder]) {
  mkdirSync(join(top, folder), { recursive: true })
  for (const name of readdirSync(join(top, folder))) if (!files.has(`${folder}/${name}`)) rmSync(join(top, folder, name))
}
for (const [path, text] of files) writeFileSync(join(top, path), text)
console.log(`${files.size} files of rule vectors`)
