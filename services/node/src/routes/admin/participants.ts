import {
  type KeyAlgorithm,
  type ParticipantRow,
  type ShownKey,
  addApiKey,
  addPublicKey,
  createParticipant,
  listKeys,
  listParticipants,
  permitLegacy,
  revokeKey,
  revokeParticipant,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'
import { madeKey, participantRow, participantWithKeys } from './rows.docs.ts'

interface NewParticipantBody {
  readonly participantId?: string
  readonly kind: 'system' | 'node'
  readonly name: string
  readonly regions: string[]
  readonly nodeName?: string
}
type NewKeyBody =
  | { readonly kind: 'api-key'; readonly expiresAt?: string }
  | { readonly kind: KeyAlgorithm; readonly keyId: string; readonly publicKey: string; readonly expiresAt?: string }
type OneParticipant = { Params: { participantId: string } }
type OneKey = { Params: { participantId: string; keyId: string } }

const instant = { type: 'string', format: 'date-time' } as const
const newParticipant = {
  type: 'object',
  required: ['kind', 'name', 'regions'],
  additionalProperties: false,
  properties: {
    participantId: { type: 'string', maxLength: 62 },
    kind: { enum: ['system', 'node'] },
    name: { type: 'string', minLength: 1, maxLength: 200 },
    regions: { type: 'array', minItems: 1, maxItems: 200, items: { type: 'string', pattern: '^\\d{6}$' } },
    nodeName: { type: 'string', maxLength: 63, description: 'For kind `node`: its name' },
  },
  examples: [{ kind: 'system', name: '示例市工程审批系统', regions: ['370100'] }],
}
const newKey = {
  type: 'object',
  required: ['kind'],
  additionalProperties: false,
  properties: {
    kind: { enum: ['api-key', 'ed25519', 'ecdsa-p256-sha256'] },
    keyId: { type: 'string', maxLength: 100, description: 'For public keys: the id that signatures name' },
    publicKey: { type: 'string', maxLength: 2000, description: 'PEM, or 32 bytes of Ed25519 in base64' },
    expiresAt: instant,
  },
  oneOf: [
    { properties: { kind: { const: 'api-key' }, keyId: false, publicKey: false } },
    { properties: { kind: { enum: ['ed25519', 'ecdsa-p256-sha256'] } }, required: ['keyId', 'publicKey'] },
  ],
  examples: [{ kind: 'api-key' }, { kind: 'ed25519', keyId: '370100-1', publicKey: 'base64 of 32 bytes' }],
}

/** Participants and their keys. Creating, adding, rotating and revoking are log entries. */
export function participantRoutes(app: FastifyInstance, { hub }: Context): void {
  app.get<{ Querystring: PageQuery & { q?: string } }>(
    '/participants',
    {
      config: { access: 'list-participants' },
      schema: {
        summary: 'Participants · 接入单位',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            ...pageQuery,
            q: {
              type: 'string',
              minLength: 1,
              maxLength: 100,
              description: 'In its name, or at the beginning of its id · 名称中的字词或编号开头',
            },
          },
        },
        response: { 200: pageSchema(participantRow) },
      },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const after = placeOf<string>('participants', request.query)
      const { q } = request.query
      const rows = await listParticipants(hub.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
        ...(q === undefined ? {} : { text: q }),
      })
      return pageOf('participants', rows, limit, (row) => row.participant_id, showParticipant)
    },
  )

  app.post<{ Body: NewParticipantBody }>(
    '/participants',
    { schema: { summary: 'Enrol a participant · 登记接入单位', body: newParticipant, response: { 201: participantRow } } },
    async (request, reply) => {
      const row = await createParticipant(hub, actorOf(request), request.body)
      return reply.code(201).header('location', `/admin/v1/participants/${row.participant_id}`).send(showParticipant(row))
    },
  )

  app.get<OneParticipant>(
    '/participants/:participantId',
    {
      config: { access: 'read-participant' },
      schema: { summary: 'A participant with its keys · 接入单位及密钥', response: { 200: participantWithKeys } },
    },
    async (request) => {
      const row = await hub.db
        .selectFrom('participant')
        .selectAll()
        .where('participant_id', '=', request.params.participantId)
        .executeTakeFirst()
      if (row === undefined) throw noParticipant(request.params.participantId)
      return { ...showParticipant(row), keys: (await listKeys(hub.db, row.participant_id)).map(showKey) }
    },
  )

  app.delete<OneParticipant>(
    '/participants/:participantId',
    { schema: { summary: 'Revoke a participant and its keys · 停用接入单位', response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await revokeParticipant(hub, actorOf(request), request.params.participantId)
      return reply.code(204).send()
    },
  )

  app.put<OneParticipant & { Body: { until: string | null } }>(
    '/participants/:participantId/legacy',
    {
      schema: {
        summary: 'Let it send existing stock until an instant; null ends that · 存量数据报送许可',
        body: {
          type: 'object',
          required: ['until'],
          additionalProperties: false,
          properties: { until: { type: ['string', 'null'], format: 'date-time' } },
          examples: [{ until: '2026-12-31T16:00:00Z' }],
        },
        response: { 200: participantRow },
      },
    },
    async (request) => {
      const { until } = request.body
      const row = await permitLegacy(hub, actorOf(request), request.params.participantId, until === null ? null : new Date(until))
      return showParticipant(row)
    },
  )

  app.post<OneParticipant & { Body: NewKeyBody }>(
    '/participants/:participantId/keys',
    {
      schema: {
        summary: 'Add a key; an API key’s secret is shown this once · 新增密钥',
        body: newKey,
        response: { 201: madeKey },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt)
      const made =
        body.kind === 'api-key'
          ? await addApiKey(hub, actorOf(request), params.participantId, expiresAt)
          : await addPublicKey(hub, actorOf(request), params.participantId, {
              keyId: body.keyId,
              algorithm: body.kind,
              publicKey: body.publicKey,
              expiresAt,
            })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...made, kind: body.kind, expiresAt: expiresAt?.toISOString() ?? null })
    },
  )

  app.delete<OneKey>(
    '/participants/:participantId/keys/:keyId',
    { schema: { summary: 'Revoke a key · 吊销密钥', response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await ownKey(request.params)
      await revokeKey(hub, actorOf(request), request.params.keyId)
      return reply.code(204).send()
    },
  )

  app.post<OneKey>(
    '/participants/:participantId/keys/:keyId/rotate',
    { schema: { summary: 'Replace an API key: a new one, and the old one ends · 轮换 API 密钥', response: { 201: madeKey } } },
    async (request, reply) => {
      const old = await ownKey(request.params)
      if (old.kind !== 'api-key')
        throw new Problem('parameter-invalid', {
          zh: '公钥由持有方更换：先登记新公钥，再吊销旧的',
          en: 'A public key is replaced by its holder: add the new one, then revoke the old one',
        })
      const made = await addApiKey(hub, actorOf(request), request.params.participantId, old.expires_at)
      await revokeKey(hub, actorOf(request), old.key_id)
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...made, kind: 'api-key', replaces: old.key_id })
    },
  )

  async function ownKey({ participantId, keyId }: OneKey['Params']): Promise<ShownKey> {
    const key = (await listKeys(hub.db, participantId)).find((one) => one.key_id === keyId && one.revoked_at === null)
    if (key === undefined)
      throw new Problem('not-found', { zh: '该接入单位没有此有效密钥', en: 'The participant has no such key in force' })
    return key
  }
}

const noParticipant = (id: string) =>
  new Problem('not-found', { zh: `没有接入单位 ${id.slice(0, 100)}`, en: `There is no participant ${id.slice(0, 100)}` })

function showParticipant(row: ParticipantRow): object {
  return {
    participantId: row.participant_id,
    kind: row.kind,
    name: row.name,
    regions: row.regions,
    nodeName: row.node_name,
    legacyUntil: row.legacy_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

function showKey(key: ShownKey): object {
  return {
    keyId: key.key_id,
    kind: key.kind,
    publicKey: key.public_key,
    createdAt: key.created_at.toISOString(),
    expiresAt: key.expires_at?.toISOString() ?? null,
    revokedAt: key.revoked_at?.toISOString() ?? null,
  }
}
