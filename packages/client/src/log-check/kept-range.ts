import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePath, type DetachedRange, digestText, parseLogRange, rangeFile, sha256 } from '@huijiao/merkle'
import { usage } from '../user-error.ts'

/** Entries of a log in a directory, as `huijiao log detach` writes it. Nothing of it is taken on trust: the tiles of the log say what its leaves must be. */
export interface KeptRange extends DetachedRange {
  readBundle(index: number): Promise<Buffer>
}

/** @throws UserError (usage) when the directory holds no range */
export async function openKeptRange(directory: string): Promise<KeptRange> {
  const bytes = await readFile(join(directory, rangeFile)).catch(() => null)
  const file = bytes === null ? null : parseLogRange(bytes.toString())
  if (bytes === null || file === null)
    throw usage(`${directory} 中没有日志段（${rangeFile}）`, `${directory} holds no range of a log (${rangeFile})`)
  return {
    from: file.from,
    to: file.to,
    place: directory,
    digest: digestText(sha256(bytes)),
    readBundle: (index) => readFile(join(directory, bundlePath(index))),
  }
}
