import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

interface Chunk {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const dist = new URL('../dist/', import.meta.url)
const kilobytes = (bytes: number) => Math.round(bytes / 1024)

/** Files a browser needs before it shows a module: the module's own, and what it imports, all the way. */
function filesOf(manifest: Readonly<Record<string, Chunk>>, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const sheet of chunk.css ?? []) seen.add(sheet)
  for (const other of chunk.imports ?? []) filesOf(manifest, other, seen)
  return seen
}

describe('what a browser fetches first', () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url)), '--if-stale'], { stdio: 'inherit' })
  const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8')) as Record<string, Chunk>
  const sizeOf = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0)

  it('is at most 350 kB gzip for the overview, with the frame and the words of one language', () => {
    const files = filesOf(manifest, 'index.html')
    for (const name of ['src/overview/page.tsx', 'src/i18n/zh.ts']) filesOf(manifest, name, files)
    expect(files.size).toBeGreaterThan(3)
    expect(kilobytes(sizeOf(files))).toBeLessThanOrEqual(350)
  })

  it('holds no charts, no proofs and no validators: those come when a page needs them', () => {
    const files = filesOf(manifest, 'index.html')
    filesOf(manifest, 'src/overview/page.tsx', files)
    const text = [...files]
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(new URL(file, dist), 'utf8'))
      .join('\n')
    expect(text).not.toContain('zrender')
    expect(text).not.toContain('TBProjectInfo')
  })

  it('asks no other place for anything', () => {
    const pages = Object.values(manifest)
      .map(({ file }) => file)
      .filter((file) => file.endsWith('.js'))
    const fetched = pages.flatMap((file) =>
      [...readFileSync(new URL(file, dist), 'utf8').matchAll(/(?:src|href|import|fetch)\(?["'`=]+(https?:\/\/[^"'`\s]+)/g)].map(
        (match) => match[1],
      ),
    )
    expect(fetched).toEqual([])
  })
})
