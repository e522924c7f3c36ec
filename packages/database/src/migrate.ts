import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'

/** `migrations/` at the top of the project. */
export const migrationsDirectory = join(import.meta.dirname, '../../../migrations')

const migrationName = /^\d{8}T\d{4}_[a-z0-9_]+\.ts$/
/** The first 8 bytes of SHA-256("huijiao migrate") as a signed integer: any fixed number would do. */
const lockKey = '-3888499055994958901'

/**
 * The steps of a directory by file name without `.ts`; kysely runs them in order of name.
 * @throws Error when a file's name is not `yyyymmddThhmm_verb_noun.ts`, or it has no `up`
 */
export function migrationsIn(directory: string): MigrationProvider {
  return {
    async getMigrations() {
      const steps: Record<string, Migration> = {}
      for (const file of (await readdir(directory)).sort()) {
        if (!file.endsWith('.ts')) continue
        if (!migrationName.test(file)) throw new Error(`migration ${file} is not named yyyymmddThhmm_verb_noun.ts`)
        const step = (await import(pathToFileURL(join(directory, file)).href)) as Migration
        if (typeof step.up !== 'function') throw new Error(`migration ${file} exports no function "up"`)
        steps[file.slice(0, -'.ts'.length)] = { up: step.up } // forward only: a `down` would be dead code that nobody tests
      }
      return steps
    },
  }
}

/**
 * Brings a database to the newest step, all steps in one transaction. Processes that start together wait for one another, and the
 * later ones find nothing to do.
 * @returns names of the steps that this call applied, oldest first
 * @throws the error of the step that failed (then nothing is applied), or of kysely when the database knows a step that this code does not
 */
export async function migrate(target: string | pg.Pool, options: { directory?: string } = {}): Promise<string[]> {
  const owned = typeof target === 'string' ? new pg.Client({ connectionString: target, application_name: 'huijiao migrate' }) : undefined
  const pooled = typeof target === 'string' ? undefined : await target.connect()
  const client = (owned ?? pooled) as pg.ClientBase
  // A connection that breaks also rejects the running statement; without a listener the event would end the process first.
  const ignore = () => {}
  client.on('error', ignore)
  try {
    await owned?.connect()
    // A session lock is right here, and only here: the lock and all steps use this one connection, and closing it frees the lock.
    await client.query('select pg_advisory_lock($1)', [lockKey])
    try {
      return await migrateOver(client, options.directory ?? migrationsDirectory)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(ignore)
    }
  } finally {
    client.removeListener('error', ignore)
    pooled?.release()
    await owned?.end().catch(ignore)
  }
}

async function migrateOver(client: pg.ClientBase, directory: string): Promise<string[]> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) })
  const { error, results } = await new Migrator({ db, provider: migrationsIn(directory) }).migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).filter((step) => step.status === 'Success').map((step) => step.migrationName)
}

function poolOfOne(client: pg.ClientBase): PostgresPool {
  const borrowed = {
    query: client.query.bind(client),
    release: () => {},
  } as unknown as PostgresPoolClient
  return { connect: async () => borrowed, end: async () => {}, options: {} } as PostgresPool
}
