/**
 * The path of a record alone: the engine in this process, from the bytes of a body to the receipt, durable. Without HTTP and keys, and without what works beside it in a
 * node (numbering the log, queue, readers). Judging, sealing, the log's entries and the receipt are the same code as in a node; they have no switch.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Database, migrate, openDatabase, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { type Caller, createParticipant, defaultBodyLimits, type Hub, openHub, receiveBody, receiveSubmission } from '@huijiao/exchange'
import { createSigningKey, readSigningKey, sealer } from '@huijiao/identity'
import { measureCopy } from '../copy-limit.ts'
import { submissionBody } from '../data.ts'
import { figure, median } from '../figures.ts'
import { newId, settled } from '../hub.ts'
import { rate } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function openEngine(database: Database, dir: string): Promise<{ hub: Hub; caller: Caller }> {
  const hub = await openHub(database.db, {
    ...{ name: '370100', region: '370100', tier: 'municipal' as const },
    signingKey: readSigningKey('370100-1', createSigningKey().privateKeyPem),
    digestSecret: randomBytes(32),
    sealer: sealer(randomBytes(32)),
    clock: { now: () => new Date() },
    spoolDir: join(dir, 'spool'),
    log: quiet,
  })
  const system = { participantId: 'p-bench', kind: 'system' as const, name: '测量用业务系统（合成）', regions: ['370100'] }
  await createParticipant(hub, 'operator:bench', system)
  return { hub, caller: { ...system, nodeName: null, keyId: 'p-bench-key' } }
}

/** @throws Error when a record is not accepted: then something else would be measured */
async function take(hub: Hub, caller: Caller, bytes: Buffer, count: number): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) => bytes.subarray(at * 65_536, (at + 1) * 65_536))
  const body = await receiveBody(Readable.from(chunks), {
    ...{ contentType: 'application/x-ndjson', contentEncoding: undefined, claimedDigest: null },
    ...{ limits: defaultBodyLimits, spoolDir: hub.spoolDir },
  })
  const plain = { mode: 'partial' as const, dryRun: false, respondAsync: false, idempotencyKey: null, traceParent: null, nonce: null }
  const answer = await receiveSubmission(hub, { caller, body, ...plain })
  const text = answer.kind === 'receipt' ? answer.receipt.toString() : answer.kind
  if (!text.includes(`"accepted":${count}`)) throw new Error(`expected ${count} accepted, got ${text.slice(0, 500)}`)
}

export const core: Scenario = {
  name: 'core',
  zh: '记录的核心路径（仅引擎）',
  en: 'The path of a record alone (the engine)',
  async run({ rounds, bulk, say }) {
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-bench-'))
    const dataDir = join(dir, 'postgres')
    try {
      const postgres = await startEmbeddedPostgres({ dataDir })
      await postgres.ensureDatabase('core')
      const databaseUrl = postgres.url('core')
      const database = openDatabase({ url: databaseUrl })
      try {
        await migrate(databaseUrl)
        const { hub, caller } = await openEngine(database, dir)
        await take(hub, caller, submissionBody(newId(), 4_000_000, 20_000), 20_000)
        const quietly = () => settled({ nodes: [{ name: 'core', databaseUrl }] })
        const limits: number[] = []
        const values: number[] = []
        for (let round = 0; round < rounds; round += 1) {
          const body = submissionBody(newId(), round * bulk, bulk)
          await quietly()
          limits.push(await measureCopy(databaseUrl, round * bulk, bulk))
          await quietly()
          values.push(await rate(() => take(hub, caller, body, bulk), bulk))
          say(
            `第 ${round + 1} 轮：COPY ${Math.round(limits.at(-1) as number)}，仅引擎 ${Math.round(values.at(-1) as number)} 条/秒`,
            `Round ${round + 1}: COPY, the engine alone, records a second`,
          )
        }
        return [
          figure({
            id: 'core_path_vs_copy',
            title: {
              zh: '核心路径：仅引擎，全新记录（字节 → 校验 → 版本 → 日志条目 → 回执，落盘；无 HTTP、密钥、编号与读取程序），对比 COPY',
              en: 'Core path: the engine alone, all new (bytes → validated → versioned → log entry → receipt, durable; no HTTP, keys, numbering or readers), against COPY',
            },
            ...{ value: median(values), unit: 'rec/s', limit: median(limits), goal: { kind: 'ratio-min', at: 0.4 }, rounds: values },
          }),
        ]
      } finally {
        await database.close()
      }
    } finally {
      await removeEmbeddedPostgres(dataDir)
      await rm(dir, { recursive: true, force: true })
    }
  },
}
