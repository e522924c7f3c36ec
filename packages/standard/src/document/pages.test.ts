import { describe, expect, it } from 'vitest'
import {
  differencePage,
  diffReleases,
  loadRelease,
  mappingPage,
  mappingReport,
  type Release,
  releaseDocument,
  releasePage,
  releases,
  ruleCatalogue,
} from '../index.ts'
import { anchor, escapeHtml } from './page.ts'

const all = [...releases.values()]
const of = (id: string) => releases.get(id)!
const pages = new Map(
  all.map((release) => [release.id, releasePage(release, { problems: '/problems', schemas: `/v1/schemas/${release.id}` })]),
)
const idsOf = (page: string) => [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]!)
const placesOf = (page: string) =>
  new Map(
    [...page.matchAll(/<(\w+)[^<>]* id="([^"]*)"|<(\w+) id="([^"]*)"/g)].map((m) => [m[2] ?? m[4]!, [m.index, m[1] ?? m[3]!] as const]),
  )
const places = new Map([...pages.values()].map((page) => [page, placesOf(page)]))
/** What people see of an element that an anchor names. */
function textAt(page: string, id: string): string {
  const [start, tag] = places.get(page)!.get(id) ?? [-1, '']
  expect(start, id).toBeGreaterThanOrEqual(0)
  return page.slice(start, page.indexOf(`</${tag}>`, start))
}

function expectSound(page: string): void {
  const ids = idsOf(page)
  expect(new Set(ids).size).toBe(ids.length)
  const known = new Set(ids)
  const broken = [...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]!).filter((to) => !known.has(to))
  expect(broken).toEqual([])
  // Nothing runs and nothing is fetched.
  expect(page).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|javascript:|url\(|@import/i)
  // Every element that was opened is closed, in order.
  const open: string[] = []
  for (const [, closing, tag] of page.replace(/<style>.*?<\/style>/s, '').matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (['meta', 'br'].includes(tag!)) continue
    if (closing === '') open.push(tag!)
    else expect(open.pop()).toBe(tag)
  }
  expect(open).toEqual([])
}

describe.each(all.map((release) => [release.id, release] as const))('the page of release %s', (id, release) => {
  const page = pages.get(id)!

  it('has every table and field with its names, type, constraint, dictionary, privacy and marks', () => {
    for (const entity of release.entities.values()) {
      const section = textAt(page, anchor('e', entity.code))
      for (const text of [entity.nameZh, entity.nameEn, entity.code, entity.version]) expect(section).toContain(escapeHtml(text))
      for (const field of entity.fields) {
        const row = textAt(page, anchor('f', entity.code, field.code))
        for (const text of [
          field.nameZh,
          field.nameEn,
          field.code,
          field.sourceType,
          field.dictionary,
          field.unit,
          field.note,
          ...field.provenance,
        ])
          if (text !== undefined) expect(row).toContain(escapeHtml(text))
        expect(row).toContain(field.mandatory ? '必填 M' : field.conditional ? '条件 C' : '选填 O')
        expect(row.includes('加密 sealed')).toBe(field.privacy === 'sealed')
        expect(row.includes('限期公示 named')).toBe(field.privacy === 'named')
      }
    }
  })

  it('has every dictionary with what it lacks, and every code', () => {
    for (const dictionary of release.dictionaries.values()) {
      const section = textAt(page, anchor('d', dictionary.code))
      expect(section).toContain(dictionary.complete ? '完整 complete' : '不完整 incomplete')
      if (dictionary.missing !== undefined) expect(section).toContain(escapeHtml(dictionary.missing.zh))
      for (const code of dictionary.codes.values())
        expect(textAt(page, anchor('c', dictionary.code, code.code))).toContain(escapeHtml(code.nameZh))
    }
  })

  it('has every rule with severity and basis, every value of the rules, the policy and the clocks', () => {
    for (const rule of ruleCatalogue) {
      const row = textAt(page, anchor('r', rule.id))
      for (const text of [rule.id, rule.zh, rule.en, rule.basis, ...rule.severities, ...rule.codes]) expect(row).toContain(escapeHtml(text))
    }
    const texts = (value: unknown): string[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [String(value)]
    const { rules, policy, clocks, regions, recordDates, mappings, releaseMappings } = releaseDocument(release)
    for (const text of new Set([rules, policy, regions, mappings].flatMap(texts))) expect(page).toContain(escapeHtml(text))
    for (const clock of clocks)
      for (const text of [clock.nameZh, clock.nameEn, clock.basis, clock.ruling ?? ''])
        expect(textAt(page, anchor('k', clock.id))).toContain(escapeHtml(text))
    for (const { basis } of recordDates) expect(page).toContain(escapeHtml(basis))
    for (const mapping of releaseMappings ?? [])
      for (const row of [...mapping.entities, ...mapping.fields, ...mapping.codes]) expect(page).toContain(escapeHtml(row.basis))
  })

  it('resolves every link inside itself, names nothing twice, runs nothing and fetches nothing', () => {
    expectSound(page)
  })
})

describe('pages of two releases', () => {
  it.each([
    ['2014', '2018'],
    ['2018', '2014'],
    ['2018', '2018-js'],
    ['2018', '2018'],
  ])('the difference of %s and %s has every change, and is sound', (from, to) => {
    const difference = diffReleases(of(from), of(to))
    const page = differencePage(difference)
    expectSound(page)
    expect(page.match(/<tr><td><span class="badge ">(?:新增|删除|变更)/g) ?? []).toHaveLength(difference.changes.length)
  })

  it.each([
    ['2014', '2018'],
    ['2018', '2014'],
    ['2018-js', '2018'],
  ])('the mapping from %s to %s names everything that is lost, and is sound', (from, to) => {
    const report = mappingReport(of(from), of(to))!
    const page = mappingPage(report)
    expectSound(page)
    for (const row of report.codes.filter((one) => one.to === null)) expect(page).toContain(escapeHtml(row.zh))
    const lost = report.entities
      .filter((entity) => entity.to !== null)
      .flatMap((entity) => entity.fields.filter((field) => field.to === null))
    expect(page.match(/丢失 lost<\/span>/g) ?? []).toHaveLength(lost.length)
  })
})

describe('a page of a release from elsewhere', () => {
  it('shows markup in its texts as text', () => {
    const document = structuredClone(releaseDocument(of('2018'))) as unknown as {
      nameZh: string
      entities: { nameZh: string; fields: { note?: string }[] }[]
    } & object
    document.nameZh = '<script>alert(1)</script>'
    document.entities[0]!.nameZh = '"><img src=x onerror=alert(1)>'
    document.entities[0]!.fields[0]!.note = '</table><a href="javascript:x">'
    const page = releasePage(loadRelease(document) as Release)
    expect(page).not.toMatch(/<script|<img|<a href="javascript/)
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })
})
