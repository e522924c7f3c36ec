import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

const anySite = ({ world, random }: FaultContext): Site => random.pick([...world.sites.values()])

async function kill(context: FaultContext, sites: readonly Site[], signal: NodeJS.Signals): Promise<Injected> {
  let hits = 0
  for (const site of sites) if (site.node.signal(signal)) hits += 1
  await Promise.all(sites.map((site) => site.node.end(signal)))
  await delay(context.random.int(0, 1500))
  for (const site of sites) site.node.start()
  await Promise.all(sites.map((site) => site.node.untilReady()))
  return { hits: Math.min(1, hits), where: sites.map((site) => site.place.name).join(' '), through: sites.flatMap((site) => site.inward) }
}

const points: readonly (readonly [point: string, zh: string, en: string])[] = [
  ['body-read', '请求体读完', 'the body has been read'],
  ['validated', '校验完毕', 'the records are validated'],
  ['before-commit', '提交之前', 'before the commit'],
  ['after-commit', '提交之后', 'after the commit'],
  ['sequencing', '编号之中', 'inside sequencing'],
  ['sequenced', '编号之后', 'after sequencing'],
  ['delivery-stored', '投递已存未发', 'a delivery is stored and not sent'],
  ['upstream-answered', '上级已提交，回执未读', 'the upstream has committed and the receipt is not read'],
  ['receipt-read', '回执已读，游标未动', 'between receipt and cursor'],
  ['settled', '游标已动', 'the cursor has moved'],
]

/** Sites at which a point is ever passed. */
const passing = (context: FaultContext, point: string): Site[] => {
  const sites = [...context.world.sites.values()]
  const sends = ['delivery-stored', 'upstream-answered', 'receipt-read', 'settled'].includes(point)
  return sends ? sites.filter((site) => site.link !== null) : sites
}

async function atPoint(context: FaultContext, point: string, action: 'kill' | 'stop'): Promise<Injected> {
  const { random } = context
  const site = random.pick(passing(context, point))
  const before = site.node.hits(point)
  const hit = () => site.node.hits(point) - before
  void site.node.arm({ point, action, skip: random.int(0, 4), times: 1 })
  for (let waits = 0; waits < 200 && hit() === 0 && !context.over(); waits += 1) await delay(50)
  if (hit() > 0 && action === 'stop') await delay(random.int(300, 12_000))
  // It may be hit while the arm is being taken back, and a process that stops then does not hear that it is.
  let disarmed = false
  void site.node.arm(null).then(() => (disarmed = true))
  while (!disarmed) {
    if (action === 'stop') site.node.signal('SIGCONT')
    await delay(50)
  }
  const hits = hit()
  if (hits > 0 && action === 'kill') await site.node.untilEnded()
  await site.node.untilReady()
  return { hits, where: site.place.name, through: site.inward }
}

export const processClasses: readonly FaultClass[] = [
  {
    ...{ name: 'node-killed', group: 'process', zh: '节点进程 SIGKILL', en: 'SIGKILL of a node', heavy: true, weight: 3 },
    inject: (context) => kill(context, [anySite(context)], 'SIGKILL'),
  },
  {
    ...{
      name: 'two-nodes-killed',
      group: 'process',
      zh: '两个节点同时 SIGKILL',
      en: 'SIGKILL of two nodes at once',
      heavy: true,
      weight: 1,
    },
    inject: (context) => {
      const sites = [...context.world.sites.values()]
      const first = context.random.int(0, 3)
      return kill(context, [sites[first] as Site, sites[(first + context.random.int(1, 3)) % 4] as Site], 'SIGKILL')
    },
  },
  {
    ...{
      name: 'all-nodes-killed',
      group: 'process',
      zh: '全部节点同时 SIGKILL（停电）',
      en: 'SIGKILL of all nodes at once',
      heavy: true,
      weight: 1,
    },
    inject: (context) => kill(context, [...context.world.sites.values()], 'SIGKILL'),
  },
  {
    ...{ name: 'node-restarted', group: 'process', zh: '节点正常重启', en: 'an orderly restart', heavy: true, weight: 2 },
    inject: (context) => kill(context, [anySite(context)], 'SIGTERM'),
  },
  {
    ...{ name: 'rolling-restart', group: 'process', zh: '逐个重启全部节点', en: 'a rolling restart of all nodes', heavy: true, weight: 1 },
    inject: async (context) => {
      let hits = 0
      const sites = [...context.world.sites.values()]
      for (const site of sites) hits += (await kill(context, [site], 'SIGTERM')).hits
      return { hits: Math.min(1, hits), where: 'all', through: sites.flatMap((site) => site.inward) }
    },
  },
  {
    ...{ name: 'node-stopped', group: 'process', zh: '节点进程冻结后继续', en: 'SIGSTOP and SIGCONT of a node', heavy: true, weight: 3 },
    inject: async (context) => {
      const site = anySite(context)
      const hit = site.node.signal('SIGSTOP')
      await delay(context.random.int(200, 12_000))
      site.node.signal('SIGCONT')
      await site.node.untilReady()
      return { hits: hit ? 1 : 0, where: site.place.name, through: site.inward }
    },
  },
  ...points.flatMap(([point, zh, en]): FaultClass[] => [
    {
      ...{ name: `killed-at-${point}`, group: 'process', zh: `SIGKILL：${zh}`, en: `SIGKILL: ${en}`, heavy: true, weight: 2 },
      inject: (context) => atPoint(context, point, 'kill'),
    },
  ]),
  ...points
    .filter(([point]) => ['before-commit', 'sequencing', 'delivery-stored', 'receipt-read'].includes(point))
    .map(([point, zh, en]): FaultClass => ({
      ...{ name: `stopped-at-${point}`, group: 'process', zh: `冻结：${zh}`, en: `SIGSTOP: ${en}`, heavy: true, weight: 1 },
      inject: (context) => atPoint(context, point, 'stop'),
    })),
]
