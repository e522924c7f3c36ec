import { randomBytes } from 'node:crypto'
import {
  canonicalize,
  commitment,
  digestText,
  formatCheckpoint,
  leafHash,
  logLeafText,
  logOrigin,
  recordLeafHash,
  signNote,
  textHash,
  treeRoot,
} from '@huijiao/merkle'
import { splitRecord, releases, type Entity } from '@huijiao/standard'
import type { SigningKey } from '@huijiao/identity'
import { newRecordId, publicRecordId } from '../src/record-id.ts'
import {
  type TextLetter,
  type VersionsEnvelope,
  type WireEntry,
  type WireRecord,
  type WireVersion,
  writeVersionsBody,
} from '../src/versions-body.ts'

/** A record as a node that is up to no good might make one: whatever it holds, its commitment and proofs are right. */
export interface Forged {
  readonly entity?: string
  readonly release?: string
  readonly operation?: WireRecord['operation']
  readonly stream?: string
  readonly n?: number
  readonly sourceId?: string
  readonly reportingRegion?: string
  readonly flags?: readonly string[]
  /** Split as the standard says, unless `texts` are given. */
  readonly data?: Record<string, unknown>
  readonly texts?: Partial<Record<TextLetter, string>>
  /** Letters sent as their hash only. */
  readonly hashed?: string
}

export interface Forgery {
  readonly node: string
  readonly region: string
  readonly key: SigningKey
  readonly epoch: { readonly number: number; readonly id: string }
  readonly delivery?: number
}

/** A wire record with everything about it consistent. */
export function forgeVersion(forgery: Forgery, forged: Forged): WireVersion {
  const entity = releases.get(forged.release ?? '2018')?.entities.get(forged.entity ?? 'TBProjectInfo') as Entity
  const split = forged.data === undefined ? null : splitRecord(entity, forged.data)
  const texts: Partial<Record<TextLetter, string | null>> = forged.texts ?? {
    o: split?.open ?? '',
    n: split?.named ?? null,
    s: split?.sealed ?? null,
  }
  const letters = (['o', 'n', 's', 'a'] as const).filter((letter) => typeof texts[letter] === 'string')
  const salts = Object.fromEntries(letters.map((letter) => [letter, randomBytes(16)])) as Record<TextLetter, Buffer>
  const hash = (letter: TextLetter) => (typeof texts[letter] === 'string' ? textHash(salts[letter], texts[letter]) : null)
  const told = (letter: TextLetter) =>
    letters.includes(letter) && !(forged.hashed ?? '').includes(letter) ? salts[letter].toString('hex') : null
  return {
    record: {
      entity: forged.entity ?? 'TBProjectInfo',
      recordId: publicRecordId(newRecordId(new Date('2026-09-01T01:30:00Z'))),
      operation: forged.operation ?? 'upsert',
      stream: forged.stream ?? `${forgery.node}/p-city`,
      epoch: 1,
      n: forged.n ?? 1,
      sourceVersion: null,
      release: forged.release ?? '2018',
      commitment: digestText(commitment({ open: hash('o'), named: hash('n'), sealed: hash('s'), attachments: hash('a') })),
      reportingRegion: forged.reportingRegion ?? '370102',
      sourceId: forged.sourceId ?? 'XM-1',
      reason: null,
      flags: forged.flags ?? null,
      salts: { open: told('o'), named: told('n'), sealed: told('s'), ...(letters.includes('a') ? { attachments: told('a') } : {}) },
      texts: letters.join(''),
    },
    texts: letters.map((letter) =>
      (forged.hashed ?? '').includes(letter) ? `#${(hash(letter) as Buffer).toString('hex')}` : (texts[letter] as string),
    ),
  }
}

/** A whole body over a log of one entry, proven and signed. `tamper` may change what is sent after the proofs were made. */
export function forgeBody(
  forgery: Forgery,
  versions: readonly WireVersion[],
  tamper: (parts: { envelope: VersionsEnvelope; entries: WireEntry[] }) => void = () => undefined,
): Buffer {
  const leaves = versions.map(({ record }) => {
    const { entity, recordId, operation, stream, epoch, n, sourceVersion, release, commitment: committed } = record
    return recordLeafHash({ entity, recordId, operation, stream, epoch, n, sourceVersion, release, commitment: committed })
  })
  const body = canonicalize({ root: digestText(treeRoot(leaves)), versions: versions.length, records: versions.length })
  const salt = randomBytes(16)
  const leaf = logLeafText('part', '2026-09-01T01:30:00.000Z', salt, body)
  const note = signNote(
    formatCheckpoint({ origin: logOrigin(forgery.node, forgery.epoch), size: 1, root: leafHash(leaf), extensions: [] }),
    { name: forgery.node, keyObject: forgery.key.privateKey },
  )
  const parts = {
    envelope: {
      versions: 1 as const,
      delivery: forgery.delivery ?? 1,
      producedAt: '2026-09-01T01:30:00.000Z',
      from: { node: forgery.node, region: forgery.region, tier: 'municipal' as const, epoch: forgery.epoch },
      checkpoint: note,
      count: versions.length,
    },
    entries: [
      {
        custody: {
          index: 0,
          leaf,
          body,
          bodySalt: salt.toString('hex'),
          inclusion: [],
          size: versions.length,
          ordinals: null,
          proof: [],
          below: [],
        },
        versions: [...versions],
      },
    ] as WireEntry[],
  }
  tamper(parts)
  return writeVersionsBody(parts)
}
