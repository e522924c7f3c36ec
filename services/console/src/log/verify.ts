import {
  digestText,
  inclusionProof,
  leafHash,
  openNote,
  parseCheckpoint,
  parseLogLeaf,
  splitNote,
  textHash,
  verifyInclusion,
} from '@huijiao/merkle/browser'
import { type Answer, call } from '../api/client.ts'
import { ownLog } from './reader.ts'

export type Entry = Answer<'/admin/v1/log/{index}'>

export interface Check {
  readonly name: 'form' | 'body' | 'signature' | 'inclusion'
  readonly ok: boolean
  readonly detail: string
}

const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/**
 * Checks in this page that an entry is what was logged: the leaf's form, the body under its digest, the checkpoint's signature with the node's published key,
 * and the path from the leaf to the signed root, computed from the tiles.
 */
export async function verifyEntry(entry: Entry): Promise<Check[]> {
  const checks: Check[] = []
  const leaf = parseLogLeaf(entry.leaf)
  checks.push({ name: 'form', ok: leaf !== null && leaf.kind === entry.kind, detail: entry.leaf })
  if (entry.bodyText !== null && entry.bodySalt !== null) {
    const digest = digestText(textHash(fromHex(entry.bodySalt), entry.bodyText))
    checks.push({ name: 'body', ok: leaf?.body === digest, detail: digest })
  }
  const log = ownLog()
  const note = await log.readCheckpoint()
  const { keys } = await call('get', '/v1/node')
  const names = keys.map((key) => key.verifierKey ?? '')
  let signed: string[]
  try {
    signed = [...openNote(note, names).verified]
  } catch (error) {
    checks.push({ name: 'signature', ok: false, detail: error instanceof Error ? error.message : String(error) })
    return checks
  }
  const checkpoint = parseCheckpoint(splitNote(note).text)
  checks.push({ name: 'signature', ok: signed.length > 0, detail: `${checkpoint.origin} · ${checkpoint.size} · ${signed.join(', ')}` })
  try {
    const proof = await inclusionProof(entry.index, checkpoint.size, log.readTile)
    const ok = verifyInclusion(leafHash(entry.leaf), entry.index, checkpoint.size, proof, checkpoint.root)
    checks.push({ name: 'inclusion', ok, detail: String(proof.length) })
  } catch (error) {
    checks.push({ name: 'inclusion', ok: false, detail: error instanceof Error ? error.message : String(error) })
  }
  return checks
}
