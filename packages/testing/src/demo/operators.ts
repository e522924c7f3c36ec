import { randomBytes } from 'node:crypto'
import { requestJson } from './http.ts'
import type { DemoSettings } from './settings.ts'
import { type DemoState, saveState } from './state.ts'
import { say } from './words.ts'

const roles = [
  ['administrator', 'yanshi-guanli', '示例管理员（合成数据）'],
  ['operator', 'yanshi-caozuo', '示例操作员（合成数据）'],
  ['clerk', 'yanshi-luru', '示例录入员（合成数据）'],
  ['viewer', 'yanshi-chakan', '示例查看者（合成数据）'],
] as const

/**
 * One account of each role at each node, with a random password of this demo. They need not be changed, as a real account's must: scripts and tutorials
 * read them from demo.json.
 */
export async function makeOperators(settings: DemoSettings, state: DemoState): Promise<void> {
  state.operators ??= {}
  for (const { tier, url, region } of settings.nodes) {
    if (state.operators[tier] !== undefined) continue
    say(`建立 ${tier} 节点的演示账号…`, `Making the demo accounts of the ${tier} node…`)
    const token = state.adminTokens[tier]
    // Written down before they are made, so that a start that was interrupted between the two finds accounts it has the passwords of.
    state.pendingOperators ??= {}
    const accounts = (state.pendingOperators[tier] ??= roles.map(([role, userName]) => ({
      role,
      userName,
      password: randomBytes(12).toString('base64url'),
    })))
    saveState(settings, state)
    const { items } = await requestJson<{ items: { userName: string }[] }>('GET', `${url}/admin/v1/operators?limit=500`, token)
    for (const [at, { role, userName, password }] of accounts.entries()) {
      if (items.some((one) => one.userName === userName)) continue
      const displayName = roles[at]?.[2]
      const account = { userName, displayName, role, regions: [region], password, mustChangePassword: false }
      await requestJson('POST', `${url}/admin/v1/operators`, token, account)
    }
    state.operators[tier] = accounts
    saveState(settings, state)
  }
}
