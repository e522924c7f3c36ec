import { Readable } from 'node:stream'
import { submissionOutcomes } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyReply } from 'fastify'
import type { Context } from '../context.ts'

/** @throws Problem not-found while it is still being stored */
export function receiptOf(row: { readonly id: string; readonly receipt: Buffer | null }): Buffer {
  if (row.receipt !== null) return row.receipt
  throw new Problem(
    'not-found',
    { zh: '该批次尚未入库完毕，还没有回执', en: 'This submission is not stored to its end; there is no receipt yet' },
    { hint: { zh: `稍后再查 /v1/submissions/${row.id}`, en: `Look at /v1/submissions/${row.id} again later` } },
  )
}

/** The bytes that were signed, as they are: nothing may serialise them again. */
export function sendReceipt(reply: FastifyReply, receipt: Buffer): FastifyReply {
  return reply.type('application/json').send(receipt)
}

/** What became of every record, one JSON object a line. */
export function sendOutcomes(reply: FastifyReply, { hub }: Context, row: { readonly submission_no: number }): FastifyReply {
  return reply.type('application/x-ndjson').send(Readable.from(submissionOutcomes(hub.db, row.submission_no), { objectMode: false }))
}
