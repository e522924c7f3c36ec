import { createDraft, deleteDraft, type Draft, findDraft, listDrafts, type NewDraft, saveDraft } from '@huijiao/access'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { operatorOf } from '../../plugins/operator.ts'

type OneDraft = { Params: { draftId: string } }

const params = { type: 'object', properties: { draftId: { type: 'string', format: 'uuid' } } } as const
const own = {
  release: { type: 'string', minLength: 1, maxLength: 60, description: 'Release of the standard · 标准版本' },
  entity: { type: 'string', minLength: 1, maxLength: 80, description: 'Table, or form · 数据表或报告单' },
  title: { type: 'string', maxLength: 200 },
  content: { type: 'object', additionalProperties: true, description: 'What the form holds; not judged · 表单内容，不校验' },
} as const
const example = { release: '2018', entity: 'TBProjectInfo', title: '示例花园（合成）', content: { data: { PrjName: '示例花园（合成）' } } }
const shown = {
  type: 'object',
  properties: {
    draftId: { type: 'string' },
    ...own,
    version: { type: 'integer' },
    createdAt: { type: 'string' },
    updatedAt: { type: 'string' },
  },
} as const

/** Drafts of the account that calls: nobody else sees them, not even an administrator. Kept sealed, 90 days after the last save. */
export function draftRoutes(app: FastifyInstance, { access }: Context): void {
  app.get(
    '/drafts',
    {
      schema: {
        summary: 'Own drafts, the last saved first · 本账号的草稿',
        response: { 200: { type: 'object', properties: { items: { type: 'array', items: shown } } } },
      },
    },
    async (request) => ({ items: (await listDrafts(access, accountOf(request))).map(show) }),
  )

  app.post<{ Body: NewDraft }>(
    '/drafts',
    {
      schema: {
        summary: 'Keep a draft · 保存草稿',
        body: { type: 'object', required: Object.keys(own), additionalProperties: false, properties: own, examples: [example] },
        response: { 201: shown },
      },
    },
    async (request, reply) => reply.code(201).send(show(await createDraft(access, accountOf(request), request.body))),
  )

  app.get<OneDraft>(
    '/drafts/:draftId',
    { schema: { summary: 'One of the own drafts · 一份草稿', params, response: { 200: shown } } },
    async (request) => show(await findDraft(access, accountOf(request), request.params.draftId)),
  )

  app.put<OneDraft & { Body: Pick<Draft, 'title' | 'content' | 'version'> }>(
    '/drafts/:draftId',
    {
      schema: {
        summary: 'Save a draft again · 再次保存草稿',
        params,
        body: {
          type: 'object',
          required: ['title', 'content', 'version'],
          additionalProperties: false,
          properties: {
            title: own.title,
            content: own.content,
            version: { type: 'integer', minimum: 1, description: 'The version that the form began with · 表单所依据的版本' },
          },
          examples: [{ title: example.title, content: example.content, version: 1 }],
        },
        response: { 200: shown },
      },
    },
    async (request) => show(await saveDraft(access, accountOf(request), request.params.draftId, request.body)),
  )

  app.delete<OneDraft>(
    '/drafts/:draftId',
    { schema: { summary: 'Delete a draft · 删除草稿', params, response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await deleteDraft(access, accountOf(request), request.params.draftId)
      return reply.code(204).send()
    },
  )
}

/** @throws Problem not-allowed for the token, which is no person's */
function accountOf(request: FastifyRequest): string {
  const { live } = operatorOf(request)
  if (live === null) throw new Problem('not-allowed', { zh: '管理令牌没有草稿，请登录', en: 'The operator token has no drafts; sign in' })
  return live.operator.operator_id
}

const show = ({ createdAt, updatedAt, ...draft }: Draft): object => ({
  ...draft,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
