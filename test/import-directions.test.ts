import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { filesOf, readJson, readText, usesOf } from './sources.ts'

/**
 * The rooms and what each may import of ours: the line of the README's map of the code. A room that is missing here fails the first test,
 * so that a new one cannot come without its place.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'packages/problem': [],
  'packages/merkle': [],
  'packages/identity': ['problem'],
  'packages/database': ['problem'],
  'packages/standard': ['problem', 'merkle'],
  'packages/files': ['problem', 'standard'],
  'packages/conformance': ['problem', 'merkle', 'identity', 'standard'],
  'packages/exchange': ['problem', 'merkle', 'identity', 'database', 'standard', 'files'],
  'packages/access': ['problem', 'identity', 'database', 'exchange'],
  'packages/client': ['problem', 'merkle', 'identity', 'standard', 'files', 'conformance'],
  'packages/testing': [
    'problem',
    'merkle',
    'identity',
    'database',
    'standard',
    'files',
    'conformance',
    'exchange',
    'access',
    'client',
    'node',
  ],
  'services/console': ['problem', 'merkle', 'standard'],
  'services/node': ['problem', 'merkle', 'identity', 'database', 'standard', 'files', 'conformance', 'exchange', 'access'],
}

/** Tests may also use the room for tests; so may the benchmark and the examples, which are no rooms. */
const forTests = /\.test\.ts$|\/test\/|\/test-[^/]*\.ts$/

/**
 * Places that may read the environment: the edge of each program, and what drives programs in tests. `run-as.ts` takes nothing but the path
 * from it, to find the programs it starts.
 */
const readsEnvironment = [
  /^services\/node\/src\/(config|serve)\.ts$/,
  /^packages\/client\/(src\/main\.ts|src\/cli\/terminal\.ts|bin\/)/,
  /^packages\/database\/src\/embedded\/run-as\.ts$/,
  /^packages\/testing\//,
  /^(scripts|bench|examples|docker)\//,
  /\.test\.ts$|\/test\//,
]

interface Manifest {
  readonly name: string
  readonly exports?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const rooms = filesOf('packages/*/package.json', 'services/*/package.json').map((file) => file.replace('/package.json', ''))
const manifests = new Map(rooms.map((room) => [room, readJson<Manifest>(`${room}/package.json`)]))
const sources = rooms.flatMap((room) =>
  filesOf(`${room}/**/*.{ts,mts,tsx}`).map((file) => ({ room, file, uses: usesOf(readText(file), file.endsWith('.tsx') ? 'tsx' : 'ts') })),
)
const migrations = filesOf('migrations/*.ts').map((file) => ({ room: 'migrations', file, uses: usesOf(readText(file)) }))
const ours = /^@huijiao\/([^/]+)(\/.*)?$/

/** Rooms that run in pages as well have a second entry, which is what a bundler finds when it asks for a browser's. */
const browserSafe = ['packages/problem', 'packages/merkle', 'packages/standard']
const entryOf = (room: string): unknown =>
  room === 'packages/merkle'
    ? { '.': './src/index.ts', './browser': './src/index.ts' }
    : browserSafe.includes(room)
      ? { '.': { browser: './src/browser.ts', default: './src/index.ts' }, './browser': './src/browser.ts' }
      : './src/index.ts'
const inPages = (room: string, specifier: string): boolean =>
  room === 'services/console' && browserSafe.includes(`packages/${roomNameOf(specifier)}`)

function roomNameOf(specifier: string): string | undefined {
  return ours.exec(specifier)?.[1]
}

describe('the reader of imports', () => {
  it('sees every form of import and nothing in comments or strings', () => {
    const text = `
      import type { A } from 'a'
      import { b } from 'b'
      import 'c'
      export * from 'd'
      export type { E } from 'e'
      const f = await import('f')
      type G = import('g').G
      // import 'comment'
      const text = "import 'string'"
    `
    expect(usesOf(text)).toEqual({ imports: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], environment: false })
  })

  it('sees the environment being read', () => {
    expect(usesOf('const a = process.env.HOME').environment).toBe(true)
    expect(usesOf("const a = process['env']").environment).toBe(true)
    expect(usesOf("import { env } from 'node:process'").environment).toBe(true)
    expect(usesOf('// process.env\nconst a = context.env').environment).toBe(false)
  })
})

describe('imports between rooms', () => {
  it('finds the rooms it judges', () => {
    expect(rooms.filter((room) => !(room in mayImport))).toEqual([])
    expect(sources.length).toBeGreaterThan(20)
  })

  it('point one way', () => {
    const wrong = sources.flatMap(({ room, file, uses }) => {
      const allowed = [...(mayImport[room] ?? []), ...(forTests.test(file) ? ['testing'] : [])]
      const own = manifests.get(room)?.name
      return uses.imports
        .filter((specifier) => specifier !== own)
        .filter((specifier) => roomNameOf(specifier) !== undefined && !allowed.includes(roomNameOf(specifier) ?? ''))
        .map((specifier) => `${file} imports ${specifier}`)
    })
    expect(wrong).toEqual([])
  })

  it('go through the one entry of a room', () => {
    const deep = [...sources, ...migrations].flatMap(({ room, file, uses }) =>
      uses.imports
        .filter((specifier) => (ours.exec(specifier)?.[2] ?? null) !== (inPages(room, specifier) ? '/browser' : null))
        .filter((specifier) => ours.test(specifier))
        .map((specifier) => `${file} imports ${specifier}`),
    )
    expect(deep).toEqual([])
    for (const [room, manifest] of manifests)
      if (room !== 'services/console') expect([room, manifest.exports]).toEqual([room, entryOf(room)])
  })

  it('do not reach into another room by a relative path', () => {
    const reaching = sources.flatMap(({ room, file, uses }) =>
      uses.imports
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => !new URL(specifier, `file:///${file}`).pathname.startsWith(`/${room}/`))
        .map((specifier) => `${file} imports ${specifier}`),
    )
    expect(reaching).toEqual([])
  })

  it('are named in the package.json of the room', () => {
    const rootDevelopment = Object.keys(readJson<Manifest>('package.json').devDependencies ?? {})
    const missing = sources.flatMap(({ room, file, uses }) => {
      const manifest = manifests.get(room)
      // The console is bundled, so what it uses is nothing that a node installs.
      const bundled = room === 'services/console' ? Object.keys(manifest?.devDependencies ?? {}) : []
      const named = new Set([
        manifest?.name,
        ...Object.keys(manifest?.dependencies ?? {}),
        ...Object.keys(manifest?.optionalDependencies ?? {}),
        ...bundled,
      ])
      const development = new Set([...Object.keys(manifest?.devDependencies ?? {}), ...rootDevelopment, '@huijiao/testing'])
      return uses.imports
        .filter((specifier) => !/^(?:\.|#|node:)/.test(specifier))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter(
          (name) =>
            !named.has(name) &&
            !(development.has(name) && (forTests.test(file) || room === 'packages/testing' || room === 'services/console')),
        )
        .map((name) => `${file} imports ${name}, which ${room}/package.json does not name`)
    })
    expect([...new Set(missing)]).toEqual([])
  })

  it('write built-in modules with node: and files with their ending', () => {
    const ending = /\.(ts|mts|tsx|mjs|json|css)$/
    const wrong = sources.flatMap(({ file, uses }) =>
      uses.imports
        .filter((specifier) => (specifier.startsWith('.') ? !ending.test(specifier) : builtinModules.includes(specifier)))
        .map((specifier) => `${file} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('migrations', () => {
  it('import nothing but kysely', () => {
    expect(migrations.length).toBeGreaterThan(0)
    const wrong = migrations.flatMap(({ file, uses }) =>
      uses.imports.filter((specifier) => specifier !== 'kysely').map((specifier) => `${file} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the environment', () => {
  it('is read only at the edge of a program', () => {
    const inside = [...sources, ...migrations].filter(
      ({ file, uses }) => uses.environment && !readsEnvironment.some((place) => place.test(file)),
    )
    expect(inside.map(({ file }) => file)).toEqual([])
  })
})
