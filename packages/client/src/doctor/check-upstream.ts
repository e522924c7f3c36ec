import { UserError } from '../user-error.ts'
import { NodeProblem } from '../http/node-problem.ts'
import { send } from '../http/send.ts'
import type { NodeFacts } from '../node-facts.ts'
import { bad, ok, type Finding } from './finding.ts'

/** A node above, as HUIJIAO_UPSTREAMS names it. */
export interface ConfiguredUpstream {
  readonly name: string
  readonly url: string
  readonly tier: string
  /** Base64 of its raw Ed25519 key; absent when it is learnt at the first contact. */
  readonly publicKey?: string | null
}

/** Upstreams over HTTP that can be read from the setting; what is wrong with the rest, and other ways up, are the configuration check's to say. */
export function readUpstreams(setting: string | undefined): ConfiguredUpstream[] {
  try {
    const list: unknown = JSON.parse(setting ?? '[]')
    return Array.isArray(list)
      ? (list as ConfiguredUpstream[]).filter((one) => typeof one?.name === 'string' && /^https?:/.test(one.url) && URL.canParse(one.url))
      : []
  } catch {
    return []
  }
}

/** A signature from a clock this far off is refused. */
const skewErrorMs = 300_000
const skewWarningMs = 5_000
const once = { totalMs: 0, firstDelayMs: 0, delayMaxMs: 0, attemptMs: 10_000 }

/** Whether a node above answers, is the one that is meant, and agrees with our clock. */
export async function checkUpstream(upstream: ConfiguredUpstream): Promise<Finding[]> {
  const check = `upstream ${upstream.name}`
  const began = Date.now()
  let facts: NodeFacts
  let date: string | null
  try {
    const answer = await send({ url: upstream.url.replace(/\/+$/, ''), credentials: null }, { method: 'GET', path: '/v1/node' }, once)
    facts = JSON.parse(answer.body.toString('utf8')) as NodeFacts
    date = answer.headers.get('date')
  } catch (error) {
    if (error instanceof UserError) {
      return [
        bad('error', check, error.words, {
          zh: '核对 HUIJIAO_UPSTREAMS 中的 url、网络、防火墙、上级是否在运行；恢复前数据留在本级，不会丢失',
          en: 'check its url in HUIJIAO_UPSTREAMS, the network, the firewall, and whether it runs; until then data waits here and is not lost',
        }),
      ]
    }
    const said = error instanceof NodeProblem ? String(error.status) : (error as Error).message
    return [
      bad(
        'error',
        check,
        { zh: `${upstream.url} 不是汇交节点（${said}）`, en: `${upstream.url} is not a huijiao node (${said})` },
        { zh: '核对 HUIJIAO_UPSTREAMS 中的 url', en: 'check its url in HUIJIAO_UPSTREAMS' },
      ),
    ]
  }
  return [checkIdentity(check, upstream, facts), ...checkClock(check, facts, date, began, Date.now())]
}

function checkIdentity(check: string, upstream: ConfiguredUpstream, facts: NodeFacts): Finding {
  const pinned = upstream.publicKey ?? null
  if (pinned !== null && !facts.keys.some((key) => key.publicKey === pinned)) {
    return bad(
      'error',
      check,
      { zh: '上级公钥与配置不符', en: 'the upstream’s key is not the configured one' },
      {
        zh: '可能连到了别的节点，或上级换了密钥：向其管理员核实后更新 publicKey',
        en: 'this may be another node, or it has a new key: ask its operator, then change publicKey',
      },
    )
  }
  if (facts.name === upstream.name && facts.tier === upstream.tier)
    return ok(
      check,
      `上级 ${facts.name}（${facts.tier}）可达：${upstream.url}`,
      `upstream ${facts.name} (${facts.tier}) answers at ${upstream.url}`,
    )
  return bad(
    'error',
    check,
    {
      zh: `${upstream.url} 是 ${facts.name}（${facts.tier}），不是 ${upstream.name}（${upstream.tier}）`,
      en: `${upstream.url} is ${facts.name} (${facts.tier}), not ${upstream.name} (${upstream.tier})`,
    },
    { zh: '核对 HUIJIAO_UPSTREAMS 中的 name、tier、url', en: 'check name, tier and url in HUIJIAO_UPSTREAMS' },
  )
}

/** Our clock against theirs. `Date` has whole seconds, and the answer took its time: both are allowed for. */
function checkClock(check: string, facts: NodeFacts, date: string | null, began: number, ended: number): Finding[] {
  const theirs = Date.parse(date ?? facts.time ?? '')
  if (!Number.isFinite(theirs)) return []
  const skewMs = theirs + 1000 < began ? began - theirs - 1000 : theirs > ended ? theirs - ended : 0
  const seconds = Math.round(skewMs / 1000)
  if (skewMs <= skewWarningMs) return [ok(check, '时钟与上级一致', 'the clock agrees with the upstream’s')]
  return [
    bad(
      skewMs > skewErrorMs ? 'error' : 'warning',
      check,
      {
        zh: `时钟与上级相差 ${seconds} 秒（超过 300 秒则签名被拒）`,
        en: `the clock is ${seconds} s off the upstream’s (beyond 300 s signatures are refused)`,
      },
      { zh: '启用时间同步：timedatectl set-ntp true，或 chrony', en: 'keep the time: timedatectl set-ntp true, or chrony' },
    ),
  ]
}
