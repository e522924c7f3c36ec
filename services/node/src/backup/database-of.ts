import { join } from 'node:path'
import { startEmbeddedPostgres } from '@huijiao/database'
import type { Config } from '../config.ts'

/** Name of a node's database in its embedded server. */
const databaseName = 'huijiao'

/** Does something with a node's database, whether the node runs or not: the configured one, else the embedded one, which is started for it when it is not running. */
export async function withDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (config.secrets.databaseUrl !== null) return await work(config.secrets.databaseUrl)
  const server = await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres') })
  try {
    await server.ensureDatabase(databaseName)
    return await work(server.url(databaseName))
  } finally {
    // One that ran before belongs to the node.
    if (!server.adopted) await server.stop()
  }
}
