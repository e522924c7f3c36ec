import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { huijiao, type Ran } from './run-huijiao.ts'
import { startSmallNode, type SmallNode } from './small-node.ts'

export const responsible = ['--responsible-unit', '示例市住房和城乡建设局', '--responsible-name', '王示例']

export const record = (n: number, name = `示例花园 ${n}（合成）`) =>
  JSON.stringify({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: `XM-${n}`, data: { PrjName: name } })

export const lines = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `${record(from + i)}\n`).join('')

export const sourceIds = (count: number) => Array.from({ length: count }, (_, i) => `XM-${i + 1}`)

interface State {
  readonly chunks: readonly { readonly id: string; readonly records: number; readonly receipt: unknown }[]
}

export const stateOf = (path: string) => JSON.parse(readFileSync(`${path}.huijiao-state.json`, 'utf8')) as State

export interface PushFixture {
  node: SmallNode
  dir: string
  /** What the command gets as its environment: the API key. */
  env: Record<string, string>
  write(name: string, content: string | Buffer): string
  push(path: string, ...more: string[]): Promise<Ran>
}

/** A small node and an empty directory for each test of a file. */
export function pushFixture(): PushFixture {
  const fixture = {
    write: (name: string, content: string | Buffer) => {
      const path = join(fixture.dir, name)
      writeFileSync(path, content)
      return path
    },
    push: (path: string, ...more: string[]) =>
      huijiao(['push', path, '--to', fixture.node.url, ...responsible, ...more], { env: fixture.env, cwd: fixture.dir }),
  } as PushFixture
  beforeEach(async () => {
    fixture.node = await startSmallNode()
    fixture.dir = mkdtempSync(join(tmpdir(), 'huijiao-push-'))
    fixture.env = { HUIJIAO_API_KEY: fixture.node.apiKey }
  })
  afterEach(async () => {
    await fixture.node.close()
    rmSync(fixture.dir, { recursive: true, force: true })
  })
  return fixture
}
