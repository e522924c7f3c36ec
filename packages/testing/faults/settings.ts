import { numberOption, readToolOptions, ToolUsage } from '../src/tool-options.ts'
import { allClasses } from './classes/index.ts'
import type { FaultClass } from './classes/fault-class.ts'
import type { QueueChoice } from './world.ts'

export interface FaultSettings {
  readonly seed: string
  readonly minutes: number
  readonly queue: QueueChoice
  readonly classes: readonly FaultClass[]
  /** Seconds of faults before each healing and judgement. */
  readonly roundSeconds: number
  /** Light faults at work at once. */
  readonly light: number
  /** Business systems of a city; the last of them hands in large imports. */
  readonly lanes: number
  readonly writeDocs: boolean
  readonly keep: boolean
  readonly json: string | null
  /** Measures catching up after a month with so many records, and nothing else. */
  readonly catchUp: number | null
}

const usage = `npm run faults -- --seed N --minutes M [--queue postgres|redis|both] [--classes NAME,… | GROUP,…] [--round SECONDS] [--light N] [--lanes N] [--keep] [--json FILE] [--write-docs]
npm run faults -- --catch-up RECORDS [--write-docs]
  各类故障 classes: ${allClasses.map((one) => one.name).join(' ')}
`

/** @throws ToolUsage */
export function readSettings(args: readonly string[]): FaultSettings {
  const values = readToolOptions(
    usage,
    {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '3' },
      queue: { type: 'string', default: 'both' },
      classes: { type: 'string' },
      round: { type: 'string', default: '75' },
      light: { type: 'string', default: '20' },
      lanes: { type: 'string', default: '5' },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
      'catch-up': { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
    args,
  )
  if (values.seed.trim() === '') throw new ToolUsage(`✗ --seed 不能为空\n✗ --seed is not empty`, 2)
  if (!['postgres', 'redis', 'both'].includes(values.queue))
    throw new ToolUsage(`✗ --queue 可为 postgres、redis 或 both\n✗ --queue is postgres, redis or both`, 2)
  const names = values.classes?.split(',') ?? []
  const unknown = names.filter((name) => !allClasses.some((one) => one.name === name || one.group === name))
  if (unknown.length > 0)
    throw new ToolUsage(`✗ 没有此类故障：${unknown.join('、')}\n✗ no such class: ${unknown.join(', ')}\n\n${usage}`, 2)
  return {
    seed: values.seed,
    minutes: numberOption('minutes', values.minutes, { min: 0.01, whole: false }),
    queue: values.queue as QueueChoice,
    classes: names.length === 0 ? allClasses : allClasses.filter((one) => names.includes(one.name) || names.includes(one.group)),
    roundSeconds: numberOption('round', values.round, { min: 1, whole: false }),
    light: numberOption('light', values.light, { min: 0 }),
    lanes: numberOption('lanes', values.lanes, { min: 1 }),
    writeDocs: values['write-docs'],
    keep: values.keep,
    json: values.json ?? null,
    catchUp: values['catch-up'] === undefined ? null : numberOption('catch-up', values['catch-up'], { min: 1 }),
  }
}
