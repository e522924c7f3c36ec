import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, sql } from 'kysely'
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

/** The database is not one that this program can work with. `message` is for people: Chinese, then English, each with what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/**
 * Steps take away nothing that an older program uses (a test holds them to it), but for those whose name says `contract`: those come when the older
 * program is gone.
 */
const isContract = (step: string): boolean => /^\d{8}T\d{4}_contract_/.test(step)

/** Whether the database has every step of this program, and besides them only newer ones that this program can work beside. */
function isAheadOnly(own: readonly string[], applied: readonly string[]): boolean {
  const further = applied.filter((step) => !own.includes(step))
  const newest = own.toSorted().at(-1) ?? ''
  return further.length > 0 && own.every((step) => applied.includes(step)) && further.every((step) => step > newest && !isContract(step))
}

/** Names of the steps that a database has had; none when it is empty. */
export async function appliedSteps(db: Kysely<unknown>): Promise<string[]> {
  const { rows: there } = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(db)
  if (there[0]?.there !== true) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map((row) => row.name)
}

/** kysely calls a database of another program corrupted, which it is not. */
function inWords(error: unknown): unknown {
  const text = error instanceof Error ? error.message : ''
  const missing = /previously executed migration (\S+) is missing/.exec(text)?.[1]
  const early = /expected previously executed migration (\S+) to be at index \d+ but (\S+) was found/.exec(text)
  if (missing !== undefined)
    return new MigrationError(
      `数据库已由另一个版本的程序升级过（步骤 ${missing}，本程序没有）。请用那个版本或更新的版本启动；要退回旧版本，先恢复升级前的备份。数据没有改动\n` +
        `The database was brought up to date by another version of this program (step ${missing}, which this one does not have). Start that version or a newer one; to go back, restore the backup from before. Nothing was changed`,
      { cause: error },
    )
  if (early !== null)
    return new MigrationError(
      `数据库的升级步骤与本程序的次序不同：本程序在 ${early[1]} 之前还有 ${early[2]}，数据库没有做过。这个数据库是由开发中的另一份程序建立的：请用那份程序，或用新的空数据库。数据没有改动\n` +
        `The steps of the database are in another order than this program's: before ${early[1]} this program has ${early[2]}, which the database never had. It was made by another copy of a program in development: use that one, or a new empty database. Nothing was changed`,
      { cause: error },
    )
  return error
}

/**
 * Brings a database to the newest step, all steps in one transaction. Processes that start together wait for one another (kysely takes
 * `pg_advisory_xact_lock` in that transaction, before it looks what is to be done), and the later ones find nothing to do.
 * A database with newer steps than this program's is left as it is: until the last old process of a rolling upgrade is gone, old ones may start again.
 * @returns names of the steps that this call applied, oldest first
 * @throws MigrationError when the database is of a program that this one cannot work beside; the error of the step that failed (then nothing is applied)
 */
export async function migrate(target: string | pg.Pool, options: { directory?: string } = {}): Promise<string[]> {
  const owned =
    typeof target === 'string' ? new pg.Pool({ connectionString: target, max: 1, application_name: 'huijiao migrate' }) : undefined
  owned?.on('error', () => {}) // a connection that breaks also rejects the running statement; the event alone would end the process
  let broken: Error | undefined
  // The pool listens to idle ones only. Of one that breaks while it works kysely tells that it was discarded, not why.
  owned?.on('connect', (client) => client.on('error', (error) => (broken ??= error)))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owned ?? (target as pg.Pool) }) })
  try {
    const provider = migrationsIn(options.directory ?? migrationsDirectory)
    if (isAheadOnly(Object.keys(await provider.getMigrations()), await appliedSteps(db))) return []
    const { error, results } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw broken ?? inWords(error)
    return (results ?? []).filter((step) => step.status === 'Success').map((step) => step.migrationName)
  } finally {
    await owned?.end()
  }
}
