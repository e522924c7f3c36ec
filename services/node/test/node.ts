import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addApiKey, createParticipant } from '@huijiao/exchange'
import { type TestDatabase, createTestDatabase } from '@huijiao/testing'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { type Context, type ContextOptions, createContext } from '../src/context.ts'
import { type Worker, startWorker } from '../src/worker.ts'

export const adminToken = 'a-test-token-of-some-length'

export interface TestNode {
  readonly app: FastifyInstance
  readonly context: Context
  readonly database: TestDatabase
  readonly dataDir: string
  /** Present when the node listens. */
  readonly url: string
  readonly worker: Worker | null
  stop(): Promise<void>
}

export interface TestNodeOptions extends ContextOptions {
  readonly env?: Record<string, string>
  readonly worker?: boolean
  readonly listen?: boolean
  /** Shows the node's log, for looking into a failing test. */
  readonly loud?: boolean
  /** Routes of the test's own, added before the node answers. */
  readonly addRoutes?: (app: FastifyInstance) => void
}

/** A whole node in this process over a database of its own: the city of Jinan unless the environment says otherwise. */
export async function startTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'huijiao-node-'))
  const config = readConfig({
    HUIJIAO_REGION: '370100',
    HUIJIAO_TIER: 'municipal',
    HUIJIAO_PORT: '0',
    HUIJIAO_DATABASE_URL: database.url,
    HUIJIAO_DATA_DIR: dataDir,
    HUIJIAO_ADMIN_TOKEN: adminToken,
    HUIJIAO_SWEEP_MS: '1000',
    HUIJIAO_LINK_RETRY_MS: '50',
    HUIJIAO_LINK_RETRY_MAX_MS: '500',
    ...options.env,
  })
  const context = await createContext(config, { log: pino({ level: options.loud ? 'debug' : 'silent' }), ...options })
  const app = await buildApp(context)
  options.addRoutes?.(app)
  const worker = options.worker ? await startWorker(context) : null
  const url = options.listen ? await app.listen({ host: '127.0.0.1', port: 0 }) : ''
  return {
    app,
    context,
    database,
    dataDir,
    url,
    worker,
    stop: async () => {
      context.beginStop()
      app.server.closeAllConnections()
      await app.close()
      await worker?.stop()
      await context.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Enrols a business system; answers the headers that prove it. */
export async function enrol(
  context: Context,
  regions: readonly string[] = ['370100'],
  participantId?: string,
): Promise<{ participantId: string; headers: { authorization: string } }> {
  const row = await createParticipant(context.hub, 'operator:test', {
    kind: 'system',
    name: '示例系统（合成）',
    regions,
    ...(participantId === undefined ? {} : { participantId }),
  })
  const { secret } = await addApiKey(context.hub, 'operator:test', row.participant_id)
  return { participantId: row.participant_id, headers: { authorization: `Bearer ${secret}` } }
}

export const responsible = { unit: '示例市住房和城乡建设局', name: '王示例' }

/** A project that the standard accepts. `serial` (0 to 98) makes its number. */
export function project(serial: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const data = {
    PrjNum: `37010220010101${String(serial + 1).padStart(2, '0')}`,
    PrjName: `示例花园 ${serial}（合成）`,
    PrjTypeNum: '01',
    ProvinceNum: '370000',
    CityNum: '370100',
    CountyNum: '370102',
    Address: '示例路 1 号（合成）',
    PrjApprovalDepart: '示例市发展和改革委员会（合成）',
    PrjApprovalDate: '2019-08-01',
    BuildCorpName: '示例置业有限公司（合成）',
    BuildCorpCode: '91370199MA00DEM14Q',
    InvPropertyNum: '103',
    AllInvest: '18600.5',
    PrjPropertyNum: '001',
    PrjFunctionNum: '100',
    IsMajor: '0',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '李示例',
    DataSource: '1',
    DataLevel: 'C',
    ...more,
  }
  return { entity: 'TBProjectInfo', operation: 'upsert', sourceId: `XM-${serial}`, data }
}

export function submission(records: readonly unknown[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: randomUUID(), standard: '2018', producedAt: '2026-09-01T09:30:00+08:00', responsible, records, ...more }
}
