import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import type { SendDelivery, SequencedEntry } from '@huijiao/exchange'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Traces } from './open.ts'

/** Parts of one run of the sequencer that get a span of their own. A large import is told by its first ones. */
const entriesMax = 100

/** Spans from the commit of a part to its number in the log, in the trace of its submission. Read afterwards: the write path knows nothing of it. */
export function traceSequenced(traces: Traces | null, db: Kysely<Tables>, log: Logger, entries: readonly SequencedEntry[]): void {
  if (traces === null) return
  const parts = entries.filter((entry) => entry.kind === 'part').slice(0, entriesMax)
  if (parts.length === 0) return
  const now = new Date()
  sql<{ index: number; stored_at: Date; version_count: number; trace_parent: string }>`
    select e.index, p.stored_at, p.version_count, s.trace_parent from log_entry e join part p using (part_id) join submission s using (submission_no)
    where e.index = any(${int8Array(parts.map((entry) => entry.index))}::int8[]) and s.trace_parent is not null`
    .execute(db)
    .then(({ rows }) => {
      for (const row of rows)
        traces
          .begin('sequence', {
            parent: row.trace_parent,
            attributes: { 'huijiao.log.index': row.index, 'huijiao.versions': row.version_count },
            startedAt: row.stored_at < now ? row.stored_at : now,
          })
          .end()
    })
    .catch((error: unknown) => log.debug({ err: error }, 'spans of numbered parts could not be made'))
}

/** The trace of a submission that a job goes on with. Jobs carry ids only: it stands with the submission, so that it survives an emptied queue. */
export async function traceOfSubmission(db: Kysely<Tables>, submissionNo: number): Promise<string | null> {
  const row = await db.selectFrom('submission').select('trace_parent').where('submission_no', '=', submissionNo).executeTakeFirst()
  return row?.trace_parent ?? null
}

/** A delivery's span, continued by the upstream. One that carries several traces is linked to each, and each of them shows that it went. */
export function traceDeliveries(traces: Traces | null, send: SendDelivery): SendDelivery {
  if (traces === null) return send
  return async (link, request) => {
    const carries = (request.carries ?? []).slice(0, 32)
    const attributes = { 'huijiao.link': link.name, 'huijiao.delivery': request.id, 'huijiao.records': request.records }
    const span = traces.begin('forward', {
      parent: request.traceparent,
      kind: 'client',
      attributes,
      links: carries.length > 1 ? carries : [],
    })
    const others =
      carries.length > 1 ? carries.map((parent) => traces.begin('forward', { parent, attributes, links: [span.traceparent] })) : []
    const end = (status: number | null) => {
      const told = { attributes: { 'http.response.status_code': status ?? undefined }, failed: status === null || status >= 400 }
      for (const one of [span, ...others]) one.end(told)
    }
    try {
      const answer = await send(link, { ...request, traceparent: span.traceparent })
      end(answer.status)
      return answer
    } catch (error) {
      end(null)
      throw error
    }
  }
}
