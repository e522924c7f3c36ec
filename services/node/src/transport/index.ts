import type { Hub, LinkRow, SendAttachment, SendDelivery } from '@huijiao/exchange'
import type { Logger } from 'pino'
import { createSendAttachment } from '../send-attachment.ts'
import { createSendDelivery } from '../send-delivery.ts'
import type { Upstreams } from '../upstream-keys.ts'
import { createFolderSend } from './folder-send.ts'

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
}

/** A request in a folder that got no answer is written again after an hour: a ferry that runs by night is not flooded. */
const resendMs = 3_600_000
/** A file that is not whole may still be arriving for so long. */
const settleMs = 10_000

/** One for all links of a node. */
export function createTransport(parts: TransportParts, folder: { readonly resendMs?: number; readonly settleMs?: number } = {}): Transport {
  const { hub, upstreams, timeoutMs, log } = parts
  const http: Transport = {
    send: createSendDelivery({ hub, upstreams, timeoutMs }),
    sendAttachment: createSendAttachment({ hub, timeoutMs }),
  }
  const folders: Transport = createFolderSend({
    hub,
    signedBy: (name, document) => upstreams.signedBy(name, document),
    log,
    resendMs: folder.resendMs ?? resendMs,
    settleMs: folder.settleMs ?? settleMs,
  })
  const of = ({ url }: LinkRow): Transport => (url.startsWith('folder:') ? folders : http)
  return {
    send: (link, request) => of(link).send(link, request),
    sendAttachment: (link, attachment, bytes) => of(link).sendAttachment(link, attachment, bytes),
  }
}

/** Whether an upstream answers at once: what asks and waits (comparing, the feed, epochs, tests of the connection) goes over HTTP only. */
export const answersAtOnce = ({ url }: { readonly url: string }): boolean => /^https?:/.test(url)
