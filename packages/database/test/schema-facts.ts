import type pg from 'pg'

interface ColumnFacts {
  readonly type: string
  readonly nullable: boolean
  /** It has a default, is an identity, or is generated: an insert may leave it out. */
  readonly given: boolean
}

interface ConstraintFacts {
  readonly kind: 'c' | 'f' | 'p' | 'u' | 'x'
  readonly columns: readonly string[]
  readonly text: string
}

interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>
  readonly constraints: ReadonlyMap<string, ConstraintFacts>
  /** Unique indexes that are no constraint. */
  readonly uniques: ReadonlyMap<string, readonly string[]>
  readonly triggers: ReadonlySet<string>
}

/** Everything of a schema that a program which was made for it may rely on. */
export interface SchemaFacts {
  readonly tables: ReadonlyMap<string, TableFacts>
  /** Functions and sequences by name. */
  readonly others: ReadonlySet<string>
}

export async function schemaFacts(pool: pg.Pool): Promise<SchemaFacts> {
  const ask = async <Row>(text: string) => (await pool.query(text)).rows as Row[]
  const ours = `join pg_class t on t.oid = %.REL join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'`
  const of = (alias: string, column: string) => ours.replace('%.REL', `${alias}.${column}`)
  const tables = new Map<string, { [K in keyof TableFacts]: any }>()
  for (const { name } of await ask<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p', 'v') and c.relname !~ '^kysely_'`,
  ))
    tables.set(name, { columns: new Map(), constraints: new Map(), uniques: new Map(), triggers: new Set() })
  for (const row of await ask<{ t: string; name: string; type: string; nullable: boolean; given: boolean }>(
    `select t.relname as t, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
            a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as given
     from pg_attribute a ${of('a', 'attrelid')} where a.attnum > 0 and not a.attisdropped`,
  ))
    tables.get(row.t)?.columns.set(row.name, { type: row.type, nullable: row.nullable, given: row.given })
  const names = `(select coalesce(array_agg(a.attname::text order by a.attname), '{}') from pg_attribute a where a.attrelid = %.REL and a.attnum = any(%.KEYS))`
  for (const row of await ask<{ t: string; name: string; kind: ConstraintFacts['kind']; columns: string[]; text: string }>(
    `select t.relname as t, c.conname as name, c.contype as kind, pg_get_constraintdef(c.oid) as text,
            ${names.replace('%.REL', 'c.conrelid').replace('%.KEYS', 'c.conkey')} as columns
     from pg_constraint c ${of('c', 'conrelid')} where c.contype in ('c', 'f', 'p', 'u', 'x')`,
  ))
    tables.get(row.t)?.constraints.set(row.name, { kind: row.kind, columns: row.columns, text: row.text })
  for (const row of await ask<{ t: string; name: string; columns: string[] }>(
    `select t.relname as t, i.relname as name, ${names.replace('%.REL', 'x.indrelid').replace('%.KEYS', 'x.indkey::int2[]')} as columns
     from pg_index x join pg_class i on i.oid = x.indexrelid ${of('x', 'indrelid')}
     where x.indisunique and not exists (select 1 from pg_constraint c where c.conindid = x.indexrelid)`,
  ))
    tables.get(row.t)?.uniques.set(row.name, row.columns)
  for (const row of await ask<{ t: string; name: string }>(
    `select t.relname as t, g.tgname as name from pg_trigger g ${of('g', 'tgrelid')} where not g.tgisinternal`,
  ))
    tables.get(row.t)?.triggers.add(row.name)
  const others = await ask<{ name: string }>(
    `select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
     union all select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'S'`,
  )
  return { tables: tables as ReadonlyMap<string, TableFacts>, others: new Set(others.map((row) => row.name)) }
}

/**
 * What a program that was made for `before` can no longer do after a step, in words: read a column, leave one out of an insert, write what it wrote.
 * Empty when the step only expands.
 */
export function whatBreaks(before: SchemaFacts, after: SchemaFacts): string[] {
  const broken: string[] = []
  for (const name of before.others) if (!after.others.has(name)) broken.push(`${name} is gone`)
  for (const [table, was] of before.tables) {
    const is = after.tables.get(table)
    if (is === undefined) broken.push(`${table} is gone`)
    else broken.push(...tableBreaks(table, was, is))
  }
  return broken
}

function tableBreaks(table: string, was: TableFacts, is: TableFacts): string[] {
  const broken: string[] = []
  for (const [name, column] of was.columns) {
    const now = is.columns.get(name)
    if (now === undefined) broken.push(`${table}.${name} is gone`)
    else if (now.type !== column.type) broken.push(`${table}.${name} was ${column.type} and is ${now.type}`)
    else if (column.nullable && !now.nullable) broken.push(`${table}.${name} must not be null any more`)
    else if (column.given && !now.given) broken.push(`${table}.${name} has no default any more`)
  }
  for (const [name, column] of is.columns)
    if (!was.columns.has(name) && !column.nullable && !column.given) broken.push(`${table}.${name} is new and must be given`)
  for (const name of is.triggers) if (!was.triggers.has(name)) broken.push(`${table} has a new trigger ${name}`)
  const old = (columns: readonly string[]) => columns.length === 0 || columns.some((one) => was.columns.has(one))
  for (const [name, columns] of is.uniques)
    if (!was.uniques.has(name) && old(columns)) broken.push(`${table} (${columns.join(', ')}) is newly unique`)
  for (const [name, now] of is.constraints) {
    const same = was.constraints.get(name)
    if (same?.text === now.text || !old(now.columns)) continue
    const before = same ?? [...was.constraints.values()].find((one) => one.kind === now.kind && one.columns.join() === now.columns.join())
    if (before === undefined || !takesMore(before.text, now.text)) broken.push(`${table} is newly held to ${now.text}`)
  }
  return broken
}

/** Whether a check on a list of values lets in all that the other lets in. */
function takesMore(before: string, now: string): boolean {
  const values = (text: string) => [...text.matchAll(/'([^']*)'::text/g)].map(([, value]) => value)
  const frame = (text: string) => text.replaceAll(/'[^']*'::text(, )?/g, '').replaceAll(/\s+/g, '')
  return frame(before) === frame(now) && values(before).every((value) => values(now).includes(value))
}
