/** How a node fills: the rate and the memory at the end beside those at the beginning, and when those who read behind have read everything. */
import { type Figure, figure, median } from '../figures.ts'
import type { Scenario } from '../scenario.ts'
import { stockOf } from '../stock.ts'

export const filling: Scenario = {
  name: 'filling',
  zh: '装入一百万条',
  en: 'Filling a node with a million records',
  long: true,
  async run(plan) {
    const { filling, total } = await stockOf(plan)
    if (filling === null) return []
    const fifth = <T>(list: readonly T[], at: 0 | 4) =>
      list.slice(Math.floor((list.length * at) / 5), Math.ceil((list.length * (at + 1)) / 5))
    const beside = (id: string, zh: string, en: string, unit: string, list: readonly number[], goal: Figure['goal']) =>
      figure({ id, title: { zh, en }, unit, goal, value: median(fifth(list, 4)), limit: median(fifth(list, 0)), rounds: fifth(list, 4) })
    return [
      beside('fill_rate_last_vs_first', `装入 ${total} 条：最后五分之一的速度，对比最初五分之一`, `Filling with ${total}: rate of the last fifth, against the first`, 'rec/s', filling.rates, { kind: 'ratio-min', at: 0.8 }), // prettier-ignore
      beside('fill_memory_last_vs_first', '装入时节点内存：最后五分之一，对比最初五分之一', 'Memory of the node while it fills: the last fifth, against the first', 'MiB', filling.resident, { kind: 'ratio-max', at: 1.2 }), // prettier-ignore
      ...[...filling.caughtUp].map(([name, seconds]) =>
        figure({
          id: `reader_${name.replaceAll('-', '_')}_caught_up_s`,
          title: {
            zh: `末条入库后，日志读者 ${name} 读完全部所用时间`,
            en: `From the last record until the reader “${name}” has read everything`,
          },
          ...{ value: seconds, unit: 's', limit: null, goal: null, rounds: [seconds] },
        }),
      ),
    ]
  },
}
