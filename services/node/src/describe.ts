/**
 * Prints the node's OpenAPI document, made from the routes' own schemas, without a database: the routes are only registered, none is called.
 * What the console's types are generated from (services/console/scripts/types.mjs).
 */
import { openAccess } from '@huijiao/access'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import type { Context } from './context.ts'

const config = readConfig({
  HUIJIAO_NAME: 'node',
  HUIJIAO_REGION: '370100',
  HUIJIAO_TIER: 'municipal',
  HUIJIAO_PORT: '0',
  HUIJIAO_ADMIN_TOKEN: 'describes-and-nothing-else',
})
const hub = {
  node: { ...config.node, epoch: 1, epochId: '', origin: '' },
  standards: () => ({ releases: new Map() }),
  digestSecret: Buffer.alloc(32),
} as unknown as Context['hub']
const context = {
  config,
  hub,
  access: openAccess(hub, config.access),
  log: pino({ level: 'silent' }),
  clock: { now: () => new Date(0) },
  queues: { all: new Map(), backend: 'postgres' },
  metrics: {},
  stopping: () => false,
} as unknown as Context

const app = await buildApp(context)
await app.ready()
const { body } = await app.inject({ url: '/openapi.json' })
process.stdout.write(body)
