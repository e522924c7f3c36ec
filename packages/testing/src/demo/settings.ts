import { resolve } from 'node:path'
import { DemoError } from './words.ts'

export type DemoTier = 'municipal' | 'provincial' | 'national'

/** One of the three nodes of the demo. */
export interface DemoNode {
  readonly tier: DemoTier
  readonly region: string
  readonly port: number
  readonly url: string
  readonly dataDir: string
  readonly logFile: string
  readonly database: string
  /** The tier it reports to. */
  readonly upstream: DemoTier | null
}

export interface DemoSettings {
  readonly dir: string
  readonly once: boolean
  readonly fresh: boolean
  readonly nodes: readonly DemoNode[]
}

const plan = [
  ['municipal', '370100', 101, 'provincial'],
  ['provincial', '370000', 201, 'national'],
  ['national', '000000', 301, null],
] as const

/**
 * Reads the arguments and the two settings of the demo.
 * @param env HUIJIAO_DEMO_PORT (7000 when absent) moves the ports, HUIJIAO_DEMO_DIR (`.huijiao`) the state
 */
export function readDemoSettings(args: readonly string[], env: NodeJS.ProcessEnv): DemoSettings {
  const unknown = args.find((arg) => arg !== '--once' && arg !== '--fresh')
  if (unknown !== undefined)
    throw new DemoError(
      `没有参数 ${unknown}；可用：--once（送达后自行结束并核对）、--fresh（清除状态，重新开始）`,
      `no argument ${unknown}; there are --once (check that everything arrived, then end) and --fresh (begin anew)`,
    )
  const given = env.HUIJIAO_DEMO_PORT ?? ''
  const base = given === '' ? 7_000 : Number(given)
  if (!Number.isInteger(base) || base < 1_024 || base > 65_000)
    throw new DemoError(
      `HUIJIAO_DEMO_PORT 须为 1024 至 65000 的整数，现为 ${given}`,
      `HUIJIAO_DEMO_PORT must be a whole number from 1024 to 65000, not ${given}`,
    )
  const dir = resolve(env.HUIJIAO_DEMO_DIR || '.huijiao')
  return {
    dir,
    once: args.includes('--once'),
    fresh: args.includes('--fresh'),
    nodes: plan.map(([tier, region, offset, upstream]) => ({
      tier,
      region,
      port: base + offset,
      url: `http://127.0.0.1:${base + offset}`,
      dataDir: resolve(dir, tier),
      logFile: resolve(dir, `${tier}.log`),
      database: `huijiao_${tier}`,
      upstream,
    })),
  }
}

export function nodeOf(settings: DemoSettings, tier: DemoTier): DemoNode {
  const node = settings.nodes.find((each) => each.tier === tier)
  if (node === undefined) throw new RangeError(`the demo has no ${tier} node`)
  return node
}
