import { randomBytes } from 'node:crypto'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tables } from '@huijiao/database'
import { keyIdOf, keyInForce, keyNumberOf } from '@huijiao/exchange'
import { loadOrCreateSigningKey, loadSigningKey, pemBlocks, readSigningKey, type SigningKey } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { Kysely } from 'kysely'

/** The private halves of a node's keys, by number: in the data directory, or one after another in HUIJIAO_SIGNING_KEY. */
export interface Keyring {
  /** Null when this process has no such key. */
  read(number: number): Promise<SigningKey | null>
  /** The key of a number, made when it is not there. @throws Problem parameter-invalid where keys are given and this one is not */
  make(number: number): Promise<SigningKey>
  /** Remembers outside the database that a key is in force, with the note by which it follows. */
  remember(number: number, note: string): Promise<void>
  /**
   * The key to start with: the one that the database has in force, or a later one that the data directory remembers, with its note.
   * @throws Error in two languages when it is not there
   */
  toStartWith(db: Kysely<Tables>): Promise<{ readonly key: SigningKey; readonly later: string | null }>
}

const noteForm = /^signing-key-(\d{1,9})\.note$/

/** @param given PEM blocks of HUIJIAO_SIGNING_KEY; null: the data directory's */
export function openKeyring(node: string, directory: string, given: string | null): Keyring {
  const blocks = given === null ? null : pemBlocks(given)
  const read = async (number: number): Promise<SigningKey | null> => {
    const pem = blocks === null ? await loadSigningKey(directory, number) : (blocks[number - 1] ?? null)
    return pem === null ? null : readSigningKey(keyIdOf(node, number), pem)
  }
  const remembered = async (): Promise<number> => {
    const names = blocks === null ? await readdir(directory).catch((): string[] => []) : []
    return Math.max(0, ...names.map((name) => Number(noteForm.exec(name)?.[1] ?? 0)))
  }
  return {
    read,
    make: async (number) => {
      if (blocks === null) return readSigningKey(keyIdOf(node, number), await loadOrCreateSigningKey(directory, number))
      const key = await read(number)
      if (key !== null) return key
      throw new Problem(
        'parameter-invalid',
        {
          zh: `签名私钥由 HUIJIAO_SIGNING_KEY 给出，其中没有第 ${number} 把：请把新私钥的 PEM 接在后面，重启各进程后再试`,
          en: `Keys are given by HUIJIAO_SIGNING_KEY, and it has no number ${number}: put the PEM of the new one behind the others, restart all processes and try again`,
        },
        { value: String(number) },
      )
    },
    remember: async (number, note) => {
      if (blocks !== null) return
      const path = join(directory, `signing-key-${number}.note`)
      const draft = `${path}.new-${randomBytes(6).toString('hex')}`
      // Whole or not at all: half a note would stand against the key that it speaks for.
      await writeFile(draft, note, { mode: 0o600, flush: true })
      await rename(draft, path)
    },
    toStartWith: async (db) => {
      const inForce = Math.max(1, keyNumberOf(node, await keyInForce(db, node)))
      const later = await remembered()
      const number = Math.max(inForce, later)
      const key = await read(number)
      if (key === null)
        throw new Error(
          `缺少现用的签名私钥 ${keyIdOf(node, number)}（${directory}） / the signing key ${keyIdOf(node, number)}, which is in force, is not in ${directory}`,
        )
      return { key, later: later > inForce ? await readFile(join(directory, `signing-key-${later}.note`), 'utf8') : null }
    },
  }
}
