import { setTimeout as sleep } from 'node:timers/promises'
import { count, flag, type Call, type Command } from '../cli/command.ts'
import { printable, say, tell } from '../cli/terminal.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, postAdmin, readAdmin } from './operator.ts'

interface Keys {
  readonly inForce: string
  readonly next: string | null
  readonly keys: readonly {
    readonly keyId: string
    readonly publicKey: string
    readonly verifierKey: string
    readonly createdAt: string
    readonly retiredAt: string | null
  }[]
  readonly upstreams: readonly {
    readonly name: string
    readonly state: 'taken' | 'waiting' | 'refused' | 'by-hand'
    readonly status: number | null
  }[]
}

export const nodeKeyRotate: Command = {
  name: 'node key rotate',
  usage: '--node URL --token-file FILE',
  summary: {
    zh: '更换节点的签名密钥：生成新密钥，以旧密钥签署的请求通报各上级，都收下后启用；旧密钥 24 小时后不再用于请求，其签名仍然有效。中断后再次运行即继续。',
    en: 'Replaces the node’s signing key: makes a new one, announces it to the levels above in requests that the old one signs, and uses it once all have taken it. The old one proves requests for 24 hours more; what it signed stays good. Run again to go on.',
  },
  options: {
    ...operatorOptions,
    afresh: {
      type: 'boolean',
      help: {
        zh: '另换一把：放弃已通报而未启用的密钥；或现用密钥启用不足 24 小时',
        en: 'make another: give up the one that is announced and not used yet, or replace one that came into force less than 24 hours ago',
      },
    },
    force: {
      type: 'boolean',
      help: {
        zh: '不等上级收下即启用（上级须另行登记新公钥，否则不再收报）',
        en: 'use it without waiting for the levels above; what does not know the new key takes nothing from this node',
      },
    },
    wait: { type: 'string', value: 'SECONDS', help: { zh: '最多等待多少秒（默认 60）', en: 'wait at most so long (60)' } },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '已通报，尚未启用', en: 'announced, and not used yet' },
  examples: ['huijiao node key rotate --node http://127.0.0.1:7101 --token-file token.txt'],
  run: rotate,
}

export const nodeKeyShow: Command = {
  name: 'node key show',
  usage: '--node URL --token-file FILE',
  summary: { zh: '列出节点的签名密钥，现用的和此前的。', en: 'Lists the node’s signing keys, the one in force and those before.' },
  options: operatorOptions,
  positionals: { min: 0, max: 0 },
  examples: ['huijiao node key show --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    show(call, await readAdmin<Keys>(call, '/node/keys'))
    return exitCodes.done
  },
}

const pollMs = 1000

async function rotate(call: Call): Promise<ExitCode> {
  const [afresh, force] = [flag(call, 'afresh'), flag(call, 'force')]
  if (afresh && force) throw usage('--afresh 与 --force 不能同时使用', '--afresh and --force are not used together')
  const until = performance.now() + count(call, 'wait', 60, 86_400) * 1000
  let keys = jsonOf<Keys>(await postAdmin(call, '/node/keys/rotate', { ...(afresh ? { afresh } : {}), ...(force ? { force } : {}) }))
  const begun = keys.next ?? keys.inForce
  while (keys.inForce !== begun && keys.upstreams.some((one) => one.state === 'waiting') && performance.now() < until) {
    say(call.terminal, `${begun} 已通报，等待上级`, `${begun} is announced; waiting for the levels above`, '… ')
    await sleep(pollMs, undefined, { signal: call.signal })
    keys = await readAdmin<Keys>(call, '/node/keys')
  }
  show(call, keys)
  return keys.inForce === begun ? exitCodes.done : exitCodes.refused
}

function show(call: Call, keys: Keys): void {
  const { terminal } = call
  if (terminal.json) return terminal.out(`${JSON.stringify(keys)}\n`)
  for (const key of keys.keys) {
    const words =
      key.keyId === keys.inForce
        ? { zh: '现用', en: 'in force' }
        : key.retiredAt === null
          ? { zh: '已通报，待启用', en: 'announced, not used yet' }
          : { zh: `${key.retiredAt} 停用`, en: `replaced ${key.retiredAt}` }
    tell(
      terminal,
      `${printable(key.verifierKey)}（${key.keyId}，${words.zh}）`,
      `${printable(key.verifierKey)} (${key.keyId}, ${words.en})`,
      key.keyId === keys.inForce ? '✓ ' : '  ',
    )
  }
  const next = keys.keys.find((key) => key.keyId === keys.next)
  if (next === undefined) return
  for (const { name, state, status } of keys.upstreams) {
    const said = status === null ? '' : ` (${status})`
    if (state === 'taken') tell(terminal, `${name} 已收下`, `${name} has taken it`, '✓ ')
    else if (state === 'waiting')
      tell(terminal, `${name} 尚未答复${said}；每半分钟再通报`, `${name} has not answered yet${said}; it is told twice a minute`, '… ')
    else {
      tell(
        terminal,
        `${name} ${state === 'refused' ? `不认识本节点的密钥${said}` : '由文件夹往来，无法通报'}。请其管理员为本节点登记公钥 ${next.publicKey}（ed25519，编号 ${next.keyId}），再运行本命令${state === 'refused' ? '' : '并加 --force'}`,
        `${name} ${state === 'refused' ? `knows no key of this node${said}` : 'is reached by folders and cannot be told'}. Have its administrator register ${next.publicKey} for this node (ed25519, id ${next.keyId}), then run this again${state === 'refused' ? '' : ' with --force'}`,
        '✗ ',
      )
    }
  }
}
