/** What every page of the console asks for, with a million records stored. */
import { type Headers, operatorOf, p95, type Question, signedIn, timesOf } from '../ask.ts'
import type { Figure } from '../figures.ts'
import { withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'
import { edgeOf, stockOf } from '../stock.ts'
import { fillLink } from '../stock-link.ts'

interface Asked {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly questions: readonly Question[]
  /** Also asked by somebody who may see one district, in which nothing lies. */
  readonly bounded?: true
  /** Everybody's own: asked by somebody with an account. */
  readonly own?: true
}

/** Things of the stock that pages are opened for. */
interface Sample {
  readonly large: string
  readonly faulty: string
  readonly small: readonly string[]
  readonly records: readonly string[]
  readonly entries: readonly number[]
  readonly half: number
  readonly instants: readonly [string, string]
}

export const pages: Scenario = {
  name: 'pages',
  zh: '控制台各页，一百万条在库',
  en: 'Every page of the console, with a million records stored',
  long: true,
  async run(plan) {
    const { hub, total } = await stockOf(plan)
    const node = edgeOf(hub)
    const sample = await withClient(node.databaseUrl, async (client) => {
      await fillLink(client, total)
      await client.query('analyze delivery, skip, parked')
      const one = async <T>(text: string) => (await client.query<{ value: T }>(text)).rows.map((row) => row.value)
      const [size] = await one<string>('select max(size) as value from log_checkpoint')
      const instants = await one<Date>(
        'select instant as value from log_entry where index in (0, (select max(index) / 2 from log_entry)) order by index',
      )
      return {
        large: (await one<string>('select id::text as value from submission order by stored_records desc limit 1'))[0] as string,
        faulty: (await one<string>(`select id::text as value from submission where (counts->>'refused')::int > 0 limit 1`))[0] as string,
        small: await one<string>(`select id::text as value from submission where stored_records = 1 order by md5(id::text) limit 40`),
        records: await one<string>(
          `select 'r_' || replace(record_id::text, '-', '') as value from search_record order by md5(key_digest::text) limit 40`,
        ),
        entries: await one<number>(`select index::int4 as value from log_entry order by md5(index::text) limit 40`),
        half: Math.floor(Number(size) / 2),
        instants: instants.map((at) => at.toISOString()) as [string, string],
      }
    })
    const district = await signedIn(node, ['370103'])
    const figures: Figure[] = []
    const add = async (one: Asked, who: Headers, suffix: string, zh: string, en: string) =>
      figures.push(p95(`page_${one.id}${suffix}_p95_ms`, `${one.zh}${zh}`, `${one.en}${en}`, await timesOf(node, who, one.questions, 60)))
    for (const one of asked(sample)) {
      try {
        await add(one, one.own === true ? district : operatorOf(node), '', '', '')
        if (one.bounded === true) await add(one, district, '_bounded', '（辖区用户）', ', asked by somebody of one district')
      } catch (error) {
        throw new Error(one.id, { cause: error })
      }
    }
    return figures
  },
}

const under = (path: string, ...queries: readonly string[]) => queries.map((query) => `/admin/v1/${path}${query === '' ? '' : `?${query}`}`)
const cursorOf = (list: string, place: unknown) => `cursor=${Buffer.from(JSON.stringify([list, place])).toString('base64url')}`

function asked({ large, faulty, small, records, entries, half, instants }: Sample): Asked[] {
  const time = `from=${instants[0]}&to=${instants[1]}`
  return [
    { id: 'overview', zh: '概览：实况', en: 'Overview: the node at this moment', questions: under('live', '') },
    {
      id: 'overview_flow',
      zh: '概览：近况图',
      en: 'Overview: the last hours',
      questions: under('flow', 'hours=24', 'hours=2', 'hours=168'),
    },
    { id: 'node', zh: '节点概况', en: 'Facts of the node', questions: under('node', '') },
    {
      id: 'submissions',
      zh: '报送批次列表',
      en: 'Submissions',
      questions: under('submissions', '', 'state=finished', cursorOf('submissions', half), time),
      bounded: true,
    },
    {
      ...{ id: 'submissions_filtered', zh: '报送批次：按单位、结果筛选', en: 'Submissions by participant and outcome' },
      questions: under(
        'submissions',
        'participant=p-other',
        'participant=p-bench&outcome=refused',
        'outcome=cancelled',
        'outcome=partial',
        'state=paused',
      ),
    },
    {
      id: 'submission',
      zh: '一个批次',
      en: 'One submission',
      questions: [...small, large, faulty].flatMap((id) => under(`submissions/${id}`, '')),
    },
    {
      ...{ id: 'submission_problems', zh: '批次的问题：分页与归类', en: 'Problems of a submission, by page and by kind' },
      questions: [
        ...under(`submissions/${faulty}/problems`, '', 'group=true'),
        ...under(`submissions/${large}/problems`, '', 'group=true'),
      ],
    },
    {
      id: 'records',
      zh: '记录列表（不检索）',
      en: 'Records, nothing typed',
      questions: under(
        'records',
        '',
        'library=project',
        'library=enterprise',
        'entity=TBBuilderLicenceManage',
        'state=held',
        'state=withdrawn',
        'library=conduct&state=in-force',
        'region=3701',
        'region=370103',
      ),
      bounded: true,
    },
    { id: 'versions', zh: '记录：版本', en: 'A record: versions', questions: records.flatMap((id) => under(`records/${id}/versions`, '')) },
    { id: 'corrections', zh: '更正', en: 'Corrections', questions: under('corrections', ''), bounded: true },
    { id: 'links', zh: '上报通道', en: 'Links', questions: under('links', '') },
    {
      id: 'link',
      zh: '一条上报通道',
      en: 'One link',
      questions: [...under('links/370000', ''), ...under('links/370000/flow', 'hours=24', 'hours=168')],
    },
    {
      id: 'deliveries',
      zh: '发送批次',
      en: 'Deliveries',
      questions: under('links/370000/deliveries', '', 'state=open', 'state=split', cursorOf('deliveries', 500)),
    },
    {
      id: 'skips',
      zh: '未上报的记录',
      en: 'Skips',
      questions: under('links/370000/skips', '', 'reason=never-sent', 'kind=incomplete', 'entity=TBTenderInfo'),
      bounded: true,
    },
    {
      id: 'parked',
      zh: '待处理',
      en: 'Parked records',
      questions: under(
        'parked',
        '',
        'link=370000',
        'reason=code-unlisted',
        'entity=TBTenderInfo',
        'state=delivered',
        'region=370103',
        `record=${records[0]}`,
      ),
      bounded: true,
    },
    {
      id: 'parked_groups',
      zh: '待处理：归类',
      en: 'Parked records by reason',
      questions: under('parked/groups', '', 'link=370000'),
      bounded: true,
    },
    {
      id: 'held',
      zh: '待关联',
      en: 'Held records',
      questions: under('held', '', 'entity=TBBuilderLicenceManage', 'entity=TBTenderInfo', 'parent=TBProjectInfo', 'region=370103'),
      bounded: true,
    },
    {
      id: 'findings',
      zh: '核查发现',
      en: 'Findings',
      questions: under(
        'findings',
        '',
        'severity=warning',
        'severity=error',
        'rule=linkage.tender',
        'entity=TBTenderInfo',
        'state=dismissed',
        'region=370103',
        `record=${records[0]}`,
      ),
      bounded: true,
    },
    {
      id: 'conflicts',
      zh: '数据冲突',
      en: 'Conflicts',
      questions: under('conflicts', '', 'entity=TBCorpBasicInfo', 'entity=TBTenderInfo', 'state=decided'),
      bounded: true,
    },
    {
      id: 'duplicates',
      zh: '疑似重复',
      en: 'Duplicates',
      questions: under('duplicates', '', 'entity=TBProjectInfo', 'state=same', `record=${records[0]}`),
      bounded: true,
    },
    { id: 'successions', zh: '编号变更', en: 'Successions', questions: under('successions', '') },
    { id: 'sent_up', zh: '决定上报', en: 'Sent up by decision', questions: under('sent-up', ''), bounded: true },
    {
      id: 'reconciliation',
      zh: '对账',
      en: 'Comparisons',
      questions: [...under('links/370000/reconcile', ''), ...under('reconcile/cases', ''), ...under('links/370000/certificates', '')],
    },
    {
      id: 'participants',
      zh: '参与方',
      en: 'Participants',
      questions: [...under('participants', ''), ...under('participants/p-bench', '')],
    },
    { id: 'operators', zh: '账号', en: 'Accounts', questions: under('operators', '') },
    {
      id: 'standards',
      zh: '标准与策略',
      en: 'Standards and policy',
      questions: [...under('standards', ''), ...under('policy', ''), '/v1/standards', '/v1/standards/2018'],
    },
    { id: 'log', zh: '日志列表', en: 'Log', questions: under('log', '', cursorOf('log', half), time) },
    {
      ...{ id: 'log_filtered', zh: '日志：按人、类、表、记录、批次、时间', en: 'Log by actor, kind, table, record, submission, time' },
      questions: under(
        'log',
        'actor=participant:p-other',
        'actor=node',
        'kind=link',
        'kind=reconcile',
        'kind=policy',
        'subject=370000',
        'entity=TBProjectInfo',
        'entity=TBRegPersonBasicInfo',
        'entity=TBTenderInfo',
        `record=${records[0]}`,
        `submission=${large}`,
        `submission=${small[0]}`,
        `kind=operator&${time}`,
      ),
    },
    { id: 'log_entry', zh: '一条日志', en: 'One entry of the log', questions: entries.flatMap((index) => under(`log/${index}`, '')) },
    {
      id: 'checkpoints',
      zh: '快照与分块',
      en: 'Checkpoints and tiles',
      questions: ['/v1/log/checkpoints', '/v1/log/checkpoint', '/v1/log/epochs', '/v1/log/tile/0/000', '/v1/log/tile/entries/000'],
    },
    { id: 'access', zh: '访问记录', en: 'Accesses', questions: under('access', '', cursorOf('access', half)) },
    { id: 'metrics', zh: '监控指标', en: 'Metrics', questions: ['/metrics'] },
    { id: 'drafts', zh: '录入：草稿', en: 'Entry: drafts', questions: under('drafts', ''), own: true },
  ]
}
