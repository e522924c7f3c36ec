import { describe, expect, it } from 'vitest'
import { sentencesOf } from '../scripts/test-sentences.mjs'
import { readFile, testFiles, whatWorks } from '../scripts/what-works.mjs'
import { readText } from './sources.ts'

/** The list under the heading of a made-up room with these files. */
function listOf(files: Record<string, string>): string {
  const all = whatWorks(
    Object.keys(files).filter((file) => file.endsWith('.test.ts')),
    (file: string) => files[file] ?? null,
  )
  return all.slice(all.indexOf('\n- ') + 1).trimEnd()
}

describe('docs/what-works.md', () => {
  it('is what the tests say (npm run generate)', () => {
    expect(readFile('docs/what-works.md')).toBe(whatWorks(testFiles(), readFile))
  })
})

interface Group {
  readonly sentences: readonly { readonly title: string }[]
  readonly groups: readonly Group[]
}

const titlesOf = (group: Group): string[] => [...group.sentences.map((sentence) => sentence.title), ...group.groups.flatMap(titlesOf)]

/** Files and sentences that the rows of the promises name as their guards: `[`file`](path) *sentence* · *another*`. */
function guardsOf(readMe: string): { file: string; sentence: string }[] {
  const rows = readText(readMe)
    .split('\n')
    .filter((line) => /^\| \*\*P\d+\*\*/.test(line))
  return rows.flatMap((row) => {
    let file = ''
    return [...(row.split(' | ')[1] ?? '').matchAll(/\]\(([^)]+)\)|\*([^*]+)\*/g)].flatMap(([, path, sentence]) => {
      file = path ?? file
      return sentence === undefined ? [] : [{ file, sentence }]
    })
  })
}

/** Whether a title is the sentence; its `…` stands for the case that the sentence names. */
function same(title: string, sentence: string): boolean {
  const [start = '', ...rest] = title.split('…')
  return rest.length === 0 ? title === sentence : sentence.startsWith(start) && sentence.endsWith(rest.at(-1) ?? '')
}

describe('the promises of the read-me files', () => {
  it.each(['README.md', 'README.zh-CN.md'])('are guarded by tests that exist: %s', (readMe) => {
    const guards = guardsOf(readMe)
    expect(guards.length).toBeGreaterThan(10)
    const unknown = guards.filter(({ file, sentence }) => !titlesOf(sentencesOf(file, readFile)).some((title) => same(title, sentence)))
    expect(unknown).toEqual([])
  })
})

describe('the reader of sentences', () => {
  it('keeps groups, and takes nothing from comments, texts or other calls', () => {
    const text = `
      // it('a comment', () => {})
      const text = "it('a text', () => {})"
      describe('a thing', () => {
        it('works', () => expect(it).toBe(1))
        other('does not count', () => {})
        describe('inside', () => { test(\`has \${1 + 1} halves_\`, async () => {}) })
      })
      describe('nothing', () => {})
    `
    expect(listOf({ 'packages/a/src/a.test.ts': text })).toBe('- **a thing**\n  - works\n  - **inside**\n    - has … halves\\_')
  })

  it('names the cases that are written out, and what is skipped or still to come', () => {
    const text = `
      it.each([['bad', 1], ['worse', 2], ['bad', 3]])('refuses %s', () => {})
      it.each([{ name: 'x' }, { name: 'y' }] as const)('takes $name', () => {})
      it.each(rows)('knows %s', () => {})
      it.each([['a', 'b']])('turns %s into %s', () => {})
      it.skipIf(!there)('runs where it can', () => {})
      it.todo('will come')
    `
    expect(listOf({ 'packages/a/src/a.test.ts': text }).split('\n')).toEqual([
      '- refuses … (…: bad · worse)',
      '- takes … (…: x · y)',
      '- knows …',
      '- turns … into …',
      '- runs where it can *(skipped if 跳过条件: `!there`)*',
      '- *not yet 尚未:* will come',
    ])
  })

  it('follows a test into the functions it shares with others, in its own file and beside it', () => {
    const files = {
      'packages/a/test/one.pg.test.ts': `
        import { behaves } from './shared.ts'
        const own = () => { it('is its own', () => {}) }
        for (const each of list) describe(\`the \${each}\`, () => { behaves(1); own() })
      `,
      'packages/a/test/shared.ts': `import { it } from 'vitest'\nexport function behaves() { it('is shared', () => {}) }\nfunction unused() { it('is not used', () => {}) }`,
    }
    expect(listOf(files)).toBe('- **the …**\n  - is shared\n  - is its own')
  })
})
