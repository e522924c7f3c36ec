import { submitters, type SubmitterKey } from '../sample/submitters.ts'
import { request, requestJson, UnexpectedAnswer } from './http.ts'
import { type DemoNode, type DemoSettings, nodeOf } from './settings.ts'
import { type DemoState, saveState } from './state.ts'
import { say } from './words.ts'

interface NodeFacts {
  readonly keys: readonly { readonly keyId: string; readonly publicKey: string; readonly retiredAt: string | null }[]
}

/** Makes a participant unless an interrupted start has made it already. */
async function ensureParticipant(
  node: DemoNode,
  token: string,
  participant: { readonly participantId: string } & Record<string, unknown>,
): Promise<void> {
  try {
    await requestJson('GET', `${node.url}/admin/v1/participants/${participant.participantId}`, token)
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer) || error.status !== 404) throw error
    await requestJson('POST', `${node.url}/admin/v1/participants`, token, participant)
  }
}

async function enrolSystem(
  node: DemoNode,
  token: string,
  participant: { readonly participantId: string } & Record<string, unknown>,
): Promise<{ id: string; apiKey: string }> {
  const id = participant.participantId
  await ensureParticipant(node, token, participant)
  const { secret } = await requestJson<{ secret: string }>('POST', `${node.url}/admin/v1/participants/${id}/keys`, token, {
    kind: 'api-key',
  })
  return { id, apiKey: secret }
}

/** Enrols every business system at its node, and each lower node at its upstream with the key it signs by. Continues where it was interrupted. */
export async function enrolAll(settings: DemoSettings, state: DemoState): Promise<void> {
  const keys = Object.keys(submitters) as SubmitterKey[]
  if (keys.some((key) => state.participants[key] === undefined) || !state.nodesEnrolled) say('登记接入单位…', 'Enrolling participants…')
  for (const key of keys) {
    if (state.participants[key] !== undefined) continue
    const { name, tier, title, regions } = submitters[key]
    state.participants[key] = await enrolSystem(nodeOf(settings, tier), state.adminTokens[tier], {
      participantId: `p-${name}`,
      kind: 'system',
      name: title,
      regions,
    })
    saveState(settings, state)
  }
  if (state.checker === null) {
    const reader = { participantId: 'p-demo-checker', kind: 'system', name: '示例核对程序（合成数据）', regions: ['370000', '120000'] }
    state.checker = await enrolSystem(nodeOf(settings, 'national'), state.adminTokens.national, reader)
    saveState(settings, state)
  }
  if (state.nodesEnrolled) return
  for (const node of settings.nodes)
    if (node.upstream !== null) await enrolNode(node, nodeOf(settings, node.upstream), state.adminTokens[node.upstream])
  state.nodesEnrolled = true
  saveState(settings, state)
}

/** The lower node's public key is read from the node itself, as an operator would copy it from its console. */
async function enrolNode(lower: DemoNode, upper: DemoNode, token: string): Promise<void> {
  const id = `p-${lower.region}`
  const facts = JSON.parse((await request('GET', `${lower.url}/v1/node`, '-')).body.toString('utf8')) as NodeFacts
  await ensureParticipant(upper, token, {
    participantId: id,
    kind: 'node',
    name: `${lower.tier === 'municipal' ? '示例市' : '示例省'}节点（合成数据）`,
    regions: [lower.region],
    nodeName: lower.region,
  })
  const known = await requestJson<{ keys: { keyId: string }[] }>('GET', `${upper.url}/admin/v1/participants/${id}`, token)
  for (const key of facts.keys) {
    if (key.retiredAt !== null || known.keys.some((each) => each.keyId === key.keyId)) continue
    await requestJson('POST', `${upper.url}/admin/v1/participants/${id}/keys`, token, {
      kind: 'ed25519',
      keyId: key.keyId,
      publicKey: key.publicKey,
    })
  }
}
