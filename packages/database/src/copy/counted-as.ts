/**
 * A statement that has the columns of a partition counted for the planner as those of the whole are: PostgreSQL does not hand that on.
 * @param whole name of the partitioned table
 * @param part name of the partition
 */
export const countedAs = (whole: string, part: string): string => `
do $$
declare
  one record;
begin
  for one in select attname, attstattarget from pg_attribute where attrelid = ${literal(whole)}::regclass and attnum > 0 and not attisdropped and attstattarget >= 0 loop
    execute format('alter table %I alter column %I set statistics %s', ${literal(part)}, one.attname, one.attstattarget);
  end loop;
end $$`

const literal = (name: string): string => `'${name.replaceAll("'", "''")}'`
