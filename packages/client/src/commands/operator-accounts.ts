import { writeFileSync } from 'node:fs'
import { text, type Call, type Command, type Option } from '../cli/command.ts'
import { printable, say, tell } from '../cli/terminal.ts'
import { exitCodes, usage, UserError, type ExitCode } from '../user-error.ts'
import { jsonOf, operatorOptions, patchAdmin, postAdmin, readAdmin } from './operator.ts'

interface Account {
  readonly operatorId: string
  readonly userName: string
  readonly displayName: string | null
  readonly role: string
  readonly regions: readonly string[]
  readonly mustChangePassword: boolean
  readonly secondFactor: boolean
  readonly disabledAt: string | null
  readonly password?: string
}

const roles = ['administrator', 'operator', 'clerk', 'viewer']
const roleWords: Readonly<Record<string, string>> = { administrator: '管理员', operator: '操作员', clerk: '录入员', viewer: '查看者' }
const refused = { zh: '节点未接受', en: 'the node did not take it' }
const passwordOut: Option = {
  type: 'string',
  value: 'FILE',
  help: {
    zh: '把初始口令写入新文件（仅本人可读），不显示在屏幕上',
    en: 'write the password to a new file only you can read, instead of showing it',
  },
}

export const operatorAdd: Command = {
  name: 'operator add',
  usage: 'USERNAME --role ROLE --regions CODE[,CODE…] --node URL --token-file FILE',
  summary: {
    zh: '新建一个用户。初始口令由节点随机生成，只显示这一次，首次登录须更改。',
    en: 'Makes an account. Its first password is random, shown this once, and changed at the first sign-in.',
  },
  options: {
    role: {
      type: 'string',
      value: roles.join('|'),
      help: { zh: '角色：管理员、操作员、录入员、查看者', en: 'what the account may do' },
    },
    regions: {
      type: 'string',
      value: 'CODES',
      help: {
        zh: '可见可管的行政区划代码，逗号分隔；370100 含其下各区县',
        en: 'region codes it is for, with commas; 370100 covers its counties',
      },
    },
    'display-name': {
      type: 'string',
      value: 'NAME',
      help: { zh: '显示的姓名（不写入日志）', en: 'name that colleagues see; it stands in no log' },
    },
    'password-out': passwordOut,
    ...operatorOptions,
  },
  positionals: { min: 1, max: 1 },
  refused,
  examples: ['huijiao operator add lixia-luru --role clerk --regions 370102 --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const role = text(call, 'role') ?? ''
    if (!roles.includes(role)) throw usage(`--role 应为 ${roles.join('、')} 之一`, `--role takes one of ${roles.join(', ')}`)
    const regions = (text(call, 'regions') ?? '')
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== '')
    if (regions.length === 0 || regions.some((code) => !/^\d{6}$/.test(code)))
      throw usage('--regions 应为六位行政区划代码，逗号分隔', '--regions takes six-digit region codes with commas')
    const displayName = text(call, 'display-name')
    const body = { userName: call.positionals[0] as string, role, regions, ...(displayName === undefined ? {} : { displayName }) }
    const { password, ...made } = jsonOf<Account>(await postAdmin(call, '/operators', body))
    tell(
      call.terminal,
      printable(`已新建用户 ${made.userName}（${made.operatorId}）：${roleWords[role]}，${regions.join('、')}`),
      printable(`made ${made.userName} (${made.operatorId}): ${role} for ${regions.join(', ')}`),
      '✓ ',
    )
    return givePassword(call, made, password)
  },
}

export const operatorList: Command = {
  name: 'operator list',
  usage: '--node URL --token-file FILE',
  summary: { zh: '列出节点上的用户。', en: 'Lists the accounts of a node.' },
  options: operatorOptions,
  positionals: { min: 0, max: 0 },
  examples: ['huijiao operator list --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const items = await allAccounts(call)
    if (call.terminal.json) call.terminal.out(`${JSON.stringify({ items })}\n`)
    for (const one of items) {
      const facts = (zh: boolean) =>
        [
          ...(one.secondFactor ? [zh ? '动态口令' : 'second factor'] : []),
          ...(one.mustChangePassword ? [zh ? '待改口令' : 'password to be changed'] : []),
          ...(one.disabledAt === null ? [] : [zh ? `已停用 ${one.disabledAt}` : `disabled ${one.disabledAt}`]),
        ].map((fact) => `  ${fact}`)
      const name = `${one.operatorId}  ${one.userName}`
      tell(
        call.terminal,
        printable(`${name}  ${roleWords[one.role] ?? one.role}  ${one.regions.join('、')}${facts(true).join('')}`),
        printable(`${name}  ${one.role}  ${one.regions.join(', ')}${facts(false).join('')}`),
      )
    }
    return exitCodes.done
  },
}

export const operatorDisable: Command = {
  name: 'operator disable',
  usage: 'USERNAME --node URL --token-file FILE',
  summary: { zh: '停用一个用户，结束其全部登录。', en: 'Disables an account and ends its sessions.' },
  options: operatorOptions,
  positionals: { min: 1, max: 1 },
  refused,
  examples: ['huijiao operator disable lixia-luru --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { operatorId, userName } = await accountOf(call)
    const changed = jsonOf<Account>(await patchAdmin(call, `/operators/${operatorId}`, { disabled: true }))
    if (call.terminal.json) call.terminal.out(`${JSON.stringify(changed)}\n`)
    tell(call.terminal, printable(`已停用 ${userName}（${operatorId}）`), printable(`disabled ${userName} (${operatorId})`), '✓ ')
    return exitCodes.done
  },
}

export const operatorResetPassword: Command = {
  name: 'operator reset-password',
  usage: 'USERNAME --node URL --token-file FILE',
  summary: {
    zh: '给用户一个新的随机口令，只显示这一次；其全部登录结束，下次登录须更改。',
    en: 'Gives an account a new random password, shown this once; its sessions end, and it changes the password at the next sign-in.',
  },
  options: { 'password-out': passwordOut, ...operatorOptions },
  positionals: { min: 1, max: 1 },
  refused,
  examples: ['huijiao operator reset-password lixia-luru --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { operatorId, userName } = await accountOf(call)
    const { password } = jsonOf<{ password: string }>(await postAdmin(call, `/operators/${operatorId}/reset-password`, {}))
    tell(call.terminal, printable(`已重置 ${userName} 的口令`), printable(`the password of ${userName} was reset`), '✓ ')
    return givePassword(call, { operatorId, userName }, password)
  },
}

export const operatorResetSecondFactor: Command = {
  name: 'operator reset-second-factor',
  usage: 'USERNAME --node URL --token-file FILE',
  summary: {
    zh: '取消用户丢失的动态口令，结束其全部登录。',
    en: 'Takes away a second factor that was lost, and ends the sessions of the account.',
  },
  options: operatorOptions,
  positionals: { min: 1, max: 1 },
  refused,
  examples: ['huijiao operator reset-second-factor lixia-luru --node http://127.0.0.1:7101 --token-file token.txt'],
  run: async (call) => {
    const { operatorId, userName } = await accountOf(call)
    await postAdmin(call, `/operators/${operatorId}/reset-second-factor`, {})
    if (call.terminal.json) call.terminal.out(`${JSON.stringify({ operatorId, userName })}\n`)
    tell(call.terminal, printable(`已重置 ${userName} 的动态口令`), printable(`the second factor of ${userName} was reset`), '✓ ')
    return exitCodes.done
  },
}

async function allAccounts(call: Call): Promise<Account[]> {
  const items: Account[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { items: Account[]; next: string | null } = await readAdmin(
      call,
      `/operators?limit=200${next === '' ? '' : `&cursor=${next}`}`,
    )
    items.push(...page.items)
    next = page.next
  }
  return items
}

/** The account that the first argument names, by user name or id. @throws UserError when there is none */
async function accountOf(call: Call): Promise<Account> {
  const name = (call.positionals[0] as string).normalize('NFKC').toLowerCase()
  const found = (await allAccounts(call)).find((one) => one.userName.toLowerCase() === name || one.operatorId === name)
  if (found === undefined)
    throw new UserError(exitCodes.refused, { zh: `没有用户 ${printable(name)}`, en: `there is no account ${printable(name)}` })
  return found
}

function givePassword(call: Call, account: object, password: string | undefined): ExitCode {
  const { terminal } = call
  const file = text(call, 'password-out')
  if (file !== undefined) writeFileSync(file, `${password ?? ''}\n`, { mode: 0o600, flag: 'wx' })
  if (terminal.json) {
    terminal.out(`${JSON.stringify({ ...account, ...(file === undefined ? { password } : { passwordFile: file }) })}\n`)
  } else if (file === undefined) {
    terminal.out(`${password ?? ''}\n`)
    say(terminal, '请当面交给本人：以上口令只显示这一次', 'hand the password above to its owner: it is shown this once', '! ')
  } else tell(terminal, `口令已写入 ${file}`, `the password is in ${file}`, '  ')
  return exitCodes.done
}
