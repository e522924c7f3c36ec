import { open } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { usage } from '../user-error.ts'
import { rangeDigest } from './chunk.ts'
import type { Envelope, Input } from './input.ts'
import type { PushOptions, PushWatcher } from './push-file.ts'
import { readState, receiptsPath, sizeOfFile, type PushState } from './state.ts'

/**
 * The envelope of the submissions that are made of a file; only its `id` where the file brings a whole envelope.
 * @throws UserError (usage) when nobody answers for the submission, or an option contradicts the file
 */
export function completeEnvelope(input: Input, given: Envelope): Envelope {
  const own = ownEnvelope(input)
  if (own.id !== undefined) {
    if (Object.keys(given).length > 0)
      throw usage(`${input.path} 自带信封，不能再给信封选项`, `${input.path} has an envelope of its own, options cannot change it`)
    return { id: own.id }
  }
  // The file's own time makes the same push of the same file make the same submissions, even if the state beside it is lost.
  const envelope = { standard: '2018', producedAt: input.modifiedAt.toISOString(), ...own, ...given }
  if (envelope.responsible === undefined) {
    throw usage('缺少报送单位和责任人', 'the unit and the person who answer for the submission are missing', {
      zh: '用 --responsible-unit 和 --responsible-name 给出，或写在文件首行的信封里',
      en: 'give --responsible-unit and --responsible-name, or an envelope on the first line of the file',
    })
  }
  return envelope
}

function ownEnvelope(input: Input): Envelope {
  if (input.kind !== 'document') return input.envelope
  const { records: _records, ...envelope } = input.document
  return envelope
}

/**
 * The state to go on with: the earlier one if it belongs to this file and this destination, else a new one.
 * @throws UserError (usage) when the earlier push went elsewhere or under another envelope
 */
export async function beginPush(
  input: Input,
  envelope: Envelope,
  options: PushOptions,
  file: string,
  watcher: PushWatcher,
): Promise<PushState> {
  const receiptsBytes = sizeOfFile(receiptsPath(input.path))
  const fresh: PushState = {
    format: 'huijiao-push-state/1',
    destination: options.to.url,
    mode: options.mode,
    envelope,
    chunks: [],
    refusedBytes: 0,
    receiptsBytes,
  }
  const earlier = options.restart ? null : await readState(file)
  if (earlier === null) return fresh
  if (earlier.destination !== options.to.url) {
    throw usage(`${input.path} 已经或正在报送到 ${earlier.destination}`, `${input.path} was being pushed to ${earlier.destination}`, {
      zh: '报送到另一个节点：用 --state 另存续传状态；从头开始：--restart',
      en: 'to push it to another node, give that push its own --state; to begin anew, --restart',
    })
  }
  if (!(await isSameFile(input, earlier))) {
    watcher.changed()
    return fresh
  }
  if (!sameEnvelope(earlier.envelope, { ...ownEnvelope(input), ...options.envelope }) || earlier.mode !== options.mode) {
    throw usage('信封或模式与上次不同，不能续传', 'the envelope or the mode differs from the push that is to be continued', {
      zh: '用与上次相同的选项，或 --restart',
      en: 'use the same options, or --restart',
    })
  }
  if (earlier.chunks.length > 0) watcher.resumed(earlier.chunks.filter((chunk) => chunk.receipt !== null).length)
  return earlier
}

/** Whether what was sent of the file still stands in it. Lines that were added after it are welcome. */
async function isSameFile(input: Input, state: PushState): Promise<boolean> {
  if (input.kind === 'document') {
    const digest = createHash('sha256').update(input.bytes).digest('hex')
    return state.chunks.every((chunk) => chunk.digest === digest)
  }
  for (const chunk of state.chunks) {
    if (chunk.to > input.size || (await rangeDigest(input.path, chunk.from, chunk.to)) !== chunk.digest) return false
  }
  const end = state.chunks.at(-1)?.to
  if (end === undefined || end === input.size) return true
  return input.kind === 'records' && (await isLineEnd(input.path, end))
}

/** Whether a line ends at a place; if not, the last line that was sent has grown since. */
async function isLineEnd(path: string, at: number): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, at - 1)
    return buffer[0] === 10 || buffer[1] === 10 || buffer[1] === 13
  } finally {
    await file.close()
  }
}

/** What the file and the options say of the envelope must be what the push began with. */
function sameEnvelope(earlier: Envelope, now: Envelope): boolean {
  const known = earlier.id === undefined ? now : { id: now.id }
  return Object.entries(known).every(([name, value]) => JSON.stringify(earlier[name as keyof Envelope]) === JSON.stringify(value))
}
