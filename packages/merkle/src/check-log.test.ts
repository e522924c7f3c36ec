import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import {
  checkLog,
  encodeEntryBundle,
  EntriesDetached,
  formatCheckpoint,
  leafHash,
  logLeafText,
  newTiles,
  rawPublicKey,
  signNote,
  tileHashes,
  treeRoot,
  verifierKey,
  type LogFinding,
  type LogReader,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = { name: '370100.example', keyObject: privateKey }
const key = verifierKey(signer.name, rawPublicKey(publicKey))
const origin = '370100.example/epoch/1/a1'
const salt = Buffer.alloc(16, 3)
const leafText = (i: number): string => logLeafText('part', '2026-09-01T01:30:02.114Z', salt, `{"n":${i}}`)
const leaves = Array.from({ length: 66_000 }, (_, i) => leafText(i))
const hashes = leaves.map((leaf) => leafHash(leaf))
const note = (size: number, root: Buffer): string => signNote(formatCheckpoint({ origin, size, root, extensions: [] }), signer)

/** A whole log in memory, and a reader that serves it. */
async function honestLog(size: number) {
  const { tiles, root } = await newTiles(0, hashes.slice(0, size), () => Buffer.alloc(0))
  const stored = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]))
  const reader: LogReader = {
    readCheckpoint: () => note(size, root),
    readTile: (level, index) => stored.get(`${level}/${index}`) ?? Promise.reject(new Error('404')),
    readEntries: (index, width) => encodeEntryBundle(leaves.slice(index * 256, index * 256 + width)),
  }
  return { reader, stored, root }
}
const named = (findings: readonly LogFinding[]): (string | number)[][] =>
  findings.map(({ kind, level, index }) => [kind, ...(level === undefined ? [] : [level]), ...(index === undefined ? [] : [index])])

describe('checking a whole log', () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 513, 5000, 65_536, 66_000])(
    'finds nothing wrong with an honest log of %i entries',
    async (size) => {
      const { reader } = await honestLog(size)
      const seen: number[] = []
      const report = await checkLog(reader, { verifierKeys: [key], origin }, ({ entries }) => seen.push(entries))
      expect(report.findings).toEqual([])
      expect(report).toMatchObject({ ok: true, signature: 'verified', signedBy: [signer.name], origin, size, entries: size })
      expect(seen.at(-1) ?? 0).toBe(size)
    },
  )

  it('says that it did not check the signature when it was given no key', async () => {
    const { reader } = await honestLog(3)
    expect(await checkLog(reader)).toMatchObject({ ok: true, signature: 'unchecked', signedBy: [] })
  })

  it('tells of ranges that are kept elsewhere, each once, and computes the rest and the root as before', async () => {
    const { reader } = await honestLog(1000)
    const range = { from: 0, to: 512, place: 'archive 7', digest: `sha-256:${'0'.repeat(64)}` }
    const kept = (detached: typeof range): LogReader => ({
      ...reader,
      readEntries: (index, width) => {
        if (index < 2) throw new EntriesDetached(detached)
        return reader.readEntries(index, width)
      },
    })
    expect(await checkLog(kept(range), { verifierKeys: [key], origin })).toMatchObject({ ok: true, entries: 488, detached: [range] })
    expect((await checkLog(reader)).detached).toEqual([])
    // A range that does not cover what was asked for explains nothing, and its tile must be there whatever is kept elsewhere.
    expect(named((await checkLog(kept({ ...range, to: 256 }))).findings)).toEqual([['bundle', 1]])
    const readTile: LogReader['readTile'] = (level, index, width) => {
      if (level === 0 && index === 1) throw new Error('404')
      return reader.readTile(level, index, width)
    }
    const blind = await checkLog({ ...kept(range), readTile })
    expect([blind.ok, named(blind.findings)]).toEqual([
      false,
      expect.arrayContaining([
        ['tile', 0, 1],
        ['bundle', 1],
      ]),
    ])
    const forged: LogReader = {
      ...kept(range),
      readTile: (level, index) => (level === 0 && index === 0 ? Buffer.alloc(256 * 32) : reader.readTile(level, index, 256)),
    }
    expect((await checkLog(forged)).ok).toBe(false)
  })

  it('locates an entry that was changed, and only that', async () => {
    const { reader } = await honestLog(1000)
    const readEntries: LogReader['readEntries'] = (index, width) => {
      const bundle = leaves.slice(index * 256, index * 256 + width)
      return encodeEntryBundle(index === 1 ? bundle.with(9, leafText(5)) : bundle)
    }
    const report = await checkLog({ ...reader, readEntries }, { verifierKeys: [key] })
    expect(named(report.findings)).toEqual([['leaf', 256 + 9]])
    expect(report.ok).toBe(false)
  })

  it('locates an entry and its leaf hash changed together, at the tile above', async () => {
    const { reader, stored } = await honestLog(1000)
    const tile = tileHashes(stored.get('0/1') as Buffer, 256)
    stored.set('0/1', Buffer.concat(tile.with(9, leafHash(leafText(5)))))
    const readEntries: LogReader['readEntries'] = (index, width) => {
      const bundle = leaves.slice(index * 256, index * 256 + width)
      return encodeEntryBundle(index === 1 ? bundle.with(9, leafText(5)) : bundle)
    }
    expect(named((await checkLog({ ...reader, readEntries })).findings)).toEqual([['tile', 0, 1]])
  })

  it('finds a log that was rewritten from bottom to top under its old checkpoint', async () => {
    const { root } = await honestLog(600)
    const forged = hashes.slice(0, 600).with(3, leafHash(leafText(7)))
    const { tiles } = await newTiles(0, forged, () => Buffer.alloc(0))
    const reader: LogReader = {
      readCheckpoint: () => note(600, root),
      readTile: (level, index) => tiles.find((tile) => tile.level === level && tile.index === index)?.hashes as Buffer,
      readEntries: (index, width) => encodeEntryBundle(leaves.with(3, leafText(7)).slice(index * 256, index * 256 + width)),
    }
    expect(named((await checkLog(reader)).findings)).toEqual([['root']])
    const signedAnew = { ...reader, readCheckpoint: () => note(600, treeRoot(forged)) }
    expect((await checkLog(signedAnew, { verifierKeys: [key] })).ok).toBe(true)
    const report = await checkLog(signedAnew, { verifierKeys: [key], previous: { size: 500, root: treeRoot(hashes.slice(0, 500)) } })
    expect(named(report.findings)).toEqual([['history']])
  })

  it('accepts the continuation of an earlier checkpoint, and finds a log that shrank', async () => {
    const { reader } = await honestLog(700)
    expect((await checkLog(reader, { previous: { size: 300, root: treeRoot(hashes.slice(0, 300)) } })).ok).toBe(true)
    const longer = { size: 701, root: treeRoot(hashes.slice(0, 701)) }
    expect(named((await checkLog(reader, { previous: longer })).findings)).toEqual([['history']])
  })

  it('finds every single changed hash in every tile', async () => {
    const { reader, stored } = await honestLog(700)
    for (const [name, tile] of stored) {
      for (let at = 0; at < tile.length; at += 32 * 37) {
        stored.set(name, Buffer.from(tile).fill(0xee, at, at + 1))
        const { findings } = await checkLog(reader)
        const position = Number(name.split('/')[1]) * 256 + at / 32
        if (name.startsWith('0/')) expect(named(findings)).toContainEqual(['leaf', position])
        else expect(named(findings)).toContainEqual(['tile', 0, position])
      }
      stored.set(name, tile)
    }
  })

  it('reports a tile or bundle that is missing or cut short, and goes on', async () => {
    const { reader, stored } = await honestLog(1000)
    stored.delete('0/1')
    expect(named((await checkLog(reader)).findings)).toEqual([['tile', 0, 1]])
    const noEntries: LogReader = {
      ...reader,
      readEntries: (index, width) => encodeEntryBundle(leaves.slice(index * 256, index * 256 + width - (index === 2 ? 1 : 0))),
    }
    const report = await checkLog(noEntries)
    expect(named(report.findings)).toEqual([
      ['tile', 0, 1],
      ['bundle', 2],
    ])
    expect(report.entries).toBe(1000 - 256)
  })

  it('finds entries that are no log leaf, or only look like one because their bytes are not UTF-8', async () => {
    const torn = Buffer.from(leafText(0))
    torn[torn.indexOf('part')] = 0xff
    const odd = [...leaves.slice(0, 3), '{"name":"某人"}', torn]
    const { tiles, root } = await newTiles(
      0,
      odd.map((leaf) => leafHash(leaf)),
      () => Buffer.alloc(0),
    )
    const reader: LogReader = {
      readCheckpoint: () => note(5, root),
      readTile: () => tiles[0]?.hashes as Buffer,
      readEntries: () => encodeEntryBundle(odd),
    }
    expect(named((await checkLog(reader)).findings)).toEqual([
      ['form', 3],
      ['form', 4],
    ])
  })

  it('reports a wrong signature, a wrong origin, and a checkpoint that is none', async () => {
    const { reader } = await honestLog(10)
    const stranger = verifierKey('stranger', rawPublicKey(generateKeyPairSync('ed25519').publicKey))
    expect(named((await checkLog(reader, { verifierKeys: [stranger], origin: 'other' })).findings)).toEqual([['origin'], ['signature']])
    expect(named((await checkLog({ ...reader, readCheckpoint: () => 'x' })).findings)).toEqual([['checkpoint']])
    expect(named((await checkLog({ ...reader, readCheckpoint: () => Promise.reject(new Error('offline')) })).findings)).toEqual([
      ['checkpoint'],
    ])
  })

  it('gives up on a checkpoint that claims more than can be read, instead of asking for ever', async () => {
    const { reader } = await honestLog(10)
    let reads = 0
    const readEntries = () => ((reads += 1), Promise.reject(new Error('404')))
    const report = await checkLog({
      ...reader,
      readEntries,
      readTile: () => Promise.reject(new Error('404')),
      readCheckpoint: () => note(2 ** 50, treeRoot(hashes)),
    })
    expect(report.ok).toBe(false)
    expect(reads).toBeLessThan(40)
  })
})
