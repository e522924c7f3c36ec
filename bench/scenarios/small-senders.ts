/** Many senders with ten records each at the same time, beside one sender with all of them in one stream. */
import { submissionBody } from '../data.ts'
import { figure, median } from '../figures.ts'
import { type BenchHub, newId, push, readied, sent, settled, startHub } from '../hub.ts'
import { rate } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

const each = 10

export const smallSenders: Scenario = {
  name: 'small-senders',
  zh: '许多小批次同时到达',
  en: 'Many small senders at once',
  async run({ rounds, quick }) {
    const hub = await startHub(1)
    const turns = quick ? 6 : 20
    try {
      let next = 0
      const take = (count: number) => (next += count) - count
      await push(hub, submissionBody(newId(), take(20_000), 20_000), 'accepted', 20_000)
      await crowd(hub, 64, 4, false, take)
      const values = { stream: [], four: [], plain: [], signed: [] } as Record<string, number[]>
      for (let round = 0; round < rounds; round += 1) {
        const count = 64 * each * turns
        const send = readied(hub, submissionBody(newId(), take(count), count))
        await settled(hub)
        values['stream']?.push(await rate(() => sent(send, 'accepted', count), count))
        values['four']?.push(await crowd(hub, 4, turns * 4, false, take))
        values['plain']?.push(await crowd(hub, 64, turns, false, take))
        values['signed']?.push(await crowd(hub, 64, turns, true, take))
      }
      const limit = median(values['stream'] as number[])
      const one = (id: string, key: string, zh: string, en: string, at: number | null) =>
        figure({
          ...{ id, title: { zh, en }, value: median(values[key] as number[]), unit: 'rec/s', limit, rounds: values[key] as number[] },
          goal: at === null ? null : { kind: 'ratio-min', at },
        })
      return [
        one(
          'senders_4_vs_stream',
          'four',
          '4 个发送方各 10 条一批，对比一个大流',
          '4 senders, 10 records each time, against one stream',
          null,
        ),
        one(
          'senders_64_vs_stream',
          'plain',
          '64 个发送方各 10 条一批，对比一个大流',
          '64 senders, 10 records each time, against one stream',
          0.4,
        ),
        one('senders_64_signed_vs_stream', 'signed', '同上，请求签名', 'The same, signed', 0.3),
      ]
    } finally {
      await hub.stop()
    }
  },
}

/** Records a second that `senders` reach together, each with `turns` submissions one after the other. */
async function crowd(hub: BenchHub, senders: number, turns: number, signed: boolean, take: (count: number) => number): Promise<number> {
  const ready = Array.from({ length: senders }, () =>
    Array.from({ length: turns }, () => readied(hub, submissionBody(newId(), take(each), each), { signed })),
  )
  await settled(hub)
  return await rate(
    () =>
      Promise.all(
        ready.map(async (own) => {
          for (const send of own) await sent(send, 'accepted', each)
        }),
      ),
    senders * turns * each,
  )
}
