import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../src/sample/random.ts'
import type { FaultClass, FaultContext } from './classes/fault-class.ts'
import type { Timeline } from './timeline.ts'
import type { World } from './world.ts'

export interface ScheduleOptions {
  readonly classes: readonly FaultClass[]
  /** Light faults at work at once. */
  readonly lightAtOnce: number
  /** Rest between two light ones of a slot, on average. */
  readonly lightRestMs: number
  readonly heavyRestMs: number
}

function weighed(classes: readonly FaultClass[], random: Random): FaultClass {
  const total = classes.reduce((sum, one) => sum + one.weight, 0)
  let dice = random.next() * total
  for (const one of classes) {
    dice -= one.weight
    if (dice < 0) return one
  }
  return classes[0] as FaultClass
}

/** Injects until it is told to stop: several light faults beside each other all the time, one heavy one at a time. All of them are healed when it settles. */
export async function injectFaults(
  world: World,
  timeline: Timeline,
  randomOf: (label: string) => Random,
  options: ScheduleOptions,
  services: Pick<FaultContext, 'expectParked' | 'submit' | 'finding' | 'hold' | 'sendLost'>,
  over: () => boolean,
): Promise<void> {
  const possible = options.classes.filter((one) => one.possible?.(world) ?? true)
  const slot = async (label: string, classes: readonly FaultClass[], restMs: number) => {
    const random = randomOf(label)
    if (classes.length === 0) return
    while (!over()) {
      const chosen = weighed(classes, random)
      const context: FaultContext = { world, random, over, ...services, note: (text) => timeline.note(`${chosen.name}: ${text}`) }
      await injectOne(chosen, context, timeline)
      await delay(restMs * (0.5 + random.next()))
    }
  }
  const light = possible.filter((one) => !one.heavy)
  const heavy = possible.filter((one) => one.heavy)
  await Promise.all([
    ...Array.from({ length: options.lightAtOnce }, (_, at) => slot(`light ${at}`, light, options.lightRestMs)),
    slot('heavy', heavy, options.heavyRestMs),
  ])
}

export async function injectOne(chosen: FaultClass, context: FaultContext, timeline: Timeline): Promise<void> {
  const figures = timeline.of(chosen.name)
  const begun = performance.now()
  if (chosen.heavy) timeline.note('begins', { class: chosen.name })
  try {
    const { hits, where, through } = await chosen.inject(context)
    const tookMs = Math.round(performance.now() - begun)
    if (hits === 0) {
      figures.missed += 1
      return
    }
    figures.faults += hits
    timeline.note('fault', { class: chosen.name, where, hits, tookMs })
    if (through.length === 0) return
    const healed = performance.now()
    const good = Promise.race(through.map((proxy) => proxy.nextGood())).then(() => {
      const ms = performance.now() - healed
      figures.recoveries.push(ms)
      return ms
    })
    if (chosen.heavy) await Promise.race([good, delay(20_000)])
  } catch (error) {
    timeline.note('failed', { class: chosen.name, error: String(error) })
    figures.missed += 1
    timeline.troubles.push(`${chosen.name}: ${String(error)}`)
  }
}
