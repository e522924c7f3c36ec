/**
 * The thread in which large bodies are read and judged, beside the one that talks with the database. It knows nothing but what it is told: the
 * release and policy that a submission is judged by, and what its records share. It stores nothing.
 */
import { parentPort } from 'node:worker_threads'
import { loadRelease, parsePolicy, type Policy, type Release, type ReleaseDocument, releases } from '@huijiao/standard'
import type { ThreadAnswer, ThreadRequest, ToldContext } from './prepare-apart.ts'
import type { RecordContext } from './prepare-record.ts'
import { createPacker } from './prepared-columns.ts'
import { prepareSlab } from './prepare-slab.ts'

const loaded = new Map<string, Release>()
const policies = new Map<string, Policy>()
const contexts = new Map<number, { context: RecordContext; next: number }>()

function releaseOf(document: string | ReleaseDocument): Release {
  if (typeof document === 'string') return releases.get(document) as Release
  const text = JSON.stringify(document)
  let release = loaded.get(text)
  if (release === undefined) loaded.set(text, (release = loadRelease(document)))
  return release
}

function policyOf(told: ToldContext): Policy {
  const text = JSON.stringify([told.policy, told.policyReleases.map((one) => (typeof one === 'string' ? one : [one.id, one.revision]))])
  let policy = policies.get(text)
  if (policy === undefined) policies.set(text, (policy = parsePolicy(told.policy, told.policyReleases.map(releaseOf))))
  return policy
}

function contextOf(told: ToldContext): RecordContext {
  const policy = policyOf(told)
  const digestSecret = Buffer.from(told.digestSecret)
  return {
    hub: { digestSecret, node: { tier: told.tier }, policy: () => policy },
    release: releaseOf(told.release),
    caller: told.caller,
    sourceNo: told.sourceNo,
    stream: told.stream,
    at: told.at,
    legacy: told.legacy,
  }
}

parentPort?.on('message', (request: ThreadRequest) => {
  if ('forget' in request) {
    contexts.delete(request.forget)
    return
  }
  const answer = (value: ThreadAnswer, transfer: readonly ArrayBuffer[] = []) => parentPort?.postMessage(value, transfer)
  try {
    const known = contexts.get(request.context)
    const context = request.told === undefined ? known?.context : contextOf(request.told)
    const next = request.firstIndex ?? known?.next
    if (context === undefined || next === undefined) throw new Error(`nothing is known of context ${request.context}`)
    const packer = createPacker(request.slab.bytes.length, request.room)
    for (const line of prepareSlab(context, request.slab, next)) packer.add(line)
    const packed = packer.finish(next)
    contexts.set(request.context, { context, next: next + packed.count })
    answer({ ask: request.ask, packed }, [packed.bytes.buffer, packed.numbers.buffer])
  } catch (error) {
    // What follows cannot be numbered any more; it is done where the slabs come from.
    contexts.delete(request.context)
    answer({ ask: request.ask, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
