import { readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Upstream } from '../upstreams.ts'
import type { Words } from '@huijiao/problem'
import { makeFolders } from './folder-file.ts'

/** Whether a pair of folders can be used. @returns what is wrong; null when nothing is */
export async function checkFolder(path: string): Promise<Words | null> {
  try {
    await makeFolders(path)
    return null
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).name
    return { zh: `${path} 不能使用（${why}）`, en: `${path} cannot be used (${why})` }
  }
}

/** Whether front tables can be reached with the account that is configured. @returns what is wrong; null when nothing is */
export async function checkFrontTables(
  { url, passwordFile }: Pick<Upstream, 'url' | 'passwordFile'>,
  patienceMs: number,
): Promise<Words | null> {
  let client: pg.Client | undefined
  try {
    const address = new URL(url)
    address.searchParams.delete('schema')
    if (passwordFile !== null) address.password = encodeURIComponent((await readFile(passwordFile, 'utf8')).trim())
    client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: patienceMs, query_timeout: patienceMs })
    await client.connect()
    await client.query('select 1')
    return null
  } catch (error) {
    const why = (error as { code?: string }).code ?? (error as Error).name
    return {
      zh: `前置库连不上（${why}）；恢复前数据留在本级，不会丢失`,
      en: `the front database cannot be reached (${why}); until then data waits here and is not lost`,
    }
  } finally {
    await client?.end().catch(() => undefined)
  }
}
