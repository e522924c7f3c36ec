import { listEpochs, listNeighbours, numberQuestion, numberSkipMax, settleNumbers } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'

const epoch = { type: 'object', properties: { number: { type: 'integer' }, id: { type: 'string' } } }
const instant = { type: 'string', format: 'date-time' }
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })

const shown = {
  type: 'object',
  properties: {
    epoch,
    refusal: {
      ...orNull({
        type: 'object',
        properties: {
          why: { enum: ['claimed', 'ended'] },
          by: { type: 'string' },
          since: instant,
          zh: { type: 'string' },
          en: { type: 'string' },
        },
      }),
      description: 'Somebody else holds this node’s name: nothing is taken and nothing is signed · 被拒原因',
    },
    healing: { type: 'boolean', description: 'What upstreams hold is still to be fetched back · 正在取回' },
    begun: {
      type: 'array',
      description: 'Epochs after the first, newest first · 首个之后的纪元',
      items: {
        type: 'object',
        properties: {
          epoch,
          beganAt: instant,
          reason: { enum: ['restore', 'shortfall', 'unconfirmed', 're-created', 'asked'] },
          previous: { type: 'object', description: 'The epoch that it continues, and the length of the log at the fork · 分叉处' },
          known: { ...orNull({ type: 'object' }), description: 'The furthest that anybody had seen, and who · 此前所见' },
          healing: { enum: ['waiting', 'done', 'left'] },
          healedAt: orNull(instant),
          report: { type: 'object', description: 'What was lost, what came back, what nobody above holds · 丢失与取回' },
        },
      },
    },
    numbers: {
      ...orNull({
        type: 'object',
        properties: { epoch: { type: 'integer' }, reason: { type: 'string' }, askedAt: instant },
      }),
      description:
        'Not null: numbers may have been given that are not known here, and none is given until it is said how many are left out · 编号待确认',
    },
    neighbours: {
      type: 'array',
      description: 'How far neighbours’ logs were seen to be · 所见邻节点',
      items: {
        type: 'object',
        properties: {
          side: { enum: ['above', 'below'] },
          name: { type: 'string' },
          epoch,
          size: { type: 'integer' },
          heardAt: instant,
          earlier: { type: 'array', items: { type: 'object' } },
        },
      },
    },
  },
  examples: [
    {
      epoch: { number: 2, id: '5d0c1f2e3a4b5c6d' },
      refusal: null,
      healing: false,
      numbers: null,
      begun: [
        {
          epoch: { number: 2, id: '5d0c1f2e3a4b5c6d' },
          beganAt: '2026-09-01T01:30:02.114Z',
          reason: 'restore',
          previous: { epoch: { number: 1, id: '8c1f5e0a9b3d2c47' }, size: 42 },
          known: { epoch: { number: 1, id: '8c1f5e0a9b3d2c47' }, size: 57, by: '000000' },
          healing: 'done',
          healedAt: '2026-09-01T01:30:04.870Z',
          report: { lost: 15, returned: [{ upstream: '000000', deliveries: 6, entries: 9, records: 120, refused: 0 }], notReturned: 6 },
        },
      ],
      neighbours: [],
    },
  ],
}

/** In which epoch the node's log is, what became of what was lost at a fork, and how far neighbours were seen. */
export function epochAdminRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.get('/epochs', { schema: { summary: 'Epochs of the log, and what was lost · 日志纪元', response: { 200: shown } } }, async () => {
    const [begun, neighbours, numbers] = await Promise.all([listEpochs(hub.db), listNeighbours(hub.db), numberQuestion(hub.db)])
    return {
      epoch: { number: hub.node.epoch, id: hub.node.epochId },
      refusal: context.epochs.refusal(),
      healing: context.epochs.healing(),
      numbers: numbers === null ? null : { ...numbers, askedAt: numbers.askedAt.toISOString() },
      begun: begun.toReversed().map((row) => ({
        epoch: { number: row.number, id: row.id },
        beganAt: row.began_at.toISOString(),
        reason: row.reason,
        previous: { epoch: { number: row.previous_number, id: row.previous_id }, size: row.entry_index },
        known:
          row.known_id === null ? null : { epoch: { number: row.known_number, id: row.known_id }, size: row.known_size, by: row.known_by },
        healing: row.healing,
        healedAt: row.healed_at?.toISOString() ?? null,
        report: row.report,
      })),
      neighbours: neighbours.map((row) => ({
        side: row.side,
        name: row.name,
        epoch: { number: row.epoch, id: row.epoch_id },
        size: row.size,
        heardAt: row.heard_at.toISOString(),
        earlier: row.earlier,
      })),
    }
  })

  app.post(
    '/epochs/go-on',
    {
      schema: {
        summary: 'Go on without what upstreams may hold: business systems are taken again · 不再等待上级归还',
        response: { 200: { type: 'object', properties: { wentOn: { type: 'boolean' } }, examples: [{ wentOn: true }] } },
      },
    },
    async (request) => ({ wentOn: await context.epochs.goOn(actorOf(request)) }),
  )

  app.post<{ Body: { skip: number } }>(
    '/epochs/numbers',
    {
      schema: {
        summary: 'After a restore: so many numbers of every counter are left out, and numbers are given again · 跳过编号后继续赋码',
        description:
          'When a node was put back without the data directory that it had, numbers that it gave after the backup are not known to it. It gives none until an operator says how many of every counter to leave out: at least as many as any one counter can have given in the time that is lost. Counters that are not in the backup and name a day up to today begin behind as many.',
        body: {
          type: 'object',
          required: ['skip'],
          additionalProperties: false,
          properties: { skip: { type: 'integer', minimum: 0, maximum: numberSkipMax } },
          examples: [{ skip: 20 }],
        },
        response: {
          200: {
            type: 'object',
            properties: { settled: { type: 'boolean', description: 'false: no question was open' } },
            examples: [{ settled: true }],
          },
        },
      },
    },
    async (request) => ({ settled: await settleNumbers(hub, request.body.skip, actorOf(request)) }),
  )

  app.post(
    '/epochs/take-over',
    {
      schema: {
        summary: 'While refused: this is the node to go on with, in a new epoch; the other becomes the old one · 由本处接替',
        description:
          'A node that an upstream refuses because somebody else holds its name goes on by itself when the other has stopped or the upstream takes it again. This says so while the other still runs, or after it has begun a later epoch. Stop the other first.',
        response: {
          200: {
            type: 'object',
            properties: { tookOver: { type: 'boolean', description: 'false: it was not refused' }, epoch },
            examples: [{ tookOver: true, epoch: { number: 3, id: '5d0c1f2e3a4b5c6d' } }],
          },
        },
      },
    },
    async (request) => {
      const tookOver = await context.epochs.takeOver(actorOf(request))
      return { tookOver, epoch: { number: hub.node.epoch, id: hub.node.epochId } }
    },
  )
}
