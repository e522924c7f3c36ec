import { createHash, verify } from 'node:crypto'
import { canonical } from '../client.ts'
import type { Site } from '../world.ts'

const sha256 = (...parts: (Buffer | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The root of the first leaves of a tree (RFC 9162 2.1), kept as roots of full subtrees, so that one pass gives the root at any size. */
export class Root {
  private readonly peaks: { readonly hash: Buffer; readonly leaves: number }[] = []
  size = 0

  push(leaf: Buffer): void {
    let hash = leaf
    let leaves = 1
    while (this.peaks.at(-1)?.leaves === leaves) {
      hash = sha256(Buffer.from([1]), (this.peaks.pop() as { hash: Buffer }).hash, hash)
      leaves *= 2
    }
    this.peaks.push({ hash, leaves })
    this.size += 1
  }

  value(): Buffer {
    const last = this.peaks.at(-1)
    if (last === undefined) return sha256('')
    let { hash } = last
    for (let at = this.peaks.length - 2; at >= 0; at -= 1) hash = sha256(Buffer.from([1]), (this.peaks[at] as { hash: Buffer }).hash, hash)
    return hash
  }
}

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly signed: boolean
  readonly note: string
  /** The key that signed it, as it stands in the middle of a verifier key: 8 hex digits. */
  readonly keyHash: string
}

/** Reads a signed note and says whether a key of the node's has signed it. */
export function readCheckpoint(note: string, site: Site): Checkpoint | null {
  const end = note.indexOf('\n\n')
  if (end < 0) return null
  const text = note.slice(0, end + 1)
  const [origin, size, root] = text.split('\n')
  const line = note
    .slice(end + 2)
    .split('\n')
    .find((one) => one.startsWith(`— ${site.place.name} `))
  if (origin === undefined || size === undefined || root === undefined || line === undefined) return null
  const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
  const signed = site.publicKeys.some((key) => verify(null, Buffer.from(text), key, bytes.subarray(4)))
  return { origin, size: Number(size), root, note, signed, keyHash: bytes.subarray(0, 4).toString('hex') }
}

interface EntryRow {
  readonly index: number
  readonly kind: string
  readonly leaf: string
  readonly leaf_hash: Buffer
  readonly body_salt: Buffer | null
  readonly body: string | null
  readonly part_id: number | null
}

/** A place where the log says that it continues an epoch that has ended. */
interface Fork {
  readonly index: number
  /** `<number>/<id>` */
  readonly epoch: string
  readonly previous: { readonly epoch: string; readonly size: number; readonly root: string }
  readonly abandoned: readonly string[]
}

interface EpochName {
  readonly number: number
  readonly id: string
}
const nameOf = ({ number, id }: EpochName) => `${number}/${id}`

function forkOf(index: number, text: string): Fork {
  const body = JSON.parse(text) as { epoch: EpochName; previous: { epoch: EpochName; size: number; root: string }; abandoned: EpochName[] }
  const { size, root } = body.previous
  return {
    ...{
      index,
      epoch: nameOf(body.epoch),
      previous: { epoch: nameOf(body.previous.epoch), size, root },
      abandoned: body.abandoned.map(nameOf),
    },
  }
}

/**
 * What a checkpoint is to a log with these forks: it must be a prefix; or it is of an epoch that was left, longer than the fork or of a log that is
 * gone, and the log says so; or nothing in the log names its epoch.
 */
function standingOf(checkpoint: Checkpoint, forks: readonly Fork[]): 'prefix' | 'left' | 'unnamed' {
  const epoch = /\/epoch\/(\d+\/[^/]+)$/.exec(checkpoint.origin)?.[1] ?? ''
  const last = forks.at(-1)
  if (last === undefined || last.epoch === epoch) return 'prefix'
  const named = forks.find((fork) => fork.previous.epoch === epoch)
  if (named !== undefined) return checkpoint.size <= named.previous.size ? 'prefix' : 'left'
  return forks.some((fork) => fork.abandoned.includes(epoch)) ? 'left' : 'unnamed'
}

/**
 * Computes a node's whole log again, from its leaves: dense indexes, hashes, bodies, every checkpoint it ever signed or was seen to serve (a prefix, up to
 * a fork that the log itself names), each by the key that was in force, one entry for every part and its root over the records that it stored. Shares no
 * code with the engine.
 * @param seen checkpoints that outsiders were given while the run went on
 */
export async function checkLog(site: Site, seen: readonly Checkpoint[]): Promise<string[]> {
  const { name } = site.place
  const findings: string[] = []
  const all: { checkpoint: Checkpoint; stored: boolean }[] = seen.flatMap(({ note }) => {
    // Read again: whoever saw it may not have known of a new key yet.
    const checkpoint = readCheckpoint(note, site)
    return checkpoint === null ? [] : [{ checkpoint, stored: false }]
  })
  for (const row of await site.server.ask<{ size: number; note: string }>(site.database, 'select size, note from log_checkpoint')) {
    const checkpoint = readCheckpoint(row.note, site)
    if (checkpoint === null || !checkpoint.signed || checkpoint.size !== row.size)
      findings.push(`${name}: the checkpoint at ${row.size} is not signed by the node`)
    else all.push({ checkpoint, stored: true })
  }
  const sizes = new Set(all.map(({ checkpoint }) => checkpoint.size))
  const rootAt = new Map<number, string>([[0, new Root().value().toString('base64')]])
  const tree = new Root()
  const roots = new Map<number, string>()
  const forks: Fork[] = []
  /** From which length on which key signs. */
  const keys: { readonly from: number; readonly hash: string }[] = []
  let broken = 0
  for (let from = 0; ;) {
    const rows = await site.server.ask<EntryRow>(
      site.database,
      'select index, kind, leaf, leaf_hash, body_salt, body, part_id from log_entry where index >= $1 order by index limit 5000',
      [from],
    )
    for (const row of rows) {
      if (row.index !== tree.size) findings.push(`${name}: entry ${tree.size} is missing, ${row.index} follows`)
      const hash = sha256(Buffer.from([0]), row.leaf)
      const leaf = JSON.parse(row.leaf) as { kind?: string; body?: string }
      const body = row.body === null || row.body_salt === null ? null : `sha-256:${sha256(row.body_salt, row.body).toString('hex')}`
      if (!hash.equals(row.leaf_hash) || leaf.kind !== row.kind || leaf.body !== body) broken += 1
      if (row.kind === 'epoch') {
        const fork = forkOf(row.index, row.body ?? '{}')
        if (fork.previous.size !== row.index || fork.previous.root !== `sha-256:${tree.value().toString('hex')}`)
          findings.push(`${name}: epoch ${fork.epoch} names another log before it than there is at ${row.index}`)
        forks.push(fork)
      }
      if (row.kind === 'key') {
        const told = JSON.parse(row.body ?? '{}') as { act?: string; key?: string }
        if (told.act === 'in-force') keys.push({ from: row.index + 1, hash: told.key?.split('+')[1] ?? '' })
      }
      tree.push(hash)
      if (sizes.has(tree.size)) rootAt.set(tree.size, tree.value().toString('base64'))
      if (row.kind === 'part' && row.part_id !== null) {
        if (roots.has(row.part_id)) findings.push(`${name}: part ${row.part_id} has two entries`)
        roots.set(row.part_id, (JSON.parse(row.body ?? '{}') as { root?: string }).root ?? '')
      }
    }
    from = tree.size
    if (rows.length < 5000) break
  }
  if (broken > 0) findings.push(`${name}: ${broken} entries do not agree with their hashes`)
  const origins = new Set(all.filter(({ stored }) => stored).map(({ checkpoint }) => checkpoint.origin))
  for (const { checkpoint, stored } of all) {
    const { origin, size, root, keyHash } = checkpoint
    if (!checkpoint.signed) findings.push(`${name}: a checkpoint that was served at ${size} has no valid signature`)
    const standing = forks.length === 0 && !origins.has(origin) ? 'unnamed' : standingOf(checkpoint, forks)
    // Of a log that began again from nothing, what is older than an epoch that it names was named by the log that is gone.
    const olderThanNamed = site.anew && Number(/\/epoch\/(\d+)\//.exec(origin)?.[1]) < Number(forks.at(-1)?.epoch.split('/')[0])
    if (standing === 'unnamed' && !olderThanNamed)
      findings.push(`${name}: a checkpoint of ${origin} was served, and the log names no such epoch`)
    if (standing === 'left' && stored) findings.push(`${name}: the log keeps a checkpoint of ${origin} at ${size}, behind its fork`)
    if (standing !== 'prefix') continue
    if (size > tree.size) findings.push(`${name}: a checkpoint of size ${size} was signed, the log ends at ${tree.size}`)
    else if (rootAt.get(size) !== root) findings.push(`${name}: the checkpoint at ${size} is no prefix of the log`)
    const key = keys.findLast((one) => one.from <= size)
    if (stored && key !== undefined && key.hash !== keyHash)
      findings.push(`${name}: the checkpoint at ${size} is not signed by the key that was in force`)
  }
  findings.push(...(await checkParts(site, roots)))
  return findings
}

interface LeafRow {
  readonly part_id: number
  readonly ordinal: number
  readonly entity: string
  readonly record_id: string
  readonly operation: string
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly source_version: number | null
  readonly release: string
  readonly commitment: Buffer
}

/** Every part has its entry, and what the entry says is the root over the records that are really stored. */
async function checkParts(site: Site, roots: ReadonlyMap<number, string>): Promise<string[]> {
  const { name } = site.place
  const findings: string[] = []
  const parts = await site.server.ask<{ part_id: number; version_count: number; root: string }>(
    site.database,
    `select part_id, version_count, 'sha-256:' || encode(root, 'hex') as root from part order by part_id`,
  )
  for (let at = 0; at < parts.length; at += 200) {
    const some = parts.slice(at, at + 200)
    const rows = await site.server.ask<LeafRow>(
      site.database,
      `select v.part_id, v.ordinal, v.entity, v.record_id, v.operation, s.origin || '/' || s.participant as stream, v.epoch, v.n, v.source_version, v.release,
              v.commitment from version v join source s using (source_no) where v.part_id = any($1::int8[]) order by v.part_id, v.ordinal`,
      [some.map((part) => part.part_id)],
    )
    const byPart = Map.groupBy(rows, (row) => row.part_id)
    for (const part of some) {
      const tree = new Root()
      for (const row of byPart.get(part.part_id) ?? []) {
        const told = {
          ...{
            entity: row.entity,
            recordId: `r_${row.record_id.replaceAll('-', '')}`,
            operation: row.operation,
            stream: row.stream,
            epoch: row.epoch,
            n: row.n,
          },
          ...{ sourceVersion: row.source_version, release: row.release, commitment: `sha-256:${row.commitment.toString('hex')}` },
        }
        tree.push(sha256(Buffer.from([0]), canonical(told)))
      }
      const root = `sha-256:${tree.value().toString('hex')}`
      if (!roots.has(part.part_id)) findings.push(`${name}: part ${part.part_id} is stored without an entry`)
      else if (root !== part.root || roots.get(part.part_id) !== root || tree.size !== part.version_count)
        findings.push(`${name}: part ${part.part_id} has another root than its entry says`)
    }
  }
  if (roots.size > parts.length) findings.push(`${name}: ${roots.size - parts.length} part entries without a part`)
  return findings
}
