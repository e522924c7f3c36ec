import { setTimeout as delay } from 'node:timers/promises'
import { type Log, silentLog } from '../log.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { ensureCluster, loadOrCreatePassword } from './cluster.ts'
import { ensureDatabase, isDying, urlOf, verify } from './connect.ts'
import { existingPlace, type Place, removePlace, settlePlace, sharedDirectory } from './place.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'
import { type ServerOptions, type Started, untilReady } from './server.ts'

export interface EmbeddedPostgresOptions extends ServerOptions {
  /** Made when absent. Password and server log stand beside it: `<dataDir>.password` (0600), `<dataDir>.log`. */
  readonly dataDir: string
  readonly log?: Log
}

export interface EmbeddedPostgres {
  readonly port: number
  /** Process of the server. */
  readonly pid: number
  /** True when the server already ran, for example because its node was killed. */
  readonly adopted: boolean
  /** Where the cluster really is; not the requested directory when root's other user cannot enter that. */
  readonly dataDir: string
  /** An address with user and password: a secret. */
  url(database: string): string
  /** Makes the database when there is none. Safe when several processes ask at once. */
  ensureDatabase(name: string): Promise<void>
  /** Fast shutdown. Ends the server for everybody who uses it, also when it was adopted. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL of a data directory, or adopts the one that runs. The server outlives this process on purpose: when node is killed
 * the next start adopts it. PostgreSQL itself sees to it that one directory has one server (`postmaster.pid` is made exclusively), so
 * processes that start together need no lock of ours: the losers' servers end at once, and they adopt the winner's.
 * @throws EmbeddedPostgresError with words for people
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {})
  const log = options.log ?? silentLog
  const place = await settlePlace(options.dataDir, onProgress)
  const password = await loadOrCreatePassword(place)
  const { file, adopted } = await startOrAdopt(place, options, password)
  log.info(
    { port: file.port, pid: file.pid, adopted, dataDir: place.dataDir },
    adopted ? 'adopted the running PostgreSQL' : 'started PostgreSQL',
  )
  return {
    port: file.port,
    pid: file.pid,
    adopted,
    dataDir: place.dataDir,
    url: (database) => urlOf(file.port, password, database),
    ensureDatabase: (name) => ensureDatabase(urlOf(file.port, password, 'postgres'), name),
    stop: async () => {
      await stopPostmaster(place.dataDir)
    },
  }
}

/** A server that was ready may be dying when it is asked: killed or stopped this very moment. Then the next look starts another. */
async function startOrAdopt(place: Place, options: EmbeddedPostgresOptions, password: string): Promise<Started> {
  const onProgress = options.onProgress ?? (() => {})
  let prepared: Promise<Binaries> | undefined
  const prepare = () => (prepared ??= prepareBinaries(place.user, sharedOrOwn(place), onProgress))
  for (let tries = 1; ; tries += 1) {
    if ((await findPostmaster(place.dataDir)).state !== 'live') await ensureCluster(place, await prepare(), onProgress)
    const started = await untilReady(place, options, prepare)
    try {
      await verify(started.file, password, place)
      return started
    } catch (error) {
      if (tries === 20 || !isDying(error)) throw error
      await delay(50)
    }
  }
}

/** Stops the server of a data directory if one runs. @returns whether one ran */
export async function stopEmbeddedPostgres(dataDir: string): Promise<boolean> {
  const place = await existingPlace(dataDir)
  return place === null ? false : stopPostmaster(place.dataDir)
}

/** Stops the server and deletes the cluster with its password and log, wherever it really is. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const place = await existingPlace(dataDir)
  if (place === null) return
  await stopPostmaster(place.dataDir)
  await removePlace(place)
}

function sharedOrOwn(place: Place): string {
  return place.user === null ? `${place.dataDir}.programs` : sharedDirectory
}
