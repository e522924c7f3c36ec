import { setTimeout as delay } from 'node:timers/promises'
import { admin, learnKeys, type Site, siteOf } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

interface Keys {
  readonly inForce: string
  readonly next: string | null
  readonly keys: readonly { readonly keyId: string; readonly publicKey: string }[]
}

/** Goes on with the key that is announced, or makes one, until it is in force. */
async function untilInForce(context: FaultContext, site: Site): Promise<Keys> {
  const before = site.key.keyId
  let keys = await admin<Keys>(site, 'GET', '/node/keys')
  if (keys.inForce === before) keys = await admin<Keys>(site, 'POST', '/node/keys/rotate', { after: before })
  for (let tries = 0; tries < 240 && keys.next !== null; tries += 1) {
    await delay(500)
    keys = await admin<Keys>(site, 'GET', '/node/keys')
  }
  await learnKeys(site)
  const used = keys.keys.find((key) => key.keyId === keys.inForce)
  if (keys.next !== null || used === undefined || keys.inForce === before)
    context.finding(`${site.place.name}: the key after ${before} did not come into force: ${JSON.stringify(keys)}`)
  else site.key = used
  return keys
}

async function rotated(context: FaultContext): Promise<Injected> {
  const site = context.random.pick([...context.world.sites.values()])
  const keys = await untilInForce(context, site)
  return { hits: keys.next === null ? 1 : 0, where: site.place.name, through: site.inward }
}

/** The level above ends a node's key at once; nothing goes up until a fresh one is registered there and brought into force. */
async function revoked(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const site = siteOf(world, random.pick(['370100', '370200', '370000']))
  const upper = siteOf(world, site.place.upstream as string)
  const before = site.key.keyId
  await admin(upper, 'DELETE', `/participants/p-${site.place.name}/keys/${before}`)
  await delay(random.int(200, 3000))
  const begun = await admin<Keys>(site, 'POST', '/node/keys/rotate', { after: before })
  const next = begun.keys.find((key) => key.keyId === begun.next)
  if (next === undefined) {
    context.finding(`${site.place.name}: a key that was revoked above is replaced without anybody there: ${JSON.stringify(begun)}`)
    return { hits: 1, where: site.place.name, through: [] }
  }
  await admin(upper, 'POST', `/participants/p-${site.place.name}/keys`, { kind: 'ed25519', keyId: next.keyId, publicKey: next.publicKey })
  await untilInForce(context, site)
  return { hits: 1, where: site.place.name, through: site.link === null ? [] : [site.link] }
}

const key = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'keys', zh, en, heavy: true, weight: 1, inject },
})

export const nodeKeyClasses: readonly FaultClass[] = [
  key('node-key-rotated', '节点签名密钥在报送中更换', 'a node’s signing key is replaced in mid-stream', rotated),
  key('node-key-revoked', '节点密钥被上级吊销，登记新密钥后恢复', 'a node’s key is revoked above, and a fresh one registered', revoked),
]
