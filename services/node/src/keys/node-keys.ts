import { randomBytes } from 'node:crypto'
import {
  announcedKey,
  announceKey,
  bringKeyInForce,
  giveUpKey,
  type Hub,
  keyInForce,
  keyNumberOf,
  keyOverlapMs,
  nextKeyNumber,
  noteTold,
  ownKeyList,
  untoldKeys,
  useKey,
  wasTold,
} from '@huijiao/exchange'
import type { SigningKey } from '@huijiao/identity'
import { verifierKey } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { postEpoch } from '../epochs/call-upstream.ts'
import type { Upstreams } from '../upstream-keys.ts'
import type { Upstream } from '../upstreams.ts'
import type { Keyring } from './keyring.ts'

/** `taken`: it has the key that is to follow; `waiting`: it was not asked yet, or could not be; `refused`: it knows neither key; `by-hand`: nothing can be told by folders. */
export type UpstreamKeyState = 'taken' | 'waiting' | 'refused' | 'by-hand'

export interface KeysShown {
  readonly inForce: string
  /** The key that is to follow; null when none is. */
  readonly next: string | null
  readonly keys: readonly {
    readonly keyId: string
    readonly publicKey: string
    readonly verifierKey: string
    readonly createdAt: string
    readonly retiredAt: string | null
    readonly statement: string | null
  }[]
  /** Who has to know the key that is to follow before it is used. */
  readonly upstreams: readonly { readonly name: string; readonly state: UpstreamKeyState; readonly status: number | null }[]
}

/** The keys of this node: which one signs, and how another takes its place. */
export interface NodeKeys {
  show(): Promise<KeysShown>
  /**
   * Makes a key and announces it, or goes on with the one that is announced; brings it into force once every upstream has it. One that came into force less
   * than 24 hours ago stays: who asks again has not seen that it did.
   * @param options `after`: the key that is to be replaced, however young; asked again, it is not replaced twice; `afresh`: another one even so, and in the place of one that is announced; `force`: does not wait for upstreams
   */
  rotate(actor: string, options: { readonly afresh: boolean; readonly force: boolean; readonly after: string | null }): Promise<KeysShown>
  /** Tells an upstream what it has not been told; brings the announced key into force when that was the last. @param unknown it did not know this node's key just now */
  tell(upstream: string, unknown: boolean): Promise<void>
  /** Another process may have brought a key into force. */
  refresh(): Promise<void>
}

/** Keys before the one in force with which an upstream is tried that was put back to when it knew only them. */
const earlierTried = 3

export function createNodeKeys(parts: {
  readonly hub: () => Hub
  readonly config: Config
  readonly keyring: Keyring
  readonly upstreams: Upstreams
  readonly log: Logger
}): NodeKeys {
  const { config, keyring, log } = parts
  const asked = new Map<string, number | null>()
  let turn: Promise<unknown> = Promise.resolve()
  /** One at a time in this process; the database keeps processes apart. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work, work)
    turn = done.catch(() => undefined)
    return done
  }
  // The adapter of front tables signs with a key of its own.
  const upstreams = config.upstreams.filter((upstream) => /^(?:https?|folder):/.test(upstream.url))
  const overHttp = (upstream: Upstream) => upstream.url.startsWith('http')

  const post = async (upstream: Upstream, signingKey: SigningKey, told: object): Promise<number | null> => {
    const { clock, node } = parts.hub()
    const call = randomBytes(16).toString('hex')
    const body = Buffer.from(JSON.stringify({ call, ...told }))
    const timeoutMs = config.jobs.sendTimeoutMs
    const answer = await postEpoch({ signingKey, clock, node }, upstream, { path: '/v1/node-keys', body, timeoutMs, seen: null }).catch(
      () => null,
    )
    if (answer?.status !== 200) return answer?.status ?? null
    // A page that somebody puts in the way answers 200, too.
    if (!(await parts.upstreams.signedBy(upstream.name, answer.body).catch(() => false))) return null
    return (JSON.parse(answer.body.toString()) as { call?: string }).call === call ? 200 : null
  }
  /** The keys with which an upstream may know this node: the one in force, the announced one, those before. */
  const signers = async (unknown: boolean): Promise<SigningKey[]> => {
    const hub = parts.hub()
    const announced = await announcedKey(hub)
    const earlier = unknown
      ? (await ownKeyList(hub))
          .filter((key) => key.retiredAt !== null)
          .toReversed()
          .slice(0, earlierTried)
      : []
    const ids = [...(announced === null ? [] : [announced.keyId]), ...earlier.map((key) => key.keyId)]
    const others = await Promise.all(ids.map((id) => keyring.read(keyNumberOf(hub.node.name, id)).catch(() => null)))
    return [{ ...hub.signingKey }, ...others.filter((key) => key !== null)]
  }
  const tellOne = async (upstream: Upstream, unknown: boolean): Promise<void> => {
    const hub = parts.hub()
    const untold = await untoldKeys(hub, upstream.name)
    const own = unknown ? (await ownKeyList(hub)).flatMap((key) => (key.statement === null ? [] : [key])) : []
    const statements = [
      ...untold.statements,
      ...own
        .filter((key) => !untold.statements.some((one) => one.keyId === key.keyId))
        .map((key) => ({ node: hub.node.name, keyId: key.keyId, note: key.statement as string })),
    ]
    if (statements.length > 0) {
      let status: number | null = null
      for (const key of await signers(unknown)) {
        status = await post(upstream, key, { statements: statements.map((one) => one.note) })
        if (status !== 401 && status !== 403) break
      }
      asked.set(upstream.name, status)
      if (status !== 200) return void log.warn({ upstream: upstream.name, status }, 'the upstream has not taken the new key')
      await noteTold(hub, upstream.name, { statements, inForce: null })
    }
    const inForce = unknown && own.length > 0 ? await keyInForce(hub.db, hub.node.name) : untold.inForce
    if (inForce === null || inForce !== hub.signingKey.keyId) return
    const retired = (await ownKeyList(hub)).flatMap((key) => (key.retiredAt === null ? [] : [key.retiredAt.getTime()]))
    const until = new Date(Math.max(0, ...retired) + keyOverlapMs).toISOString()
    if ((await post(upstream, { ...hub.signingKey }, { statements: [], inForce: { keyId: inForce, until } })) === 200)
      await noteTold(hub, upstream.name, { statements: [], inForce })
  }
  const stateOf = async (upstream: Upstream, keyId: string): Promise<UpstreamKeyState> => {
    if (!overHttp(upstream)) return 'by-hand'
    if (await wasTold(parts.hub(), upstream.name, keyId)) return 'taken'
    const status = asked.get(upstream.name) ?? null
    return status === null || status >= 500 || status === 429 ? 'waiting' : 'refused'
  }
  const complete = async (actor: string, force: boolean): Promise<void> => {
    const hub = parts.hub()
    const next = await announcedKey(hub)
    if (next === null) return
    const states = await Promise.all(upstreams.map((upstream) => stateOf(upstream, next.keyId)))
    if (!force && states.some((state) => state !== 'taken')) return
    const number = keyNumberOf(hub.node.name, next.keyId)
    const key = await keyring.read(number)
    if (key === null) return // another process has it
    if (await bringKeyInForce(hub, actor, key)) await keyring.remember(number, next.statement as string)
  }
  const show = async (): Promise<KeysShown> => {
    const hub = parts.hub()
    const { name } = hub.node
    const [inForce, next, keys] = await Promise.all([keyInForce(hub.db, name), announcedKey(hub), ownKeyList(hub)])
    return {
      inForce,
      next: next?.keyId ?? null,
      keys: keys.map((key) => ({
        keyId: key.keyId,
        publicKey: key.publicKey.toString('base64'),
        verifierKey: verifierKey(name, key.publicKey),
        createdAt: key.createdAt.toISOString(),
        retiredAt: key.retiredAt?.toISOString() ?? null,
        statement: key.statement,
      })),
      upstreams: await Promise.all(
        upstreams.map(async (upstream) => ({
          name: upstream.name,
          state: next === null ? await stateOf(upstream, inForce) : await stateOf(upstream, next.keyId),
          status: asked.get(upstream.name) ?? null,
        })),
      ),
    }
  }
  /** The key in force is so young that the one before it may still prove requests: who asks again means this change, not another one. */
  const justReplaced = async (): Promise<boolean> => {
    const hub = parts.hub()
    const inForce = keyNumberOf(hub.node.name, await keyInForce(hub.db, hub.node.name))
    const before = (await ownKeyList(hub)).filter((key) => keyNumberOf(hub.node.name, key.keyId) < inForce)
    const since = Math.max(Number.NEGATIVE_INFINITY, ...before.map((key) => key.retiredAt?.getTime() ?? Number.NEGATIVE_INFINITY))
    return hub.clock.now().getTime() - since < keyOverlapMs
  }
  return {
    show,
    rotate: (actor, { afresh, force, after }) =>
      inTurn(async () => {
        const hub = parts.hub()
        const announced = await announcedKey(hub)
        if (announced !== null && afresh) await giveUpKey(hub, actor, announced.keyId)
        const meant = after === null ? !(await justReplaced()) : after === (await keyInForce(hub.db, hub.node.name))
        if (afresh || (announced === null && meant)) {
          const key = await keyring.make(await nextKeyNumber(hub))
          if (key.publicKey.equals(hub.signingKey.publicKey))
            throw new Problem('parameter-invalid', { zh: '新密钥与现用的相同', en: 'The new key is the one in force' })
          await announceKey(hub, actor, key)
        }
        for (const upstream of upstreams.filter(overHttp)) await tellOne(upstream, false)
        await complete(actor, force)
        for (const upstream of upstreams.filter(overHttp)) await tellOne(upstream, false)
        return await show()
      }),
    tell: (name, unknown) =>
      inTurn(async () => {
        const upstream = upstreams.find((one) => one.name === name)
        if (upstream === undefined || !overHttp(upstream)) return
        await tellOne(upstream, unknown)
        await complete('node', false)
      }),
    refresh: async () => {
      const hub = parts.hub()
      const inForce = await keyInForce(hub.db, hub.node.name)
      if (inForce === hub.signingKey.keyId) return
      const number = keyNumberOf(hub.node.name, inForce)
      const key = await keyring.read(number)
      if (key === null) {
        log.error({ key: inForce }, 'the key in force is not here: this process can sign nothing that counts for long')
        return
      }
      useKey(hub, key)
      const note = (await ownKeyList(hub)).find((one) => one.keyId === inForce)?.statement
      if (note != null) await keyring.remember(number, note)
      log.warn({ key: inForce }, 'another process has brought another key into force')
    },
  }
}
