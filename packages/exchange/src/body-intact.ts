import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { ReceivedBody } from './body.ts'
import type { Hub } from './hub.ts'

/**
 * Files of bodies that this process knows to be what arrived, with what the file system said of them then: those that it received, and those that it has read
 * whole. By the node's facts, which all copies of a hub share.
 */
const intact = new WeakMap<object, Map<string, string>>()
/** More than are ever stored at once; a forgotten one is read once more. */
const knownMax = 10_000

type SpooledBody = Pick<ReceivedBody, 'digest' | 'decodedBytes'> & { readonly path: string }

/** Notes that a file holds a body as it arrived. */
export async function noteIntact(hub: Pick<Hub, 'node'>, path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    note(hub, path, await standing(file))
  } finally {
    await file.close()
  }
}

/**
 * Whether a spooled body is still what was acknowledged. It waits on a disk until it is stored, for days when it is paused: what a failing disk, or somebody with
 * an editor, made of it meanwhile must not be judged and signed for. Reads it whole the first time that a process meets it.
 * @throws what the file system says, ENOENT when it is gone
 */
export async function isIntact(hub: Pick<Hub, 'node'>, body: SpooledBody): Promise<boolean> {
  const file = await open(body.path, 'r')
  try {
    const stands = await standing(file)
    if (intact.get(hub.node)?.get(body.path) === stands) return true
    const { size } = await file.stat()
    if (size !== body.decodedBytes || !(await digestOf(file)).equals(body.digest)) return false
    note(hub, body.path, stands)
    return true
  } finally {
    await file.close()
  }
}

export function forgetIntact(hub: Pick<Hub, 'node'>, path: string): void {
  intact.get(hub.node)?.delete(path)
}

function note(hub: Pick<Hub, 'node'>, path: string, stands: string): void {
  const known = intact.get(hub.node) ?? new Map<string, string>()
  intact.set(hub.node, known)
  if (known.size >= knownMax) known.clear()
  known.set(path, stands)
}

/** What changes when somebody writes to the file. */
async function standing(file: FileHandle): Promise<string> {
  const { ino, size, mtimeNs } = await file.stat({ bigint: true })
  return `${ino} ${size} ${mtimeNs}`
}

async function digestOf(file: FileHandle): Promise<Buffer> {
  const hash = createHash('sha256')
  const slab = Buffer.allocUnsafe(1024 ** 2)
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(slab, 0, slab.length, position)
    if (bytesRead === 0) return hash.digest()
    hash.update(slab.subarray(0, bytesRead))
    position += bytesRead
    // Half a millisecond a slab: in between others get their turn.
    await setImmediate()
  }
}
