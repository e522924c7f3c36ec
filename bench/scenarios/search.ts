/** What people wait for at the screens, with a million records stored: the search and the data of each page of records. */
import { setTimeout as delay } from 'node:timers/promises'
import { creditCodeCheck, organisationCodeCheck } from '@huijiao/standard'
import { envelopeOf, projectLine } from '../data.ts'
import { type Figure, figure, percentile } from '../figures.ts'
import { type BenchHub, type BenchNode, newId, push } from '../hub.ts'
import { startHub } from '../hub.ts'
import { milliseconds, withClient } from '../measure.ts'
import type { Plan, Scenario } from '../scenario.ts'

const places = [
  '历下',
  '市中',
  '槐荫',
  '天桥',
  '历城',
  '长清',
  '章丘',
  '济阳',
  '莱芜',
  '钢城',
  '平阴',
  '商河',
  '高新',
  '起步',
  '南山',
  '新旧',
]
const words = ['银杏', '丰茂', '博雅', '嘉禾', '清和', '德胜', '安澜', '景明', '明川', '万象', '盛德', '开元', '鹏举', '卓越', '祥瑞', '励勤', '海晏', '知行', '晨光', '恩泽', '长安', '重光', '行远', '乐山'] // prettier-ignore
const kinds = [
  '花园',
  '小学',
  '医院',
  '公寓',
  '厂房',
  '大桥',
  '隧道',
  '广场',
  '图书馆',
  '体育馆',
  '污水厂',
  '管廊',
  '研发楼',
  '宿舍',
  '办公楼',
  '地铁站',
]

const pick = (list: readonly string[], at: number): string => list[at % list.length] as string
/** A name that has a word of each list and a number of its own; neighbours in the log have different words. */
const nameOf = (at: number): string =>
  `示例${pick(places, at * 7)}${pick(words, at * 11 + (at >> 9))}${pick(kinds, at * 13 + (at >> 5))}第${at}期（合成）`

/** A company's credit code of an unassigned region, with its check characters. */
function codeOf(serial: number): string {
  const body = `MB${String(serial).padStart(6, '0')}`
  const organisation = body + organisationCodeCheck(body)
  return `91370199${organisation}${creditCodeCheck(`91370199${organisation}`)}`
}

/** How many projects a company has. */
const projectsEach = 20

const namedProject = (at: number): string =>
  projectLine(at)
    .replace(/"PrjName":"[^"]*"/, `"PrjName":"${nameOf(at)}"`)
    .replace('"91370199MA00DEM14Q"', `"${codeOf(Math.floor(at / projectsEach))}"`)

function companyLine(serial: number): string {
  const code = codeOf(serial)
  return JSON.stringify({
    entity: 'TBCorpBasicInfo',
    operation: 'upsert',
    sourceId: `C-${serial}`,
    data: {
      ...{
        CorpName: `示例${pick(words, serial)}${pick(words, serial >> 3)}${serial}建设有限公司（合成）`,
        CorpCode: code,
        LicenseNum: code,
      },
      ...{ ProvinceNum: '370000', CityNum: '370100', CountyNum: '370102', Address: `示例路 ${serial} 号（合成）`, PostalCode: '259900' },
      ...{ LegalMan: '法示例', IDCardTypeNum: '1', LegalManIDCard: '37019918900101001X', LegalManDuty: '董事长', EconomicNum: '159' },
      ...{ RegPrin: '5000', PrincipalUnitNum: '1', CorpBirthDate: '2010-05-12', LinkMan: '联示例', LinkPhone: '10000000001' },
    },
  })
}

const body = (lines: readonly string[]): Buffer => Buffer.from([JSON.stringify(envelopeOf(newId())), ...lines, ''].join('\n'))
const some = (from: number, count: number, line: (at: number) => string) => body(Array.from({ length: count }, (_, at) => line(from + at)))

/** Pushes projects and their companies, in submissions of 50,000, and waits until the search has read them. */
async function store(hub: BenchHub, total: number, say: Plan['say']): Promise<void> {
  const companies = Math.ceil(total / (projectsEach + 1))
  const projects = total - companies
  const each = 50_000
  for (let at = 0; at < companies; at += each)
    await push(hub, some(at, Math.min(each, companies - at), companyLine), 'accepted', Math.min(each, companies - at))
  for (let at = 0; at < projects; at += each) {
    await push(hub, some(at, Math.min(each, projects - at), namedProject), 'accepted', Math.min(each, projects - at))
    if ((at / each) % 4 === 3) say(`已入库 ${companies + at + each} 条`, 'records stored')
  }
  await withClient((hub.nodes[0] as BenchNode).databaseUrl, async (client) => {
    for (let had = -1; ;) {
      const { rows } = await client.query<{ count: string }>('select count(*) as count from search_record')
      const count = Number(rows[0]?.count)
      if (count >= total) break
      if (count !== had) say(`检索已编入 ${count} 条`, 'records read into the search')
      had = count
      await delay(5000)
    }
    // As autovacuum would have done by the time people look.
    await client.query('vacuum analyze search_record, stream, version, part, log_entry')
  })
}

/** Asks again and again, in turn, one question at a time. */
async function timesOf(hub: BenchHub, paths: readonly string[], count: number): Promise<number[]> {
  const node = hub.nodes[0] as BenchNode
  const ask = async (path: string) => {
    const answer = await fetch(`${node.url}${path}`, {
      headers: path.startsWith('/admin') ? { authorization: `Bearer ${node.adminToken}` } : {},
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`)
  }
  for (const path of paths.slice(0, 20)) await ask(path)
  const times: number[] = []
  for (let at = 0; at < count; at += 1) times.push(await milliseconds(() => ask(pick(paths, at))))
  return times
}

const goalMs = 300
const p95 = (id: string, zh: string, en: string, rounds: readonly number[]): Figure =>
  figure({
    id,
    title: { zh, en },
    value: percentile(rounds, 0.95),
    unit: 'ms',
    limit: null,
    goal: { kind: 'value-max', at: goalMs },
    rounds,
  })

export const search: Scenario = {
  name: 'search',
  zh: '检索与记录各页，一百万条在库',
  en: 'Search and the pages of records, with a million records stored',
  long: true,
  async run({ quick, say }) {
    const total = quick ? 50_000 : 1_000_000
    process.env['HUIJIAO_PUBLIC_RATE'] = '10000'
    const hub = await startHub(1)
    try {
      await store(hub, total, say)
      const sample = await withClient((hub.nodes[0] as BenchNode).databaseUrl, async (client) => {
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
        figures.push(p95(`search_${kind}_p95_ms`, zh, en, await timesOf(hub, paths, 200)))
      }
      const everything = Object.values(asked).flat()
      figures.push(
        p95(
          'search_public_p95_ms',
          '公开检索（各类混合）',
          'Public search, all kinds in turn',
          await timesOf(
            hub,
            everything.map((text) => `/public/v1/search?q=${encodeURIComponent(text)}`),
            300,
          ),
        ),
        p95(
          'search_within_p95_ms',
          '按地区与库检索',
          'Search within a region and a library',
          await timesOf(
            hub,
            everything.map((text) => `/admin/v1/records?library=project&region=370102&q=${encodeURIComponent(text)}`),
            300,
          ),
        ),
      )
      const ids = [...sample.projects.slice(0, 50), ...sample.companies.slice(0, 50)].map(({ id }) => id)
      for (const [id, zh, en, path] of [
        ['record_page_p95_ms', '记录页：字段', 'Page of a record: fields', (one: string) => `/admin/v1/records/${one}`],
        [
          'record_versions_p95_ms',
          '记录页：版本与差异',
          'Page of a record: versions',
          (one: string) => `/admin/v1/records/${one}/versions`,
        ],
        [
          'record_linked_p95_ms',
          '记录页：关联记录',
          'Page of a record: linked records',
          (one: string) => `/admin/v1/records/${one}/linked`,
        ],
        ['record_custody_p95_ms', '记录页：流转轨迹', 'Page of a record: custody', (one: string) => `/admin/v1/records/${one}/custody`],
        ['public_record_p95_ms', '公开记录（含关联）', 'Public record with what is linked', (one: string) => `/public/v1/records/${one}`],
        ['public_page_p95_ms', '公开页面（HTML）', 'Public page (HTML)', (one: string) => `/records/${one}`],
      ] as const)
        figures.push(p95(id, zh, en, await timesOf(hub, ids.map(path), 200)))
      return figures
    } finally {
      await hub.stop()
    }
  },
}
