import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import type { Place } from './place.ts'
import { childEnvironment, identityOf } from './run-as.ts'

/** Settings of the embedded server, given on its command line at every start, so that a new version of ours changes them. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a deep data directory would exceed the 107 bytes of a socket's path
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min', // page images after a checkpoint multiply the WAL of scattered writes by up to six (measured)
  // The queue's tables collect dead rows: with the defaults its rate sank to a third within two minutes, with these it stayed (measured).
  autovacuum_naptime: '2s',
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_vacuum_cost_delay: '0',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failing statements and the DETAIL of their errors quote values, and values are personal data.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
}

/** All settings as arguments of `postgres`. `extra` wins. */
export async function settingArguments(place: Place, binaries: Binaries, extra: Readonly<Record<string, string>>): Promise<string[]> {
  const all = { ...settings, ...((await hasLz4(place, binaries)) ? { wal_compression: 'lz4' } : {}), ...extra }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Builds differ in whether they have LZ4, and a server that lacks it does not start with it. `-C` answers without starting (15 ms). */
async function hasLz4(place: Place, binaries: Binaries): Promise<boolean> {
  const args = ['-D', place.dataDir, '-C', 'wal_compression', '-c', 'wal_compression=lz4']
  const options = { ...identityOf(place.user), cwd: '/', env: childEnvironment() }
  return promisify(execFile)(binaries.postgres, args, options).then(
    ({ stdout }) => stdout.trim() === 'lz4',
    () => false,
  )
}
