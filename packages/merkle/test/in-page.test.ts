import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as merkle from '../src/index.ts'
import type { Parsed } from './reference.ts'
import { vectorsFolder } from './make-vectors.ts'
import { keyFromSeed, labelled } from './sample-chain.ts'
import { type Questions, verifyAll } from './verify-all.ts'

const read = (name: string): Parsed => JSON.parse(readFileSync(new URL(name, vectorsFolder), 'utf8'))

function askedInPage(questions: Questions): unknown {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=browser', '--disallow-code-generation-from-strings', '--no-warnings', join(import.meta.dirname, 'in-page.ts')],
    { input: JSON.stringify(questions), encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

function bent(document: Parsed, pointer: string, value: unknown): Parsed {
  const copy = structuredClone(document)
  const path = pointer.slice(1).split('/')
  const last = path.pop()!
  path.reduce((at: Parsed, name: string) => at[name], copy)[last] = value
  return copy
}

/** A log of 300 entries, and the same with one entry changed. */
async function logs(): Promise<Questions['logs']> {
  const signer = { name: '370100.example', keyObject: keyFromSeed(labelled('key of 370100.example', 32)) }
  const leaves = Array.from({ length: 300 }, (_, i) => merkle.logLeafText('part', '2026-09-01T01:30:02.114Z', labelled('s'), `{"n":${i}}`))
  const { tiles, root } = await merkle.newTiles(
    0,
    leaves.map((leaf) => merkle.leafHash(leaf)),
    () => Buffer.alloc(0),
  )
  const checkpoint = merkle.signNote(
    merkle.formatCheckpoint({ origin: '370100.example/epoch/1/a1', size: 300, root, extensions: [] }),
    signer,
  )
  const bundlesOf = (list: string[]): string[] =>
    [list.slice(0, 256), list.slice(256)].map((part) => merkle.encodeEntryBundle(part).toString('base64'))
  const honest = {
    checkpoint,
    tiles: Object.fromEntries(tiles.map(({ level, index, hashes }) => [`${level}/${index}`, Buffer.from(hashes).toString('base64')])),
    bundles: bundlesOf(leaves),
    keys: [merkle.verifierKey(signer.name, merkle.rawPublicKey(signer.keyObject))],
  }
  return [
    honest,
    { ...honest, bundles: bundlesOf(leaves.with(270, leaves[3]!)) },
    { ...honest, checkpoint: checkpoint.replace('\n300\n', '\n299\n') },
    { ...honest, keys: [] },
  ]
}

describe('what a page verifies with', () => {
  it('comes to the same verdicts, hashes and texts as the node', async () => {
    const { trusted, document, changes } = read('custody.json')
    const { publicKey, receipt } = read('receipt.json')
    const { checkpoint, key } = read('log.json')
    const keys = [{ keyId: receipt.signatures[0].keyId, alg: 'ed25519', publicKey: Buffer.from(publicKey, 'hex').toString('base64') }]
    const questions: Questions = {
      custody: [
        [document, trusted],
        [document, null],
        [document, trusted.slice(1)],
        [{}, trusted],
        ...changes.map(({ pointer, value }: Parsed) => [bent(document, pointer, value), trusted]),
      ],
      receipts: [
        [receipt, keys],
        [{ ...receipt, outcome: 'refused' }, keys],
        [receipt, []],
      ],
      notes: [
        [checkpoint, [key.verifierKey]],
        [checkpoint.replace('260', '261'), [key.verifierKey]],
        [checkpoint, []],
        ['not a note', [key.verifierKey]],
      ],
      texts: fc.sample(fc.string({ unit: 'grapheme', maxLength: 300 }), { numRuns: 300, seed: 7 }),
      values: JSON.parse(JSON.stringify(fc.sample(fc.jsonValue(), { numRuns: 300, seed: 7 }))),
      logs: await logs(),
    }
    const here = JSON.parse(JSON.stringify(await verifyAll(merkle, questions))) as Parsed
    expect(askedInPage(questions)).toEqual(here)
    // They are verdicts of both kinds, so that two that always say no would not pass.
    expect(here.custody.map(({ outcome }: Parsed) => outcome).slice(0, 4)).toEqual(['verified', 'unproven', 'failed', 'failed'])
    expect(here.receipts).toEqual([[receipt.signatures[0].keyId], null, []])
    expect(here.logs.map(({ ok }: Parsed) => ok)).toEqual([true, false, false, false])
  }, 60_000)
})
