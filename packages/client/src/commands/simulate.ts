import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '../cli/command.ts'
import { type ExitCode, usage } from '../user-error.ts'

const program = fileURLToPath(new URL('../../../../services/node/src/simulate/main.ts', import.meta.url))

const number = (zh: string, en: string) => ({ type: 'string', value: 'N', help: { zh, en } }) as const

export const simulate: Command = {
  name: 'simulate',
  usage: '[--provinces N] [--cities N] [--hours N] [--records N] [--faults] [--seed N] [--database URL] [--report FILE]',
  summary: {
    zh: '在一台机器上模拟全国：许多节点、合成数据、一天的业务，最后逐链路对账、逐节点核对日志。',
    en: 'Simulates the whole country on one machine: many nodes, synthetic data, a day of work; in the end every link is compared and every log checked.',
  },
  options: {
    provinces: number('省数，1–31；缺省 3', 'provinces, 1 to 31; 3 when absent'),
    cities: number('市数合计，1–342；缺省每省 5 个', 'cities in all, 1 to 342; five a province when absent'),
    hours: number('模拟多少小时；缺省 24', 'simulated hours; 24 when absent'),
    records: number('每市每天的记录数；缺省 400', 'records of a city a day; 400 when absent'),
    seed: number('随机种子；缺省 1', 'seed; 1 when absent'),
    faults: { type: 'boolean', help: { zh: '链路中断、回执丢失、请求重复', en: 'cut links, lost answers, doubled requests' } },
    database: {
      type: 'string',
      value: 'URL',
      help: { zh: '空的 PostgreSQL 数据库；缺省用临时的内置库', en: 'an empty PostgreSQL database; a temporary embedded one when absent' },
    },
    report: { type: 'string', value: 'FILE', help: { zh: '把报告写成 JSON 文件', en: 'writes the report as a JSON file' } },
  },
  positionals: { min: 0, max: 0 },
  refused: { zh: '模拟结果有不符之处', en: 'something in the simulation does not agree' },
  run: (call) => {
    if (!existsSync(program))
      throw usage('本机没有安装节点程序', 'the node program is not installed here', {
        zh: '在汇交项目目录中运行',
        en: 'run this inside the huijiao project',
      })
    const names = {
      provinces: 'provinces',
      cities: 'cities',
      hours: 'hours',
      records: 'records',
      seed: 'seed',
      database: 'database',
      report: 'json',
    }
    const args = Object.entries(names).flatMap(([option, name]) => {
      const value = call.values[option]
      return typeof value === 'string' ? [`--${name}`, value] : []
    })
    if (call.values['faults'] === true) args.push('--faults')
    return new Promise<ExitCode>((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' })
      child.on('error', reject)
      child.on('exit', (code) => resolve((code ?? 1) as ExitCode))
    })
  },
}
