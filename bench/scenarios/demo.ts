/** From `npm start` on an installed clone to a record that is at the nation: what somebody waits for who tries it for the first time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '@huijiao/testing'
import { figure, median } from '../figures.ts'
import type { Scenario } from '../scenario.ts'

const program = resolve(import.meta.dirname, '../../scripts/start.mjs')
/** What the demo prints above the path of the first record, as soon as the nation has it. */
const shown = "One record's whole path"

export const demo: Scenario = {
  name: 'demo',
  zh: 'npm start 到一条记录到达全国',
  en: 'From npm start to a record at the nation',
  async run({ rounds }) {
    const values: number[] = []
    // The first one pays for the console, which is built once an installation.
    for (let round = 0; round <= rounds; round += 1) {
      const seconds = await firstRecord()
      if (round > 0) values.push(seconds)
    }
    return [
      figure({
        id: 'npm_start_to_nation_s',
        title: {
          zh: '已安装的副本：npm start 到一条记录到达全国（新建三个库）',
          en: 'An installed clone: npm start to a record at the nation (three databases made anew)',
        },
        ...{ value: median(values), unit: 's', limit: null, goal: { kind: 'value-max', at: 15 }, rounds: values },
      }),
    ]
  },
}

async function firstRecord(): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'huijiao-bench-demo-'))
  const started = performance.now()
  const child = spawn(process.execPath, [program, '--once'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HUIJIAO_DEMO_DIR: dir, HUIJIAO_DEMO_PORT: String(await freePort()) },
  })
  const ended = once(child, 'exit')
  try {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith(shown)) return (performance.now() - started) / 1000
    throw new Error('npm start ended without showing the path of a record')
  } finally {
    child.stdout.resume()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
}
