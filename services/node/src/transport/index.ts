import { join } from 'node:path'
import { AnswerPending, type Hub, type LinkRow, type SendAttachment, type SendDelivery, type TellSuccessions } from '@huijiao/exchange'
import { loadOrCreateSecrets, readSigningKey, type SigningKey } from '@huijiao/identity'
import type { Logger } from 'pino'
import { createSendAttachment } from '../send-attachment.ts'
import { createSendDelivery } from '../send-delivery.ts'
import { createTellSuccessions } from '../send-successions.ts'
import type { Upstreams } from '../upstream-keys.ts'
import type { Upstream } from '../upstreams.ts'
import { type Adapter, createAdapterSend } from './adapter.ts'
import { createFolderSend } from './folder-send.ts'
import { createFrontTables } from './front-tables.ts'
import { leadsToNode } from './scheme.ts'

/** What carries deliveries to an upstream: chosen by the scheme of the link's address. The engine asks only this of it. */
export interface Transport {
  /** Throws when no answer came, and `AnswerPending` when it comes another way. */
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
}

export interface TransportParts {
  readonly hub: Hub
  readonly upstreams: Upstreams
  readonly timeoutMs: number
  readonly log: Logger
  readonly configured: readonly Pick<Upstream, 'name' | 'passwordFile'>[]
  /** Where an adapter's own key is kept. */
  readonly dataDir: string
}

/** A request in a folder that got no answer is written again after an hour: a ferry that runs by night is not flooded. */
const resendMs = 3_600_000
/** A file that is not whole may still be arriving for so long. */
const settleMs = 10_000

/** One for all links of a node. */
export function createTransport(
  parts: TransportParts,
  folder: { readonly resendMs?: number; readonly settleMs?: number } = {},
): Transport & {
  readonly tellSuccessions: TellSuccessions
  /** Of a far side that is not called over HTTP: makes ready to go again what it lacks since it was put back. @returns how many deliveries; 0 also where that is not known yet */
  readonly heal: (link: LinkRow) => Promise<number>
  close(): Promise<void>
} {
  const { hub, upstreams, timeoutMs, log } = parts
  const http: Transport = {
    send: createSendDelivery({ hub, upstreams, timeoutMs }),
    sendAttachment: createSendAttachment({ hub, timeoutMs }),
  }
  const tellOverHttp = createTellSuccessions({ hub, timeoutMs })
  const folders = createFolderSend({
    hub,
    signedBy: (name, document) => upstreams.signedBy(name, document),
    log,
    resendMs: folder.resendMs ?? resendMs,
    settleMs: folder.settleMs ?? settleMs,
  })
  const adapters = new Map<string, Adapter>()
  const keys = new Map<string, Promise<SigningKey>>()
  const front = createAdapterSend({
    hub,
    log,
    adapter: (link) => {
      const name = `${link.name} ${link.url}`
      const known = adapters.get(name)
      if (known !== undefined) return known
      const passwordFile = parts.configured.find((one) => one.name === link.name)?.passwordFile ?? null
      const made = createFrontTables({
        url: link.url,
        passwordFile,
        fieldsOf: (entity) => fieldsOf(hub, entity),
        now: () => hub.clock.now(),
        log,
      })
      adapters.set(name, made)
      return made
    },
    keyOf: (link) => {
      const known = keys.get(link.name)
      if (known !== undefined) return known
      const made = adapterKey(parts, link.name)
      keys.set(link.name, made)
      // On a full disk none is made; it is tried again with the next delivery.
      made.catch(() => keys.delete(link.name))
      return made
    },
  })
  const of = ({ url }: LinkRow): Transport => (url.startsWith('folder:') ? folders : url.startsWith('postgres') ? front : http)
  return {
    send: (link, request) => of(link).send(link, request),
    sendAttachment: (link, attachment, bytes) => of(link).sendAttachment(link, attachment, bytes),
    tellSuccessions: (link, told) => (link.url.startsWith('folder:') ? folders.tellSuccessions : tellOverHttp)(link, told),
    heal: async (link) => {
      try {
        return link.url.startsWith('folder:') ? await folders.heal(link) : leadsToNode(link) ? 0 : await front.heal(link)
      } catch (error) {
        if (!(error instanceof AnswerPending))
          log.warn(
            { err: error, link: link.name },
            'whether the far side still has what it had taken was not learnt; the next sweep looks again',
          )
        return 0
      }
    },
    close: async () => {
      for (const adapter of adapters.values()) await adapter.close()
    },
  }
}

/** Every field that an entity has in a release that is served here, each once. */
const fieldsOf = (hub: Hub, entity: string): string[] => [
  ...new Set(
    [...hub.standards().releases.values()].flatMap((release) => release.entities.get(entity)?.fields.map((field) => field.code) ?? []),
  ),
]

/** The key with which the adapter of a link signs receipts: made once, kept beside the node's own secrets, and no other key's. */
async function adapterKey({ dataDir, log }: TransportParts, link: string): Promise<SigningKey> {
  const unused = Buffer.alloc(32)
  const { signingKeyPem } = await loadOrCreateSecrets(join(dataDir, 'secrets', `adapter-${link}`), {
    digestSecret: unused,
    sealingKey: unused,
  })
  const key = readSigningKey(`${link}-adapter-1`, signingKeyPem)
  log.info(
    { link, keyId: key.keyId, publicKey: key.publicKey.toString('base64') },
    'the key with which the adapter of a link signs receipts',
  )
  return key
}

export { answersAtOnce } from './scheme.ts'
