/**
 * Makes the three nodes of docker-compose.yml known to each other, and one business system known to the city:
 *
 *   node docker/enrol.mjs
 *
 * A node above takes only what a participant of kind `node` signed with a key it knows, so the city's public key is registered at the
 * province and the province's at the nation. Safe to run again: what is registered stays. Reads the operators' tokens from `.env` (or the
 * environment) and prints the business system's API key the one time it is made.
 */
import { createPublicKey } from 'node:crypto'
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

async function call(node, path, body) {
  const response = await fetch(`${node.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${node.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${node.url}${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

/** The participants of a node, all pages. */
async function participantsOf(node) {
  const found = []
  for (let path = '/admin/v1/participants'; path;) {
    const page = await call(node, path)
    found.push(...page.items)
    path = page.next ? `/admin/v1/participants?cursor=${encodeURIComponent(page.next)}` : undefined
  }
  return found
}

function pem(rawBase64) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(rawBase64, 'base64')])
  return createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' })
}

async function enrolNode(lower) {
  const upper = nodes[lower.upstream]
  const facts = await call(lower, '/v1/node')
  if ((await participantsOf(upper)).some((one) => one.nodeName === facts.name))
    return console.log(`${facts.name} 已登记 · is enrolled already`)
  const { participantId } = await call(upper, '/admin/v1/participants', {
    kind: 'node',
    name: facts.name,
    regions: [facts.region],
    nodeName: facts.name,
  })
  for (const key of facts.keys.filter((one) => !one.retiredAt)) {
    await call(upper, `/admin/v1/participants/${participantId}/keys`, { kind: 'ed25519', keyId: key.keyId, publicKey: pem(key.publicKey) })
  }
  console.log(`已登记 ${facts.name} → ${lower.upstream} · enrolled`)
}

async function enrolSystem(node) {
  const name = '示例业务系统（合成）'
  if ((await participantsOf(node)).some((one) => one.name === name)) return console.log(`${name} 已登记 · is enrolled already`)
  const { participantId } = await call(node, '/admin/v1/participants', { kind: 'system', name, regions: ['370100'] })
  const { secret } = await call(node, `/admin/v1/participants/${participantId}/keys`, { kind: 'api-key' })
  console.log(`接入单位 ${participantId} 的 API 密钥（只显示这一次）· its API key, shown this once:\n${secret}`)
}

await enrolNode(nodes.municipal)
await enrolNode(nodes.provincial)
await enrolSystem(nodes.municipal)
