/**
 * `npm run generate`: everything that is made from something else and committed. Changes nothing that is current. With `--check` the sample
 * city is only compared; tests hold the other files current.
 */
import { prepare, runOnProjectNode } from './bootstrap.mjs'

const programs = [
  'packages/standard/src/generate.ts', // schemas, types and compact tables from the standard's data
  'packages/standard/src/generate-rules.ts', // vectors of the rules, from their cases and the samples
  'services/console/scripts/types.mjs', // the console's types, from the node's OpenAPI document
  'services/node/src/generate-docs.ts', // docs/configuration.md from the table of settings
  'packages/testing/src/sample/write.ts', // the files of the sample city
  'packages/testing/src/mutations/write.ts', // docs/rules.md from the catalogue, the vectors and the mutated records
  'scripts/what-works.mjs', // docs/what-works.md from the sentences of the tests
]

await prepare()
for (const program of programs) process.exitCode = (await runOnProjectNode([program, ...process.argv.slice(2)])) || process.exitCode || 0
