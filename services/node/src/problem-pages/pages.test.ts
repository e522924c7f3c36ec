import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, nodeRules, type ProblemCode, problemExamples, teachings } from '@huijiao/problem'
import { ruleById, ruleCatalogue } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { problemPages } from './content.ts'
import { problemFiles } from './files.ts'
import { indexHtml, pageHtml } from './html.ts'
import { ruleExamples } from './rule-examples.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const docs = join(root, 'docs', 'problems')
const pages = problemPages()
const codes = Object.keys(catalogue)

/** Codes without an example, and why there is none. Everything else is provoked by a test and its answer kept. */
const withoutExample: Readonly<Record<string, string>> = {}

describe('the pages of the problem codes', () => {
  it('are committed as they are generated (npm run generate), one for each code and no other', () => {
    const files = problemFiles()
    expect(readdirSync(docs).toSorted()).toEqual([...files.keys()].toSorted())
    const old = [...files].filter(([name, content]) => readFileSync(join(docs, name), 'utf8') !== content).map(([name]) => name)
    expect(old, 'npm run generate writes them').toEqual([])
    expect(files.size).toBe(codes.length + 1)
  })

  it('say in Chinese and in English what happened, why it matters, how to mend it, and by which rule', () => {
    const chinese = /\p{Script=Han}/u
    for (const page of pages) {
      for (const words of [page.title, page.hint, page.what, page.why])
        expect([page.code, chinese.test(words?.zh ?? ''), (words?.en ?? '') !== '']).toEqual([page.code, true, true])
      expect([page.code, page.rules.length > 0]).toEqual([page.code, true])
      for (const rule of page.rules)
        expect([page.code, rule.id, rule.basis.zh !== '' && rule.basis.en !== '']).toEqual([page.code, rule.id, true])
    }
  })

  it('show an answer that was really given, of that very code, by a rule of the page', () => {
    const lacking = pages.filter((page) => page.example === null).map((page) => page.code)
    const way = 'provoke the code in a problem-examples*.pg.test.ts, run it once with HUIJIAO_WRITE_EXAMPLES=1, then npm run generate'
    expect(lacking.toSorted(), way).toEqual(Object.keys(withoutExample).toSorted())
    for (const { code, example, rules } of pages) {
      if (example === null) continue
      expect(example.problem.code).toBe(code)
      expect([code, example.sent !== '']).toEqual([code, true])
      expect([code, rules.map((rule) => rule.id)]).toEqual([code, expect.arrayContaining([example.problem.rule])])
    }
  })

  it('have no example of a code that is gone', () => {
    expect([...problemExamples().keys(), ...ruleExamples().keys()].filter((code) => !Object.hasOwn(catalogue, code))).toEqual([])
  })

  it('are plain documents: no script, no address outside, readable on a phone and in the dark', () => {
    for (const html of [...pages.map(pageHtml), indexHtml(pages)]) {
      expect(html).not.toMatch(/<script|javascript:|\son[a-z]+=|<link|<img|src=|https?:\/\/(?!hub\.)[^\s<&]*["']/i)
      expect(html).toContain('width=device-width')
      expect(html).toContain('prefers-color-scheme:dark')
    }
  })

  it('keep what was sent as text', () => {
    const page = pages.find((one) => one.code === 'xml-dtd-refused')
    expect(pageHtml(page as NonNullable<typeof page>)).toContain('&lt;!DOCTYPE')
    expect(pageHtml(page as NonNullable<typeof page>)).not.toContain('<!DOCTYPE a')
  })
})

describe('codes and rules', () => {
  const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: root, exclude: (name) => name === 'node_modules' })
    .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('packages/problem/'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const)

  it('that the source names are in the catalogue, and those of the catalogue are named somewhere', () => {
    const named = new Set<string>()
    const unknown: string[] = []
    const uses =
      /(?:new Problem|recordProblem|refused|report|fieldProblem|cellProblem|problemOf)\(\s*'([a-z]+(?:-[a-z0-9]+)+)'|\bcode: '([a-z]+(?:-[a-z0-9]+)+)'/g
    for (const [file, text] of sources) {
      for (const [, direct, member] of text.matchAll(uses)) {
        const code = (direct ?? member) as string
        named.add(code)
        if (!Object.hasOwn(catalogue, code)) unknown.push(`${file} ${code}`)
      }
    }
    expect(named.size).toBeGreaterThan(60)
    expect(unknown).toEqual([])
    const all = sources.map(([, text]) => text).join('\n')
    expect(codes.filter((code) => !all.includes(`'${code}'`))).toEqual([])
  })

  it('belong together: a rule reports codes that exist, and every code is reported by a rule', () => {
    const wrong = ruleCatalogue.flatMap((rule) =>
      rule.codes.filter((code) => !Object.hasOwn(catalogue, code)).map((code) => `${rule.id} ${code}`),
    )
    expect(wrong).toEqual([])
    const reported = new Set([...ruleCatalogue, ...nodeRules.values()].flatMap((rule) => rule.codes as readonly string[]))
    expect(codes.filter((code) => !reported.has(code))).toEqual([])
    expect(Object.keys(teachings).filter((code) => !Object.hasOwn(catalogue, code))).toEqual([])
  })

  it('of every example are known: its rule stands in a catalogue, and its members are all there', () => {
    for (const [code, { problem }] of [...problemExamples(), ...ruleExamples()]) {
      const { rule = '', pointer, severity, title, detail, hint, en } = problem
      expect([code, ruleById.has(rule) || nodeRules.has(rule) ? 'known' : rule]).toEqual([code, 'known'])
      expect([code, typeof pointer, ['error', 'doubt', 'warning'].includes(severity ?? '')]).toEqual([code, 'string', true])
      for (const text of [title, detail, hint, en.title, en.detail, en.hint]) expect([code, text !== '']).toEqual([code, true])
      expect([code, /\p{Script=Han}/u.test(title + detail + hint)]).toEqual([code, true])
      expect([code, (catalogue[code as ProblemCode] as { status: number | null }).status ?? undefined]).toEqual([code, problem.status])
    }
  })

  it('of every example tell what would be taken, and what was sent unless there is a reason not to', () => {
    const examples = [...new Map([...ruleExamples(), ...problemExamples()])]
    expect(examples.filter(([, { problem }]) => problem.allowed === undefined).map(([code]) => code)).toEqual([])
    const silent = examples.filter(([, { problem }]) => problem.value === undefined).map(([code]) => code)
    expect(silent.filter((code) => !withoutValue.has(code))).toEqual([])
  })
})

const withoutValueBy: Readonly<Record<string, string>> = {
  'nothing was sent':
    'field-missing condition-missing credentials-missing digest-missing body-empty submission-empty cell-merged cell-formula-empty captcha-needed',
  'it is a secret, or may be personal':
    'credentials-invalid signature-invalid signature-replayed key-invalid manager-overlap sign-in-failed password-weak second-factor-wrong session-ended csrf-refused',
  'the pointer is the name that was sent': 'field-unknown',
  'the whole of it is at fault':
    'problems-many body-incomplete body-too-large encoding-broken headers-too-large json-duplicate-key json-malformed json-not-utf8 json-too-deep request-malformed request-too-slow line-malformed number-unsafe row-malformed file-columns-invalid file-entity-unclear file-kind-unsupported file-malformed file-text-encoding workbook-too-large xml-dtd-refused attachment-type custody-invalid',
  'detail names several': 'envelope-invalid parameter-invalid standard-invalid number-letters-unknown',
  'nothing that was sent is wrong, but what stands here':
    'internal-error not-ready log-range-detached version-range-detached too-many-requests not-allowed attachment-quota number-issuer-other numbers-exhausted standard-unsigned standard-conflict succession-conflict send-up-not-possible correction-not-possible submission-not-open submission-conflict number-request-conflict operator-conflict password-change-needed second-factor-needed atomic-rolled-back version-conflict record-id-conflict withdraw-conduct withdraw-in-force',
  'it is about another record, which is found by a digest': 'reference-missing reference-cycle',
  'another system says it, in its own words': 'far-refused',
}
const withoutValue = new Set(Object.values(withoutValueBy).flatMap((list) => list.split(' ')))
