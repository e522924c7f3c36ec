import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from './world.ts'

const program = resolve(import.meta.dirname, '../../../services/node/src/main.ts')

/** What was saved of a node that stood still: a copy of its database on the same server, and of its data directory. */
export interface Saved {
  readonly database: string
  readonly dataDir: string
  /** Length of its log. */
  readonly size: number
}

export async function logSize(site: Site, database = site.database): Promise<number> {
  const [row] = await site.server.ask<{ size: number }>(database, 'select coalesce(max(size), 0)::int as size from log_checkpoint')
  return row?.size ?? 0
}

/** Statements that nobody else may be connected for; other faults may be at work on the database just then. */
async function alone(site: Site, database: string, statement: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    await site.server.forget(database)
    await site.server.ask('postgres', 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
    try {
      await site.server.ask('postgres', statement)
      return
    } catch (error) {
      if (tries > 40) throw error
      await delay(100)
    }
  }
}

/** @param site its process has ended */
export async function save(site: Site): Promise<Saved> {
  const name = `saved_${site.place.name}_${Date.now()}`
  const size = await logSize(site)
  await alone(site, site.database, `create database ${name} template ${site.database}`)
  const dataDir = join(site.node.settings.dir, name)
  await cp(site.node.dataDir, dataDir, { recursive: true })
  return { database: name, dataDir, size }
}

/** Puts a saved database in the place of the node's own, and its data directory too where that is asked; uses it up. */
export async function putBack(site: Site, saved: Saved, withDataDir: boolean): Promise<void> {
  await alone(site, site.database, `drop database if exists ${site.database} with (force)`)
  await alone(site, saved.database, `alter database ${saved.database} rename to ${site.database}`)
  if (withDataDir) {
    await rm(site.node.dataDir, { recursive: true, force: true })
    await cp(saved.dataDir, site.node.dataDir, { recursive: true })
  }
  await rm(saved.dataDir, { recursive: true, force: true })
}

export async function forgetSaved(site: Site, saved: Saved): Promise<void> {
  await site.server.forget(saved.database)
  await site.server.ask('postgres', `drop database if exists ${saved.database} with (force)`)
  await rm(saved.dataDir, { recursive: true, force: true })
}

/** An empty database in the place of the node's own; of its data directory only the keys stay. */
export async function empty(site: Site): Promise<void> {
  await alone(site, site.database, `drop database if exists ${site.database} with (force)`)
  await site.server.ask('postgres', `create database ${site.database}`)
  for (const name of await readdir(site.node.dataDir))
    if (name !== 'secrets') await rm(join(site.node.dataDir, name), { recursive: true, force: true })
  await mkdir(join(site.node.dataDir, 'spool'), { recursive: true })
}

/** `huijiao backup` and `huijiao restore`, which are options of the node's own program. @returns what it printed */
export function nodeCommand(site: Site, option: '--backup' | '--restore', directory: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJIAO_')))
  const settings = {
    ...env,
    ...site.node.settings.env,
    HUIJIAO_DATA_DIR: site.node.dataDir,
    HUIJIAO_DATABASE_URL: site.server.url(site.database),
  }
  return new Promise((settle, fail) => {
    execFile(process.execPath, [program, option, directory], { env: settings, maxBuffer: 64 * 1024 ** 2 }, (error, out, said) =>
      error === null ? settle(out) : fail(new Error(`${option}: ${said.slice(-1500)}`, { cause: error })),
    )
  })
}
