import type { Epoch, EpochEntry } from '@huijiao/merkle'

/** What a lower node says of itself when it calls its upstream. */
export interface ContactRequest {
  readonly contact: 1
  /** 32 hex digits, random, written into the caller's database before it calls. */
  readonly call: string
  /** The latest calls before it, from the caller's database: who has not the last one is another holder of the name. */
  readonly previous: readonly string[]
  readonly epoch: Epoch
  /** The caller's latest checkpoint; null for an empty log. */
  readonly checkpoint: string | null
  /** The entries that begin its epochs, proven to the checkpoint. */
  readonly epochs: readonly EpochEntry[]
  /** It only asks what is known of it, and claims nothing. */
  readonly ask?: boolean
  /** It stops now; whoever calls after it is no second one. */
  readonly leaving?: boolean
}

/** Where a node's log stands, as it tells those below: its epoch, its latest checkpoint, and the entries that begin its epochs, proven to the checkpoint. */
export interface ToldLog {
  readonly epoch: Epoch
  readonly checkpoint: string | null
  readonly epochs: readonly EpochEntry[]
}

/** What the upstream answers, signed like a receipt. */
export interface ContactAnswer extends ToldLog {
  readonly contact: 1
  readonly call: string
  readonly node: { readonly name: string; readonly region: string; readonly tier: string }
  /** The furthest that the answering node has seen of the caller's log; null when it has seen nothing. */
  readonly seen: { readonly epoch: Epoch; readonly size: number; readonly root: string | null } | null
  /** The call by which the caller's name was heard last; null when it never was. */
  readonly lastCall: string | null
  /** The caller's name was heard a moment ago, and has not said goodbye. */
  readonly aliveNow: boolean
}

type Members = Record<string, unknown>
const members = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isEpoch = (value: unknown): boolean => {
  const epoch = members(value)
  return isCount(epoch?.['number']) && typeof epoch['id'] === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(epoch['id'])
}
const isNote = (value: unknown): boolean => value === null || (typeof value === 'string' && value.length <= 8192)

const isToldLog = (value: Members | null): boolean =>
  value !== null && isEpoch(value['epoch']) && isNote(value['checkpoint']) && Array.isArray(value['epochs'])

/** Reads what an upstream tells of its log beside another answer; null when it tells nothing that can be read. */
export function readToldLog(value: unknown): ToldLog | null {
  const told = members(value)
  return isToldLog(told) ? (told as unknown as ToldLog) : null
}

/** Reads the signed answer of an upstream; null when it is no answer to this call. */
export function readContactAnswer(bytes: Buffer, call: string, upstream: string): ContactAnswer | null {
  let value: Members | null
  try {
    value = members(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
  const seen = members(value?.['seen'])
  const sound =
    value !== null &&
    value['contact'] === 1 &&
    value['call'] === call &&
    members(value['node'])?.['name'] === upstream &&
    isToldLog(value) &&
    (value['lastCall'] === null || typeof value['lastCall'] === 'string') &&
    typeof value['aliveNow'] === 'boolean' &&
    (value['seen'] === null || (seen !== null && isEpoch(seen['epoch']) && isCount(seen['size'])))
  return sound ? (value as unknown as ContactAnswer) : null
}
