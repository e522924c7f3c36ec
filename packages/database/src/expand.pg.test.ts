import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaFacts, whatBreaks } from '../test/schema-facts.ts'
import { migrate, MigrationError, migrationsDirectory } from './migrate.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 2 })
})
afterEach(() => database.drop())

const run = (...statements: string[]) =>
  statements.reduce((before, text) => before.then(() => database.pool.query(text)), Promise.resolve({}))

/** Statements that a program made for the schema before could not work beside, each with what is said of it. */
const breaking: readonly [statement: string, said: string][] = [
  ['drop table child', 'child is gone'],
  ['alter table thing drop column word', 'thing.word is gone'],
  ['alter table thing rename column word to term', 'thing.word is gone'],
  ['alter table thing alter column size type bigint', 'thing.size was integer and is bigint'],
  ['alter table thing alter column word set not null', 'thing.word must not be null any more'],
  ['alter table thing alter column size drop default', 'thing.size has no default any more'],
  ['alter table thing add column owner text not null', 'thing.owner is new and must be given'],
  ['create unique index thing_word on thing (word)', 'thing (word) is newly unique'],
  ['alter table thing add check (size > 0)', 'thing is newly held to CHECK ((size > 0))'],
  [
    `alter table thing drop constraint thing_kind_check, add constraint thing_kind_check check (kind in ('a', 'c'))`,
    `thing is newly held to CHECK ((kind = ANY (ARRAY['a'::text, 'c'::text])))`,
  ],
  ['alter table child add foreign key (thing) references thing', 'child is newly held to FOREIGN KEY (thing) REFERENCES thing(id)'],
  ['drop function twice', 'twice(n integer) is gone'],
  ['create trigger t before insert on thing for each row execute function nothing()', 'thing has a new trigger t'],
]

const harmless = [
  'create table other (id int primary key, thing int references thing)',
  'alter table thing add column note text, add column done boolean not null default false',
  'alter table thing add column other int unique check (other > 0)',
  `alter table thing drop constraint thing_kind_check, add constraint thing_kind_check check (kind in ('a', 'b', 'c'))`,
  'alter table thing alter column id drop identity if exists, alter column word drop not null',
  'create index thing_by_word on thing (word)',
]

describe('the look at what a step takes away', () => {
  beforeEach(() =>
    run(
      `create table thing (id int primary key, word text, size int not null default 1, kind text check (kind in ('a', 'b')))`,
      'create table child (id int primary key, thing int)',
      'create function twice(n int) returns int language sql as $$ select n * 2 $$',
      'create function nothing() returns trigger language plpgsql as $$ begin return new; end $$',
    ),
  )

  it.each(breaking)('finds: %s', async (statement, said) => {
    const before = await schemaFacts(database.pool)
    await run(statement)
    expect(whatBreaks(before, await schemaFacts(database.pool))).toEqual([said])
  })

  it.each(harmless)('has nothing against: %s', async (statement) => {
    const before = await schemaFacts(database.pool)
    await run(statement)
    expect(whatBreaks(before, await schemaFacts(database.pool))).toEqual([])
  })
})

describe('our migrations', () => {
  it('take nothing away that the program before them uses, but for those that say contract, and say so in their first line', async () => {
    const files = (await readdir(migrationsDirectory)).filter((file) => file.endsWith('.ts')).toSorted()
    const found: string[] = []
    let before = await schemaFacts(database.pool)
    for (const file of files) {
      const { up } = (await import(pathToFileURL(join(migrationsDirectory, file)).href)) as { up: (db: Kysely<unknown>) => Promise<void> }
      await up(database.db as unknown as Kysely<unknown>)
      const after = await schemaFacts(database.pool)
      if (!/^\d{8}T\d{4}_contract_/.test(file)) found.push(...whatBreaks(before, after).map((one) => `${file}: ${one}`))
      before = after
    }
    expect(before.tables.size).toBeGreaterThan(40)
    expect(found).toEqual([])
  })
})

describe('a program beside a newer database', () => {
  const steps = async (...names: string[]) => {
    await migrate(database.url, { directory: join(import.meta.dirname, '../test/migrations') })
    for (const name of names) await database.pool.query('insert into kysely_migration values ($1, $2)', [name, new Date().toISOString()])
  }
  const start = () => migrate(database.url, { directory: join(import.meta.dirname, '../test/migrations') })

  it('starts when the further steps only add, so that a rolling upgrade survives a restart of the old one', async () => {
    await steps('20260103T0000_add_colour')
    expect(await start()).toEqual([])
  })

  it('does not start when something was taken away, or when a step is missing among its own, and says what to do', async () => {
    await steps('20260103T0000_contract_counter')
    await expect(start()).rejects.toThrow(MigrationError)
    await expect(start()).rejects.toThrow(/请用那个版本或更新的版本启动[\s\S]*Start that version or a newer one/)
    await database.pool.query('delete from kysely_migration where name like $1', ['%counter'])
    await database.pool.query('insert into kysely_migration values ($1, $2)', ['20260102T0000_raise_counter', '2026-01-01T00:00:00Z'])
    await expect(start()).rejects.toThrow(/新的空数据库[\s\S]*a new empty database/)
  })
})
