import { openDatabase } from '@huijiao/database'

/** Runs what stands outside other transactions, such as `create database`, over a connection of its own. */
export async function onServer(url: string, statement: string): Promise<void> {
  const { pool, close } = openDatabase({ url, poolMax: 1, applicationName: 'huijiao test' })
  try {
    await pool.query(statement)
  } finally {
    await close()
  }
}

/** The same server, another database. */
export function urlOfDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
