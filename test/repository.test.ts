import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOf, readJson, readText, root } from './sources.ts'

interface LockEntry {
  readonly resolved?: string
  readonly link?: boolean
  readonly integrity?: string
}

/** Lines of a Markdown text outside fenced code. */
function proseOf(text: string): string[] {
  let fenced = false
  return text.split('\n').filter((line) => {
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced
      return false
    }
    return !fenced
  })
}

function headingLevels(file: string): number[] {
  return proseOf(readText(file)).flatMap((line) => /^(#{1,6}) /.exec(line)?.[1]?.length ?? [])
}

/** Targets of links and pictures in a Markdown text that point into the repository. */
function relativeLinks(text: string): string[] {
  const prose = proseOf(text)
    .join('\n')
    .replaceAll(/`[^`\n]*`/g, '')
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => match[1] ?? '')
  const defined = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)].map((match) => match[1] ?? '')
  return [...inline, ...defined].filter((target) => !/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
}

describe('the read-me files', () => {
  it('have the same structure in Chinese and English', () => {
    expect(headingLevels('README.zh-CN.md')).toEqual(headingLevels('README.md'))
    expect(headingLevels('README.md').length).toBeGreaterThan(3)
  })
})

describe('links in Markdown', () => {
  it('are read from prose, not from code', () => {
    const text =
      'See [a](docs/a.md#part "title"), `[b](b.md)`, [c](https://example.org/), [d](#d).\n```\n[e](e.md)\n```\n[f]: <f.md>\n[g]: g.md\n'
    expect(relativeLinks(text)).toEqual(['docs/a.md#part', '<f.md>', 'g.md'])
  })

  it('lead to files that exist', () => {
    const broken = filesOf('**/*.md').flatMap((file) =>
      relativeLinks(readText(file))
        .filter((target) => !existsSync(join(root, dirname(file), decodeURI(target.replace(/[#?].*$/, '')))))
        .map((target) => `${file} → ${target}`),
    )
    expect(broken).toEqual([])
  })
})

describe('the lock file', () => {
  const entries = Object.entries(readJson<{ packages: Record<string, LockEntry> }>('package-lock.json').packages)
  const installed = entries.filter(([path, entry]) => path.startsWith('node_modules/') && entry.link !== true)

  it('names no registry, so that any mirror serves', () => {
    expect(entries.filter(([, entry]) => /^[a-z+]+:\/\//.test(entry.resolved ?? '')).map(([path]) => path)).toEqual([])
  })

  it('has the digest of every package', () => {
    expect(installed.length).toBeGreaterThan(100)
    expect(installed.filter(([, entry]) => !entry.integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  })
})

describe('every room', () => {
  it('explains itself and states its licence', () => {
    const rooms = filesOf('packages/*/package.json', 'services/*/package.json')
    expect(rooms.filter((file) => !existsSync(join(root, dirname(file), 'README.md')))).toEqual([])
    expect(rooms.filter((file) => readJson<{ license?: string }>(file).license !== 'Apache-2.0')).toEqual([])
  })
})

describe('the container image', () => {
  it('gets the package.json of every room before npm installs', () => {
    const copied = [...readText('Dockerfile').matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map((match) => match[1])
    expect(copied).toEqual(filesOf('packages/*/package.json', 'services/*/package.json').map((file) => dirname(file)))
  })
})
