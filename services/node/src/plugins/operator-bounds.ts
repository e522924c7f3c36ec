import { permissionOf } from '@huijiao/access'
import {
  findSubmission,
  maySeeConflict,
  maySeeDuplicate,
  maySeeFinding,
  maySeeParticipant,
  maySeePlaces,
  maySeeRecord,
  maySeeSubmission,
} from '@huijiao/exchange'
import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'

/**
 * A hook for what a route names in its address or its body: an operator whose regions do not cover it is told that it is not there. Lists
 * are cut where they are made (`withinOf`).
 */
export function requireBounds(context: Context) {
  const { db } = context.hub
  return async (request: FastifyRequest): Promise<void> => {
    const bounds = request.operator?.bounds ?? null
    if (bounds === null) return
    const permission = permissionOf(request.method, (request.routeOptions.url ?? '').replace(/^\/admin\/v1/, ''))
    const params = (request.params ?? {}) as Record<string, string>
    const query = (request.query ?? {}) as Record<string, string | undefined>
    const body = (request.body ?? {}) as { records?: { part: number; ordinal: number }[]; regions?: string[] }
    const places = (body.records ?? []).map((one) => ({ partId: one.part, ordinal: one.ordinal }))
    const checks: Readonly<Record<string, () => Promise<boolean> | boolean>> = {
      record: () => maySeeRecord(db, params['recordId'] as string, bounds),
      submission: async () => {
        const row = await findSubmission(db, query['participant'] ?? null, params['id'] as string)
        return await maySeeSubmission(db, row.submission_no, bounds)
      },
      participant: () => maySeeParticipant(db, params['participantId'] as string, bounds),
      finding: () => maySeeFinding(db, Number(params['number']), bounds),
      conflict: () => maySeeConflict(db, Number(params['id']), bounds),
      duplicate: () => maySeeDuplicate(db, Number(params['id']), bounds),
      places: () => maySeePlaces(db, places, bounds),
      regions: () => (body.regions ?? []).every((code) => coversRegion(bounds, code)),
      // `POST /parked/retry` names single versions or a filter, which the route cuts.
      list: () => maySeePlaces(db, places, bounds),
      // By whose it is: the route asks for the caller's own.
      account: () => true,
      // By the room of accounts itself, in its transactions.
      accounts: () => true,
    }
    const check = checks[permission?.by ?? '']
    if (permission?.reach !== 'bounded' || (check !== undefined && (await check()))) return
    if (permission.by === 'regions')
      throw new Problem(
        'not-allowed',
        { zh: '超出本账号的区域', en: 'This is outside the regions of the account' },
        { pointer: '/regions' },
      )
    throw new Problem('not-found', { zh: '没有，或不在本账号的区域内', en: 'It is not here, or not in the regions of the account' })
  }
}
