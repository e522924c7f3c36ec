/**
 * Writes the committed files of the sample city for the fixed day 0, and removes those it no longer makes.
 * `node packages/testing/src/sample/write.ts`; with `--check` it only says whether they are current.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles, staleFiles } from './generated.ts'
import { sampleDirectory } from './files.ts'

const files = await generatedFiles()
const stale = staleFiles(files)
const differing = [...files].filter(([path, content]) => readOrNull(path)?.equals(content) !== true).map(([path]) => path)

if (process.argv.includes('--check')) {
  for (const path of [...differing, ...stale]) process.stderr.write(`packages/testing/sample/${path} is not current\n`)
  process.exitCode = differing.length + stale.length > 0 ? 1 : 0
} else {
  for (const path of stale) rmSync(join(sampleDirectory, path))
  for (const path of differing) {
    mkdirSync(dirname(join(sampleDirectory, path)), { recursive: true })
    writeFileSync(join(sampleDirectory, path), files.get(path) ?? '')
  }
  process.stdout.write(`${files.size} files, ${differing.length} written, ${stale.length} removed\n`)
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(join(sampleDirectory, path))
  } catch {
    return null
  }
}
