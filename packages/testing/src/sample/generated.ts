import { existsSync, readdirSync } from 'node:fs'
import { badFiles } from './bad-file.ts'
import { badWorkbooks } from './bad-workbook.ts'
import { sampleCity } from './city.ts'
import { expectationOf } from './expected.ts'
import { sampleDirectory, submissionFiles } from './files.ts'

/** All committed files of the sample, by path below its directory. */
export async function generatedFiles(): Promise<Map<string, Buffer>> {
  const city = sampleCity()
  const texts = [...submissionFiles(city.submissions), ['expected-nation.json', formatted(expectationOf(city))] as const, ...badFiles()]
  return new Map([...texts.map(([path, text]) => [path, Buffer.from(text)] as const), ...(await badWorkbooks())])
}

/** One entry a line, so that a change shows as the lines it changes. */
function formatted(expectation: ReturnType<typeof expectationOf>): string {
  const list = (name: keyof typeof expectation) =>
    `"${name}":[\n${(expectation[name] as readonly unknown[]).map((entry) => JSON.stringify(entry)).join(',\n')}\n]`
  return `{"dayZero":${JSON.stringify(expectation.dayZero)},\n${(['records', 'ended', 'refused', 'parked', 'held', 'doubtful', 'skipped'] as const).map(list).join(',\n')}}\n`
}

/** Files below the directory that are generated no more; the README is written by hand. */
export function staleFiles(files: ReadonlyMap<string, unknown>): string[] {
  if (!existsSync(sampleDirectory)) return []
  return readdirSync(sampleDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => `${entry.parentPath.slice(sampleDirectory.length + 1)}/${entry.name}`.replace(/^\//, '').replaceAll('\\', '/'))
    .filter((path) => !files.has(path))
}
