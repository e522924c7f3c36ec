import { randomBytes, randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addApiKey, addPublicKey, createParticipant } from '@huijiao/exchange'
import { freePort, onServer, urlOfDatabase } from '@huijiao/testing'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { inject, vi } from 'vitest'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { type Context, createContext } from '../src/context.ts'
import { type Worker, startWorker } from '../src/worker.ts'
import { adminToken, project, submission } from './node.ts'

/** A machine on which a node may be started, stopped, put back and copied: a database, a data directory, an address that stays. */
export interface Machine {
  readonly region: string
  readonly tier: string
  readonly upstream: Machine | null
  readonly port: number
  readonly url: string
  database: string
  dataDir: string
  running: Running | null
}

export interface Running {
  readonly context: Context
  readonly app: FastifyInstance
  readonly worker: Worker
  stop(): Promise<void>
}

/** What was saved of a machine. */
export interface Snapshot {
  readonly database: string
  readonly dataDir: string
}

const made: { databases: string[]; dirs: string[] } = { databases: [], dirs: [] }

export const databaseUrl = (name: string): string => urlOfDatabase(inject('postgresUrl'), name)

export async function newDatabase(template: string = inject('postgresTemplate')): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(inject('postgresUrl'), `create database ${name} template ${template}`)
  made.databases.push(name)
  return name
}

export async function newDataDir(from?: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'huijiao-machine-'))
  made.dirs.push(dir)
  if (from !== undefined) await cp(from, dir, { recursive: true })
  return dir
}

export async function newMachine(region: string, tier: string, upstream: Machine | null = null): Promise<Machine> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  return { region, tier, upstream, port, url, database: await newDatabase(), dataDir: await newDataDir(), running: null }
}

/** Starts the node of a machine. @throws when it refuses to start */
export async function boot(
  machine: Machine,
  options: { newEpoch?: boolean; env?: Record<string, string>; loud?: boolean } = {},
): Promise<Running> {
  const { upstream } = machine
  const config = readConfig({
    HUIJIAO_REGION: machine.region,
    HUIJIAO_TIER: machine.tier,
    HUIJIAO_PORT: String(machine.port),
    HUIJIAO_DATABASE_URL: databaseUrl(machine.database),
    HUIJIAO_DATA_DIR: machine.dataDir,
    HUIJIAO_ADMIN_TOKEN: adminToken,
    HUIJIAO_SWEEP_MS: '500',
    HUIJIAO_LINK_RETRY_MS: '50',
    HUIJIAO_LINK_RETRY_MAX_MS: '300',
    ...(upstream === null
      ? {}
      : { HUIJIAO_UPSTREAMS: JSON.stringify([{ name: upstream.region, url: upstream.url, tier: upstream.tier }]) }),
    ...options.env,
  })
  const context = await createContext(config, {
    log: pino({ level: options.loud === true ? 'warn' : 'silent' }),
    newEpoch: options.newEpoch === true,
  })
  const app = await buildApp(context)
  const worker = await startWorker(context)
  await app.listen({ host: '127.0.0.1', port: machine.port })
  const running: Running = {
    context,
    app,
    worker,
    stop: async () => {
      machine.running = null
      context.beginStop()
      app.server.closeAllConnections()
      await app.close()
      await worker.stop()
      await context.close()
    },
  }
  machine.running = running
  return running
}

/** Saves a machine that stands still: its database and its data directory. */
export async function save(machine: Pick<Machine, 'database' | 'dataDir'>): Promise<Snapshot> {
  return { database: await newDatabase(machine.database), dataDir: await newDataDir(machine.dataDir) }
}

/** Another machine with what was saved of one; the same node, as far as it knows. */
export async function copyOf(machine: Machine, saved: Snapshot): Promise<Machine> {
  const port = await freePort()
  return {
    ...machine,
    port,
    url: `http://127.0.0.1:${port}`,
    database: await newDatabase(saved.database),
    dataDir: await newDataDir(saved.dataDir),
    running: null,
  }
}

export async function removeMachines(machines: readonly (Machine | undefined)[]): Promise<void> {
  for (const machine of machines) await machine?.running?.stop()
  for (const name of made.databases.splice(0)) await onServer(inject('postgresUrl'), `drop database if exists ${name} with (force)`)
  for (const dir of made.dirs.splice(0)) await rm(dir, { recursive: true, force: true })
}

const hubOf = (machine: Machine) => {
  if (machine.running === null) throw new Error(`the node of ${machine.region} is not running`)
  return machine.running.context.hub
}
export const dbOf = (machine: Machine) => hubOf(machine).db

/** Makes the upper node know the lower one. */
export async function enrolBelow(upper: Machine, lower: Machine): Promise<void> {
  const { signingKey, node } = hubOf(lower)
  const { participant_id } = await createParticipant(hubOf(upper), 'operator:test', {
    participantId: `p-${node.name}`,
    kind: 'node',
    name: `节点 ${node.name}`,
    regions: [node.region],
    nodeName: node.name,
  })
  const { keyId, publicKey } = signingKey
  await addPublicKey(hubOf(upper), 'operator:test', participant_id, {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
}

/** Enrols a business system; answers the headers that prove it. */
export async function enrolSystem(machine: Machine, participantId: string): Promise<{ authorization: string }> {
  const hub = hubOf(machine)
  await createParticipant(hub, 'operator:test', { kind: 'system', name: '示例系统（合成）', regions: [machine.region], participantId })
  const { secret } = await addApiKey(hub, 'operator:test', participantId)
  return { authorization: `Bearer ${secret}` }
}

export async function call(
  machine: Pick<Machine, 'url'>,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
  body?: unknown,
) {
  const response = await fetch(`${machine.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, any>) }
}
export const admin = { authorization: `Bearer ${adminToken}` }

export interface Sent {
  readonly document: Record<string, unknown>
  readonly recordIds: string[]
  readonly receipt: Record<string, any>
}

/** Sends projects by their serial numbers. */
export async function push(
  machine: Machine,
  headers: { authorization: string },
  serials: readonly number[],
  more: Record<string, unknown> = {},
): Promise<Sent> {
  const document = submission(
    serials.map((serial) => project(serial, more)),
    { id: randomUUID() },
  )
  const { status, json } = await call(machine, 'POST', '/v1/submissions', headers, document)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)}`)
  return { document, receipt: json, recordIds: (json['records'] as { recordId: string }[]).map((one) => one.recordId) }
}

/** Ids of the records that a node holds. */
export async function held(machine: Machine): Promise<string[]> {
  const rows = await dbOf(machine).selectFrom('stream').select('record_id').execute()
  return rows.map((row) => `r_${row.record_id.replaceAll('-', '')}`).toSorted()
}

export const epochOfMachine = (machine: Machine): number => hubOf(machine).node.epoch
export const eventually = (check: () => Promise<void> | void, ms = 60_000) => vi.waitFor(check, { timeout: ms, interval: 50 })

/** A line to a port, which may be cut. */
export async function lineTo(port: number) {
  const sockets = new Set<Socket>()
  let cut = false
  const server: Server = createServer((socket) => {
    if (cut) return void socket.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (now: 'cut' | 'whole') => {
      cut = now === 'cut'
      if (cut) for (const socket of sockets) socket.destroy()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
