/** What records weigh on the way from a city to its province, everything included: headers, signatures, proofs, receipts. */
import { setTimeout as delay } from 'node:timers/promises'
import { submissionBody } from '../data.ts'
import { type Figure, figure } from '../figures.ts'
import { type BenchNode, newId, push, startHub } from '../hub.ts'
import { until, withClient } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

const each = 20_000

export const wire: Scenario = {
  name: 'wire',
  zh: '每条记录在网络上的字节',
  en: 'Bytes of a record on the wire',
  async run() {
    const hub = await startHub(3, { countWire: true })
    const counted = hub.wire as NonNullable<typeof hub.wire>
    try {
      return await withClient((hub.nodes[1] as BenchNode).databaseUrl, async (province) => {
        const stored = async () => Number((await province.query<{ count: string }>('select count(*) from version')).rows[0]?.count)
        const arrived = async (count: number) => {
          await until(`${count} at the province`, async () => (await stored()) >= count)
          await delay(2000) // the receipts and the feed of what has just arrived
        }
        await push(hub, submissionBody(newId(), 0, 2000), 'accepted', 2000)
        await arrived(2000)
        counted.taken()
        await push(hub, submissionBody(newId(), 2000, each), 'accepted', each)
        await arrived(2000 + each)
        const batch = counted.taken()
        await push(hub, submissionBody(newId(), 2000, each), 'unchanged', each)
        await delay(5000)
        const again = counted.taken()
        const one = (id: string, value: number, at: number | null, zh: string, en: string): Figure =>
          figure({
            ...{ id, title: { zh, en }, value, unit: 'bytes', limit: null, rounds: [value] },
            goal: at === null ? null : { kind: 'value-max', at },
          })
        return [
          one(
            'wire_bytes_per_record',
            batch.sent / each,
            320,
            '成批上报时每条记录发往上级的字节（压缩后，含报头、签名与证明）',
            'Bytes sent up for a record in batches (compressed, with headers, signatures and proofs)',
          ),
          one(
            'wire_answer_bytes_per_record',
            batch.answered / each,
            null,
            '上级为每条记录答回的字节（回执等）',
            'Bytes answered for a record (receipts and the rest)',
          ),
          one(
            'wire_bytes_per_unchanged_record',
            again.sent / each,
            1,
            '内容未变的重报：每条记录发往上级的字节',
            'An unchanged re-send: bytes sent up for a record',
          ),
        ]
      })
    } finally {
      await hub.stop()
    }
  },
}
