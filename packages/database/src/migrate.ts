import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'

/** `migrations/` at the top of the project. */
export const migrationsDirectory = join(import.meta.dirname, '../../../migrations')

const migrationName = /^\d{8}T\d{4}_[a-z0-9_]+\.ts$/

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
 * Brings a database to the newest step, all steps in one transaction. Processes that start together wait for one another (kysely takes
 * `pg_advisory_xact_lock` in that transaction, before it looks what is to be done), and the later ones find nothing to do.
 * @returns names of the steps that this call applied, oldest first
 * @throws the error of the step that failed (then nothing is applied), or of kysely when the database knows a step that this code does not
 */
export async function migrate(target: string | pg.Pool, options: { directory?: string } = {}): Promise<string[]> {
  const owned =
    typeof target === 'string' ? new pg.Pool({ connectionString: target, max: 1, application_name: 'huijiao migrate' }) : undefined
  owned?.on('error', () => {}) // a connection that breaks also rejects the running statement; the event alone would end the process
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owned ?? (target as pg.Pool) }) })
  try {
    const { error, results } = await new Migrator({
      db,
      provider: migrationsIn(options.directory ?? migrationsDirectory),
    }).migrateToLatest()
    if (error !== undefined) throw error
    return (results ?? []).filter((step) => step.status === 'Success').map((step) => step.migrationName)
  } finally {
    await owned?.end()
  }
}
