/** A log of ten million entries: how long it takes to show that one of them is in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byteaArray, int4Array, int8Array, migrate, openDatabase, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { entryProof } from '@huijiao/exchange'
import { consistencyProof, newTiles, type NewTile, sha256, verifyConsistency, verifyInclusion } from '@huijiao/merkle'
import { sql } from 'kysely'
import { type Figure, figure, percentile } from '../figures.ts'
import { milliseconds } from '../measure.ts'
import type { Scenario } from '../scenario.ts'

const size = 10_000_000
/** Leaves that are added at a time: whole tiles, so that none is written twice. */
const step = 256 * 512
const asked = 500

const hashOf = (index: number): Buffer => sha256(Buffer.from(`entry ${index}`))

export const proofs: Scenario = {
  name: 'proofs',
  zh: '一千万条目的日志：证明',
  en: 'Proofs of a log of ten million entries',
  long: true,
  async run({ say }) {
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-bench-'))
    const dataDir = join(dir, 'postgres')
    const postgres = await startEmbeddedPostgres({ dataDir })
    await postgres.ensureDatabase('proofs')
    await migrate(postgres.url('proofs'))
    const { db, close } = openDatabase({ url: postgres.url('proofs'), poolMax: 2 })
    try {
      // Only the tiles: the entries themselves are not asked for by a proof.
      const edge = new Map<string, Buffer>()
      const readEdge = async (level: number, index: number) => edge.get(`${level}/${index}`) as Buffer
      const roots = new Map<number, Buffer>()
      const put = async (tiles: readonly NewTile[]) => {
        await sql`
          insert into log_tile (level, tile, hashes)
          select * from unnest(${int4Array(tiles.map((tile) => tile.level))}::int4[], ${int8Array(tiles.map((tile) => tile.index))}::int8[],
                               ${byteaArray(tiles.map((tile) => tile.hashes))}::bytea[])
          on conflict (level, tile) do update set hashes = excluded.hashes`.execute(db)
        for (const tile of tiles) if (tile.width < 256) edge.set(`${tile.level}/${tile.index}`, tile.hashes)
      }
      for (let at = 0; at < size; at += step) {
        const leaves = Array.from({ length: Math.min(step, size - at) }, (_, one) => hashOf(at + one))
        const { tiles, root, size: now } = await newTiles(at, leaves, readEdge)
        await put(tiles)
        roots.set(now, root)
        if ((at / step) % 20 === 19) say(`已编入 ${now} 个条目`, 'entries in the tree')
      }
      await sql`vacuum analyze log_tile`.execute(db)
      const root = roots.get(size) as Buffer
      const inclusion: number[] = []
      for (let one = 0; one < asked; one += 1) {
        const index = (one * 7_919_771) % size
        let proof: Buffer[] = []
        inclusion.push(await milliseconds(async () => (proof = await entryProof(db, index, size))))
        if (!verifyInclusion(hashOf(index), index, size, proof, root)) throw new Error(`the proof of entry ${index} does not hold`)
      }
      const older = [...roots.keys()].slice(0, -1)
      const consistency: number[] = []
      for (const before of older) {
        let proof: Buffer[] = []
        const read = async (level: number, index: number) =>
          (await db.selectFrom('log_tile').select('hashes').where('level', '=', level).where('tile', '=', index).executeTakeFirstOrThrow())
            .hashes
        consistency.push(await milliseconds(async () => (proof = await consistencyProof(before, size, read))))
        if (!verifyConsistency(before, roots.get(before) as Buffer, size, root, proof))
          throw new Error(`the proof from ${before} does not hold`)
      }
      const one = (id: string, zh: string, en: string, rounds: number[], goal: number | null): Figure =>
        figure({
          ...{ id, title: { zh, en }, value: percentile(rounds, 0.95), unit: 'ms', limit: null, rounds },
          goal: goal === null ? null : { kind: 'value-max', at: goal },
        })
      return [
        one('inclusion_proof_10m_p95_ms', '一千万条目中一条的包含证明', 'Inclusion proof of one entry of ten million', inclusion, 5),
        one(
          'consistency_proof_10m_p95_ms',
          '一千万条目日志的一致性证明',
          'Consistency proof of a log of ten million entries',
          consistency,
          null,
        ),
      ]
    } finally {
      await close()
      await removeEmbeddedPostgres(dataDir)
      await rm(dir, { recursive: true, force: true })
    }
  },
}
