import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realNode, type RealNode } from './real-node.ts'
import { huijiao } from './run-huijiao.ts'

let node: RealNode
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-operators-'))
  node = await realNode()
  await node.start()
})
afterAll(async () => {
  await node.stop()
  rmSync(dir, { recursive: true, force: true })
})

const run = (...args: string[]) => huijiao(['operator', ...args, '--node', node.url, '--token-file', node.tokenFile])
const signIn = (userName: string, password: string) =>
  fetch(`${node.url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName, password }),
  })

describe('huijiao operator', () => {
  it('makes, lists, resets and disables an account of a real node', async () => {
    const file = join(dir, 'password.txt')
    const added = await run('add', 'lixia-luru', '--role', 'clerk', '--regions', '370102', '--password-out', file)
    expect([added.code, added.err]).toEqual([0, ''])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const password = readFileSync(file, 'utf8').trim()
    expect(added.out).not.toContain(password)
    expect(await (await signIn('lixia-luru', password)).json()).toMatchObject({
      signedIn: true,
      role: 'clerk',
      duties: ['change-password'],
    })

    expect((await run('list')).out).toMatch(/o-[0-9a-f]{10} {2}lixia-luru {2}录入员 {2}370102 {2}待改口令/)
    const reset = await run('reset-password', 'lixia-luru', '--json')
    const { password: next } = JSON.parse(reset.out) as { password: string }
    expect(next).not.toBe(password)
    expect((await signIn('lixia-luru', next)).status).toBe(200)
    expect((await run('reset-second-factor', 'lixia-luru')).code).toBe(0)
    expect((await run('disable', 'lixia-luru')).code).toBe(0)
    expect((await signIn('lixia-luru', next)).status).toBe(401)
    expect((await run('list')).out).toContain('已停用')
  })

  it('says what is wrong before it asks the node, and what the node says after', async () => {
    expect((await run('add', 'somebody', '--role', 'king', '--regions', '370102')).code).toBe(2)
    expect((await run('add', 'somebody', '--role', 'viewer', '--regions', 'jinan')).code).toBe(2)
    expect((await run('disable', 'nobody')).code).toBe(1)
    const twice = ['add', 'somebody', '--role', 'viewer', '--regions', '370102'] as const
    expect((await run(...twice)).code).toBe(0)
    expect((await run(...twice)).code).toBe(1)
  })
})
