import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeEmbeddedPostgres } from '@huijiao/database'
import type { SubmitterKey } from '../sample/submitters.ts'
import type { DemoSettings, DemoTier } from './settings.ts'

/** One synthetic account of each role and node. */
export interface DemoOperator {
  readonly role: string
  readonly userName: string
  readonly password: string
}

/** What a demo remembers between starts. Holds secrets; the file is 0600. */
export interface DemoState {
  /** Day 0 of the sample city: the day of the first start. */
  readonly dayZero: string
  readonly adminTokens: Readonly<Record<DemoTier, string>>
  /** Keys by which the business systems submit. */
  readonly participants: Partial<Record<SubmitterKey, { readonly id: string; readonly apiKey: string }>>
  /** A key at the national node that may read everything there: what the demo checks with. */
  checker: { readonly id: string; readonly apiKey: string } | null
  /** The lower nodes have been enrolled at their upstreams. */
  nodesEnrolled: boolean
  /** Accounts by tier; absent in the state of an earlier version. */
  operators?: Partial<Record<DemoTier, readonly DemoOperator[]>>
  /** Those that are being made. */
  pendingOperators?: Partial<Record<DemoTier, readonly DemoOperator[]>>
  /** The whole sample has been acknowledged. */
  pushed: boolean
}

const stateFile = (settings: DemoSettings) => join(settings.dir, 'state.json')
export const postgresDir = (settings: DemoSettings) => join(settings.dir, 'postgres')
export const demoFile = (settings: DemoSettings) => join(settings.dir, 'demo.json')

export function loadState(settings: DemoSettings, today: string): DemoState {
  if (existsSync(stateFile(settings))) return JSON.parse(readFileSync(stateFile(settings), 'utf8')) as DemoState
  const token = () => randomBytes(24).toString('base64url')
  const state: DemoState = {
    dayZero: today,
    adminTokens: { municipal: token(), provincial: token(), national: token() },
    participants: {},
    checker: null,
    nodesEnrolled: false,
    pushed: false,
  }
  saveState(settings, state)
  return state
}

/** Written whole and renamed, so that a kill leaves the old file or the new one. */
export function saveState(settings: DemoSettings, state: DemoState): void {
  writeSecret(stateFile(settings), state)
}

function writeSecret(path: string, document: object): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** `demo.json`, for scripts and tutorials: written when all three nodes are ready. */
export function writeDemoFile(settings: DemoSettings, state: DemoState): void {
  const city = state.participants.city
  if (city === undefined) throw new Error('the city has not been enrolled')
  writeSecret(demoFile(settings), {
    nodes: settings.nodes.map(({ tier, region, url }) => ({
      tier,
      region,
      url,
      adminToken: state.adminTokens[tier],
      operators: state.operators?.[tier] ?? [],
    })),
    participant: city,
  })
}

/** Makes the directory, and leaves nothing of an earlier demo in it when asked to begin anew. Touches only what the demo made. */
export async function prepareDirectory(settings: DemoSettings): Promise<void> {
  mkdirSync(settings.dir, { recursive: true, mode: 0o700 })
  if (!settings.fresh) return
  await removeEmbeddedPostgres(postgresDir(settings))
  for (const node of settings.nodes) {
    rmSync(node.dataDir, { recursive: true, force: true })
    rmSync(node.logFile, { force: true })
    rmSync(join(settings.dir, `${node.tier}.seen`), { force: true })
  }
  rmSync(stateFile(settings), { force: true })
  rmSync(join(settings.dir, 'acknowledged.txt'), { force: true })
  rmSync(demoFile(settings), { force: true })
}
