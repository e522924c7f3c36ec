import { startEmbeddedPostgres } from '@huijiao/database'
import { onServer } from './on-server.ts'

/**
 * Makes each part of a submission take `seconds` longer to store, in a node that runs with its own PostgreSQL: an import of dozens of parts is
 * then under way for longer than a command takes to start, however fast the machine is.
 * @param dataDir the cluster's directory, `<data directory of the node>/postgres`
 * @returns ends it
 */
export async function slowParts(dataDir: string, seconds: number): Promise<() => Promise<void>> {
  const url = (await startEmbeddedPostgres({ dataDir })).url('huijiao')
  await onServer(
    url,
    `create or replace function slow_part() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds}); return null; end $$;
     create or replace trigger slow_part after insert on part for each statement execute function slow_part()`,
  )
  return () => onServer(url, 'drop trigger slow_part on part')
}
