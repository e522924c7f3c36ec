import type { DeliveryAnswer, SendDelivery } from '../src/index.ts'
import { readVersionsBody } from '../src/read-versions-body.ts'
import { decoded, deliver, type Tiers } from './two-tiers.ts'

/** What may become of a sending, as a real day has it. */
export type How = 'well' | 'reply lost' | 'down' | 'too large' | 'refused' | 'twice at once' | 'stored, then 413' | '413' | 'breaks'

const noAnswer = (status: number): DeliveryAnswer => ({ status, body: Buffer.alloc(0), receiptVerified: false })

/** Whoever sends in this way: one, or two at once. A grant that is `refused` leaves Lixia alone. */
export function senderOf(tiers: Pick<Tiers, 'upper' | 'caller' | 'send'>, how: How): SendDelivery[] {
  return how === 'twice at once' ? [tiers.send, tiers.send] : [alone(tiers, how)]
}

function alone({ upper, caller, send }: Pick<Tiers, 'upper' | 'caller' | 'send'>, how: How): SendDelivery {
  if (how === 'down') return () => Promise.resolve(noAnswer(503))
  if (how === 'reply lost') return async (link, request) => (await send(link, request), Promise.reject(new Error('reset')))
  if (how === 'refused') return (_link, request) => deliver(upper.hub, { ...caller, regions: ['370102'] }, request)
  // What stands between the two nodes answers in the upstream's place; the upstream may have stored all of it.
  if (how === 'stored, then 413')
    return async (link, request) => {
      const answer = await send(link, request)
      return request.records === 0 ? answer : noAnswer(413)
    }
  if (how === '413') return (link, request) => (request.records === 0 ? send(link, request) : Promise.resolve(noAnswer(413)))
  if (how === 'breaks') return (link, request) => (request.records === 0 ? send(link, request) : Promise.resolve(noAnswer(500)))
  // A single record that is too large would be parked, and rightly so.
  if (how === 'too large')
    return (link, request) =>
      readVersionsBody(decoded(request).toString()).envelope.count > 1 ? Promise.resolve(noAnswer(413)) : send(link, request)
  return send
}
