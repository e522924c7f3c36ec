/** What people wait for at the screens, with a million records stored: the search and the data of each page of records. */
import { operatorOf, p95, timesOf } from '../ask.ts'
import type { Figure } from '../figures.ts'
import { withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'
import { edgeOf, stockOf } from '../stock.ts'
import { kinds, places, words } from '../stock-data.ts'

export const search: Scenario = {
  name: 'search',
  zh: '检索与记录各页，一百万条在库',
  en: 'Search and the pages of records, with a million records stored',
  long: true,
  async run(plan) {
    const { hub } = await stockOf(plan)
    const node = edgeOf(hub)
    const operator = operatorOf(node)
    const sample = await withClient(node.databaseUrl, async (client) => {
      const take = async (entity: string) => {
        const { rows } = await client.query<{ id: string; name: string; number: string }>(
          `select replace(record_id::text, '-', '') as id, name, number from search_record where entity = $1 order by md5(key_digest::text) limit 100`,
          [entity],
        )
        return rows.map((row) => ({ ...row, id: `r_${row.id}` }))
      }
      return { projects: await take('TBProjectInfo'), companies: await take('TBCorpBasicInfo') }
    })
    const asked: Readonly<Record<string, readonly string[]>> = {
      // Two characters that thousands of names have, and two that few have; a name; letters of pinyin; a number and the beginning of one.
      common: [...words, ...kinds, ...places].map((word) => word.slice(0, 2)),
      names: sample.projects.map(({ name }) => name.slice(2, 12)),
      pinyin: [
        'slyx',
        'fmhy',
        'byxx',
        'jhyy',
        'qhgy',
        'dscf',
        'aldq',
        'jmsd',
        'mcgc',
        'wxtsg',
        'sdtyg',
        'kywsc',
        'pjgl',
        'zyyfl',
        'xrss',
        'lqbgl',
      ],
      several: sample.projects.slice(0, 50).map(({ name }) => `${name.slice(4, 6)} ${name.slice(6, 8)}`),
      numbers: [
        ...sample.projects.map(({ number }) => number),
        ...sample.companies.map(({ number }) => number),
        ...sample.projects.slice(0, 30).map(({ number }) => number.slice(0, 12)),
      ],
    }
    const figures: Figure[] = []
    const titles: Readonly<Record<string, readonly [string, string]>> = {
      common: ['检索：常见两字', 'Search: two common characters'],
      names: ['检索：名称片段', 'Search: a piece of a name'],
      pinyin: ['检索：拼音首字母', 'Search: letters of pinyin'],
      several: ['检索：多个词', 'Search: several words'],
      numbers: ['检索：编号、代码及其前几位', 'Search: numbers, codes and beginnings of them'],
    }
    for (const [kind, list] of Object.entries(asked)) {
      const [zh, en] = titles[kind] as [string, string]
      const paths = list.map((text) => `/admin/v1/records?q=${encodeURIComponent(text)}`)
      figures.push(p95(`search_${kind}_p95_ms`, zh, en, await timesOf(node, operator, paths, 200)))
    }
    const everything = Object.values(asked).flat()
    figures.push(
      p95(
        'search_public_p95_ms',
        '公开检索（各类混合）',
        'Public search, all kinds in turn',
        await timesOf(
          node,
          {},
          everything.map((text) => `/public/v1/search?q=${encodeURIComponent(text)}`),
          300,
        ),
      ),
      p95(
        'search_within_p95_ms',
        '按地区与库检索',
        'Search within a region and a library',
        await timesOf(
          node,
          operator,
          everything.map((text) => `/admin/v1/records?library=project&region=370102&q=${encodeURIComponent(text)}`),
          300,
        ),
      ),
    )
    const ids = [...sample.projects.slice(0, 50), ...sample.companies.slice(0, 50)].map(({ id }) => id)
    const typed = everything.slice(0, 200).map((text) => `/search?q=${encodeURIComponent(text)}`)
    for (const [id, zh, en, paths] of [
      ['record_page_p95_ms', '记录页：字段', 'Page of a record: fields', ids.map((one) => `/admin/v1/records/${one}`)],
      ['record_versions_p95_ms', '记录页：版本与差异', 'Page of a record: versions', ids.map((one) => `/admin/v1/records/${one}/versions`)],
      ['record_linked_p95_ms', '记录页：关联记录', 'Page of a record: linked records', ids.map((one) => `/admin/v1/records/${one}/linked`)],
      ['record_custody_p95_ms', '记录页：流转轨迹', 'Page of a record: custody', ids.map((one) => `/admin/v1/records/${one}/custody`)],
      ['public_record_p95_ms', '公开记录（含关联）', 'Public record with what is linked', ids.map((one) => `/public/v1/records/${one}`)],
      ['public_custody_p95_ms', '公开记录的流转轨迹', 'Custody of a public record', ids.map((one) => `/public/v1/records/${one}/custody`)],
      ['public_home_p95_ms', '公开首页（HTML）', 'First public page (HTML)', ['/']],
      ['public_search_page_p95_ms', '公开检索页面（HTML）', 'Public page of a search (HTML)', typed],
      ['public_page_p95_ms', '公开记录页面（HTML）', 'Public page of a record (HTML)', ids.map((one) => `/records/${one}`)],
      [
        'public_linked_page_p95_ms',
        '公开关联页面（HTML）',
        'Public page of what is linked (HTML)',
        ids.map((one) => `/records/${one}/linked?entity=TBProjectInfo`),
      ],
      ['public_verify_page_p95_ms', '公开验证页面（HTML）', 'Public page of the check (HTML)', ids.map((one) => `/records/${one}/verify`)],
    ] as const)
      figures.push(p95(id, zh, en, await timesOf(node, id.startsWith('record_') ? operator : {}, paths, 200)))
    return figures
  },
}
