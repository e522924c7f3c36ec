import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hub } from '@huijiao/exchange'
import type { Context } from '../context.ts'
import type { Standstill } from '../standstill.ts'

/**
 * A body in the spool that no submission names may still be arriving, or be judged just now. One that this process has seen unchanged for so long is left
 * over from a crash: whoever sends is cut off after far less without a byte. Milliseconds of a clock that only goes on, because a clock that is set ahead
 * must not make an old file of one that has just arrived.
 */
export const leftoverMs = 3600 * 1000

/** Removes bodies that a crash left over in the spool. @param standstill of `leftoverMs`, asked at every call */
export async function removeLeftovers(hub: Pick<Hub, 'db' | 'spoolDir'>, log: Context['log'], standstill: Standstill): Promise<void> {
  const seen: { path: string; bytes: number }[] = []
  for (const name of await readdir(hub.spoolDir)) {
    const path = join(hub.spoolDir, name)
    const info = await stat(path).catch(() => null)
    if (info !== null && standstill.still(`body ${path}`, `${info.size} ${info.mtimeMs}`)) seen.push({ path, bytes: info.size })
  }
  if (seen.length === 0) return
  // Read after the files were looked at: one that was registered meanwhile is named here.
  const open = await hub.db.selectFrom('submission').select('spool_path').where('state', '<>', 'finished').execute()
  const named = new Set(open.map((row) => row.spool_path))
  for (const { path, bytes } of seen) {
    if (named.has(path)) continue
    await rm(path, { force: true })
    log.info({ bytes }, 'a body left over from an interrupted request was removed')
  }
}
