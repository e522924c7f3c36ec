/**
 * Makes the three nodes of docker-compose.yml known to each other, and one business system known to the city:
 *
 *   node docker/enrol.mjs
 *
 * A node above takes only what a participant of kind `node` signed with a key it knows, so the city's public key is registered at the
 * province and the province's at the nation. Safe to run again: what is registered stays. Reads the operators' tokens from `.env` (or the
 * environment) and prints the business system's API key the one time it is made.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), '.env')
const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
const env = {
  ...Object.fromEntries(
    lines.filter((line) => line.includes('=')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ),
  ...process.env,
}

const nodes = {
  municipal: { url: 'http://127.0.0.1:7101', token: env.MUNICIPAL_ADMIN_TOKEN, upstream: 'provincial' },
  provincial: { url: 'http://127.0.0.1:7201', token: env.PROVINCIAL_ADMIN_TOKEN, upstream: 'national' },
  national: { url: 'http://127.0.0.1:7301', token: env.NATIONAL_ADMIN_TOKEN },
}

/** Answers null for what is not there. */
async function call(node, path, body) {
  const response = await fetch(`${node.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${node.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`${node.url}${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

/** The participant with its keys; made when it is not there. */
async function ensureParticipant(node, participant) {
  const path = `/admin/v1/participants/${participant.participantId}`
  return (await call(node, path)) ?? (await call(node, '/admin/v1/participants', participant))
}

async function enrolNode(lower) {
  const upper = nodes[lower.upstream]
  const facts = await call(lower, '/v1/node')
  const participantId = `p-${facts.name}`
  const { keys = [] } = await ensureParticipant(upper, {
    participantId,
    kind: 'node',
    name: facts.name,
    regions: [facts.region],
    nodeName: facts.name,
  })
  for (const key of facts.keys.filter((one) => !one.retiredAt && !keys.some((known) => known.keyId === one.keyId))) {
    await call(upper, `/admin/v1/participants/${participantId}/keys`, { kind: 'ed25519', keyId: key.keyId, publicKey: key.publicKey })
  }
  console.log(`✓ ${facts.name} → ${lower.upstream}`)
}

async function enrolSystem(node) {
  const participantId = 'p-demo'
  const { keys = [] } = await ensureParticipant(node, { participantId, kind: 'system', name: '示例业务系统（合成）', regions: ['370100'] })
  if (keys.length > 0) return console.log(`✓ ${participantId}`)
  const { secret } = await call(node, `/admin/v1/participants/${participantId}/keys`, { kind: 'api-key' })
  console.log(`✓ ${participantId}：API 密钥只显示这一次 · its API key, shown this once:\n${secret}`)
}

await enrolNode(nodes.municipal)
await enrolNode(nodes.provincial)
await enrolSystem(nodes.municipal)
