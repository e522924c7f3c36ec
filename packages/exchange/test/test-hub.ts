import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Tier } from '@huijiao/database'
import { createSigningKey, readSigningKey, sealer } from '@huijiao/identity'
import { createTestDatabase, type DrivenClock, drivenClock, type TestDatabase } from '@huijiao/testing'
import {
  type Caller,
  createParticipant,
  defaultBodyLimits,
  type Hub,
  openHub,
  receiveBody,
  receiveSubmission,
  type SubmissionAnswer,
  type SubmissionRequest,
} from '../src/index.ts'

export interface TestHub {
  readonly hub: Hub
  readonly clock: DrivenClock
  readonly database: TestDatabase
  close(): Promise<void>
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A node's engine over a database of its own, without HTTP and jobs, with a driven clock. */
export async function openTestHub(
  facts: { name: string; region: string; tier: Tier; poolMax?: number } = { name: '370100', region: '370100', tier: 'municipal' },
): Promise<TestHub> {
  const database = await createTestDatabase(facts.poolMax === undefined ? {} : { poolMax: facts.poolMax })
  const clock = drivenClock(new Date('2026-09-01T01:30:00Z'))
  const spoolDir = await mkdtemp(join(tmpdir(), 'huijiao-spool-'))
  const hub = await openHub(database.db, {
    ...facts,
    signingKey: readSigningKey(`${facts.name}-1`, createSigningKey().privateKeyPem),
    digestSecret: randomBytes(32),
    sealer: sealer(randomBytes(32)),
    clock,
    spoolDir,
    log: quiet,
  })
  return {
    hub,
    clock,
    database,
    close: async () => {
      await database.drop()
      await rm(spoolDir, { recursive: true, force: true })
    },
  }
}

/** Enrols a business system and gives its caller. */
export async function enrol(hub: Hub, participantId = 'p-city', regions: readonly string[] = [hub.node.region]): Promise<Caller> {
  await createParticipant(hub, 'operator:test', { participantId, kind: 'system', name: '示例业务系统（合成）', regions })
  return { participantId, kind: 'system', name: '示例业务系统（合成）', regions, nodeName: null, keyId: `${participantId}-key` }
}

export const responsible = { unit: '示例市住房和城乡建设局（合成）', name: '王示例', account: 'u1024' }

export interface SubmitOptions extends Partial<Pick<SubmissionRequest, 'mode' | 'dryRun' | 'respondAsync'>> {
  readonly id?: string
  readonly standard?: string
  readonly ndjson?: boolean
}

/** Sends records as a business system would, past HTTP. */
export async function submit(hub: Hub, caller: Caller, records: readonly object[], options: SubmitOptions = {}): Promise<SubmissionAnswer> {
  const envelope = { id: options.id ?? randomUUID(), standard: options.standard ?? '2018', responsible }
  const text =
    options.ndjson === true
      ? [envelope, ...records].map((line) => `${JSON.stringify(line)}\n`).join('')
      : JSON.stringify({ ...envelope, records })
  return await submitBytes(hub, caller, Buffer.from(text), options)
}

export async function submitBytes(
  hub: Hub,
  caller: Caller,
  bytes: Buffer,
  options: SubmitOptions & { readonly contentType?: string; readonly contentEncoding?: string } = {},
): Promise<SubmissionAnswer> {
  const body = await receiveBody(Readable.from([bytes]), {
    contentType: options.contentType ?? (options.ndjson === true ? 'application/x-ndjson' : 'application/json'),
    contentEncoding: options.contentEncoding,
    claimedDigest: null,
    limits: defaultBodyLimits,
    spoolDir: hub.spoolDir,
  })
  return await receiveSubmission(hub, {
    caller,
    body,
    mode: options.mode ?? 'partial',
    dryRun: options.dryRun ?? false,
    respondAsync: options.respondAsync ?? false,
    idempotencyKey: null,
    traceParent: null,
    nonce: null,
  })
}

/** The receipt of an answer, parsed. */
export function receiptOf(answer: SubmissionAnswer) {
  if (answer.kind !== 'receipt') throw new Error(`not a receipt but ${answer.kind}`)
  return JSON.parse(answer.receipt.toString()) as {
    outcome: string
    counts: Record<string, number>
    records: {
      index: number
      outcome: string
      recordId?: string
      version?: number
      commitment?: string
      problems?: { code: string; pointer?: string }[]
    }[]
    parts: { part: number; from: number; count: number; root: string; outcomes: string }[]
    signatures: { alg: string; keyId: string; value: string }[]
  }
}

/** Project number `sequence` (from 0) of Lixia district, Jinan, valid under release 2018; synthetic. */
export function project(sequence: number, over: Record<string, unknown> = {}) {
  const day = new Date(Date.UTC(2020, 0, 1 + Math.floor(sequence / 99))).toISOString().slice(2, 10).replaceAll('-', '')
  return {
    PrjNum: `370102${day}01${String((sequence % 99) + 1).padStart(2, '0')}`,
    PrjName: `示例花园 ${sequence}（合成）`,
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
    ...over,
  }
}

export const upsert = (entity: string, sourceId: string, data: object, more: object = {}) => ({
  entity,
  operation: 'upsert',
  sourceId,
  ...more,
  data,
})
