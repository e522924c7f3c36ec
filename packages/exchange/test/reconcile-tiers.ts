import { publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import {
  answerReconcile,
  findReconcileRun,
  type Reconciled,
  type ReconcileRequest,
  type SendReconcile,
  sequenceLog,
  type ShownRun,
  startReconcile,
  stepReconcile,
} from '../src/index.ts'
import { forwardAll, type Tiers } from './two-tiers.ts'

/** Hands a question to the upstream as its route would; numbers what is pending there, as its sequencer does by itself. */
export const askAbove = (tiers: Tiers, before?: (request: ReconcileRequest) => Promise<void>): SendReconcile => ({
  post: async (_link, body) => {
    const request = JSON.parse(body.toString()) as ReconcileRequest
    await before?.(request)
    await sequenceLog(tiers.upper.hub)
    try {
      return { status: 200, body: Buffer.from(JSON.stringify(await answerReconcile(tiers.upper.hub, tiers.caller, request))) }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { status: error.status, body: Buffer.from(JSON.stringify(error.toDocument())) }
    }
  },
  signedByUpstream: async (_link, document) => {
    const { signatures, ...rest } = JSON.parse(document.toString())
    const { signingKey } = tiers.upper.hub
    const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(signingKey.publicKey) }
    const { verified, broken } = verifyDocument(canonicalize(rest), signatures, (keyId) => (keyId === signingKey.keyId ? key : null))
    return verified.length === 1 && broken.length === 0
  },
})

/** Runs a comparison to its end, sending records again where it asks for that. */
export async function reconcileTiers(tiers: Tiers, send: SendReconcile = askAbove(tiers)): Promise<ShownRun> {
  const { lower, upper, linkNo, linkName } = tiers
  await Promise.all([sequenceLog(lower.hub), sequenceLog(upper.hub)])
  const { run_id } = await startReconcile(lower.hub, 'operator:test', linkName)
  const steps: Reconciled[] = []
  for (;;) {
    const step = await stepReconcile(lower.hub, linkNo, send)
    steps.push(step)
    if (step !== 'waiting' || steps.length > 50) break
    await forwardAll(lower.hub, linkNo, tiers.send)
    await sequenceLog(lower.hub)
  }
  await sequenceLog(lower.hub)
  await sequenceLog(upper.hub)
  return await findReconcileRun(lower.hub.db, linkNo, run_id)
}
