import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigningKey, publicKeyFromRaw, sealer, verifyDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../src/log.ts'
import { type TestNode, enrol, project, startTestNode, submission } from './node.ts'

let node: TestNode
afterEach(() => node.stop())

const { privateKeyPem, publicKeyRaw } = createSigningKey()

describe('a node whose keys are given', () => {
  it('signs, finds and seals with them, writes none to disk and none to the log', async () => {
    const [digestSecret, sealingKey] = [randomBytes(32), randomBytes(32)]
    const env = {
      HUIJIAO_SIGNING_KEY: privateKeyPem,
      HUIJIAO_DIGEST_SECRET: digestSecret.toString('base64'),
      HUIJIAO_SEALING_KEY: sealingKey.toString('base64'),
    }
    let logged = ''
    const log = createLog({ level: 'trace', node: '370100', destination: { write: (line) => (logged += line) } })
    node = await startTestNode({ env, log })
    const { keys } = (await node.app.inject({ url: '/v1/node' })).json() as { keys: { publicKey: string }[] }
    expect(keys.map((key) => key.publicKey)).toEqual([publicKeyRaw.toString('base64')])
    const { headers } = await enrol(node.context)
    const answer = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload: submission([project(1)]) })
    const { signatures, ...signed } = answer.json()
    const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(publicKeyRaw) }
    expect(verifyDocument(canonicalize(signed), signatures, () => key)).toEqual({ verified: ['370100-1'], broken: [], unknown: [] })
    const { hub, config } = node.context
    expect(hub.digestSecret.equals(digestSecret)).toBe(true)
    expect(sealer(sealingKey).open(hub.sealer.seal('密', 'a'), 'a')).toBe('密')
    expect(await readdir(node.dataDir)).not.toContain('secrets')
    log.info({ config, ...config.secrets }, 'everything there is')
    expect(logged).toContain('everything there is')
    for (const secret of [privateKeyPem.split('\n')[1]!, env.HUIJIAO_DIGEST_SECRET, env.HUIJIAO_SEALING_KEY])
      expect(logged).not.toContain(secret)
  })

  it('keeps only the others in its data directory', async () => {
    node = await startTestNode({ env: { HUIJIAO_SIGNING_KEY: privateKeyPem } })
    expect(node.context.hub.signingKey.publicKey.equals(publicKeyRaw)).toBe(true)
    expect((await readdir(join(node.dataDir, 'secrets'))).toSorted()).toEqual(['digest-secret', 'sealing-key'])
  })
})
