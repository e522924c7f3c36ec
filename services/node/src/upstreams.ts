import { isAbsolute } from 'node:path'
import type { Tier } from '@huijiao/database'
import type { ConfigMistake } from './config.ts'
import { tiers } from './settings.ts'
import { flowMembers, readFlow, type UpstreamFlow } from './upstream-flow.ts'

/** One node above, as configured. */
export interface Upstream extends UpstreamFlow {
  /** Name of the link and of the node above. */
  readonly name: string
  /** Without a trailing slash. */
  readonly url: string
  readonly tier: Tier
  /** Raw Ed25519 key (32 bytes) that must have signed its receipts; null when it is learnt at the first contact. */
  readonly publicKey: Buffer | null
  /** File with the password of a `postgres:` address. */
  readonly passwordFile: string | null
  /** What this node takes from there. */
  readonly feed: Subscription
}

/** What comes down from a node above. */
export interface Subscription {
  readonly outcomes: boolean
  readonly notices: boolean
  readonly standards: boolean
  readonly corrections: boolean
  /** Entities whose records come down where the node above counts more; `all` of them; none when empty. */
  readonly records: 'all' | readonly string[]
}

export const subscriptionKinds = ['outcomes', 'standards', 'notices', 'corrections', 'records'] as const
const usualSubscription: Subscription = { outcomes: true, notices: true, standards: true, corrections: false, records: [] }

/** `https://…`, or what else carries deliveries up: see docs/transports.md. */
function readAddress(url: unknown, publicKey: unknown, wrong: (zh: string, en: string) => void): void {
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (address === null || !/^(?:https?|folder|postgres(?:ql)?):$/.test(address.protocol))
    wrong(
      'url 须为 http(s)、folder 或 postgres 地址（见 docs/transports.zh-CN.md）',
      'url must be an http(s), folder or postgres address (see docs/transports.md)',
    )
  else if (address.protocol === 'folder:' && (address.host !== '' || !address.pathname.startsWith('/') || address.pathname === '/'))
    wrong('folder 地址须为 folder:///绝对路径', 'a folder address must be folder:/// and an absolute path')
  else if (address.protocol === 'folder:' && (publicKey === undefined || publicKey === null))
    wrong(
      '经文件夹传输须填 publicKey：没有首次连接可学',
      'an upstream by folders needs publicKey: there is no first contact to learn it from',
    )
  else if (address.protocol.startsWith('postgres') && address.password !== '')
    wrong('地址中不得写口令，请用 passwordFile', 'the password must not stand in the address; give passwordFile')
}

/** Reads the JSON of HUIJIAO_UPSTREAMS; adds what is wrong with it to `mistakes`. A parent is any higher tier. */
export function readUpstreams(json: string, ownTier: Tier, mistakes: ConfigMistake[]): Upstream[] {
  const setting = 'HUIJIAO_UPSTREAMS'
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    list = undefined
  }
  if (!Array.isArray(list)) {
    mistakes.push({ setting, zh: '须为 JSON 数组', en: 'must be a JSON array' })
    return []
  }
  const names = new Set<string>()
  return list.flatMap((item: unknown, position): Upstream[] => {
    const before = mistakes.length
    const wrong = (zh: string, en: string) => mistakes.push({ setting: `${setting}[${position}]`, zh, en })
    const entry = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
    for (const member of Object.keys(entry)) {
      if (!['name', 'url', 'tier', 'publicKey', 'feed', 'passwordFile', ...flowMembers].includes(member))
        wrong(`没有成员 ${member}`, `has no member ${member}`)
    }
    const { name, url, tier, publicKey } = entry
    if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
      wrong('name 须为节点名', 'name must be the node’s name')
    else if (names.has(name)) wrong(`name ${name} 重复`, `name ${name} occurs twice`)
    else names.add(name)
    readAddress(url, publicKey, wrong)
    const rank = tiers.indexOf(tier as Tier)
    if (rank < 0) wrong(`tier 须为 ${tiers.join(' / ')} 之一`, `tier must be one of ${tiers.join(', ')}`)
    else if (rank >= tiers.indexOf(ownTier)) wrong(`tier 须高于本节点的 ${ownTier}`, `tier must be above this node’s ${ownTier}`)
    const key = typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : null
    if (publicKey !== undefined && publicKey !== null && key?.length !== 32)
      wrong('publicKey 须为 32 字节公钥的 base64', 'publicKey must be a 32-byte key in base64')
    const feed = readSubscription(entry['feed'], wrong)
    const front = String(url).startsWith('postgres')
    const { passwordFile } = entry
    if (passwordFile !== undefined && (typeof passwordFile !== 'string' || !isAbsolute(passwordFile) || !front))
      wrong('passwordFile 须为绝对路径，只用于 postgres 地址', 'passwordFile must be an absolute path, and goes with a postgres address')
    // A database that is no node does not keep sealed texts as a node does.
    const flow = readFlow(front ? { sealed: 'hash', ...entry } : entry, wrong)
    if (mistakes.length > before) return []
    return [
      {
        name: name as string,
        url: (url as string).replace(/\/+$/, ''),
        tier: tier as Tier,
        publicKey: key,
        passwordFile: (passwordFile as string | undefined) ?? null,
        feed,
        ...flow,
      },
    ]
  })
}

/** `{"kinds": [...], "entities": [...]}`; what is absent is as usual: outcomes, standards and notices, and records of all entities that come down. */
function readSubscription(value: unknown, wrong: (zh: string, en: string) => void): Subscription {
  if (value === undefined) return usualSubscription
  const entry = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { '': 0 }) as Record<string, unknown>
  for (const member of Object.keys(entry))
    if (!['kinds', 'entities'].includes(member)) wrong('feed 应为 {"kinds","entities"}', 'feed must be {"kinds","entities"}')
  const { kinds = ['outcomes', 'standards', 'notices'], entities } = entry
  if (!Array.isArray(kinds) || kinds.some((kind) => !(subscriptionKinds as readonly unknown[]).includes(kind))) {
    wrong(`feed.kinds 应为 ${subscriptionKinds.join(' / ')} 中的若干`, `feed.kinds must be some of ${subscriptionKinds.join(', ')}`)
    return usualSubscription
  }
  const named = Array.isArray(entities) && entities.every((one) => typeof one === 'string' && /^\w{1,100}$/.test(one))
  if (entities !== undefined && !named) wrong('feed.entities 应为数据表代码的数组', 'feed.entities must be an array of entity codes')
  return {
    outcomes: kinds.includes('outcomes'),
    notices: kinds.includes('notices'),
    standards: kinds.includes('standards'),
    corrections: kinds.includes('corrections'),
    records: !kinds.includes('records') ? [] : named ? (entities as string[]) : 'all',
  }
}
