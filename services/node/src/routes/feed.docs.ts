import { versionsMediaType } from '@huijiao/exchange'

/** A longer wait would meet the patience of proxies on the way. */
export const waitMaxSeconds = 60

const cursor = {
  type: 'string',
  pattern: '^(\\d{1,15}|[\\w-]{1,500})$',
  description: '`cursor` of the page before; absent at first. Digits only: an index, as older lower nodes ask · 上一页的 cursor，首次不填',
} as const
const wait = {
  type: 'integer',
  minimum: 0,
  maximum: waitMaxSeconds,
  description: 'When there is nothing, wait so many seconds for something · 没有新内容时最多等待的秒数',
} as const

const examples = [
  {
    items: [
      {
        kind: 'outcome',
        index: 41,
        at: '2026-09-01T01:30:02.114Z',
        upstream: '370000',
        submissions: [
          {
            submission: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
            counts: { accepted: 1, refused: 1 },
            exceptions: [
              {
                record: 1,
                recordId: 'r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d',
                entity: 'TBProjectInfo',
                sourceId: 'XM-188',
                outcome: 'refused',
                codes: ['region-not-granted'],
              },
            ],
          },
        ],
      },
      {
        kind: 'correction',
        index: 42,
        at: '2026-09-01T02:00:00.000Z',
        recordId: 'r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d',
        entity: 'TBProjectInfo',
        operation: 'upsert',
        stream: '370000/node',
        version: 1,
        release: '2018',
        commitment: `sha-256:${'1'.repeat(64)}`,
        reportingRegion: '370102',
        corrects: `sha-256:${'2'.repeat(64)}`,
        fields: ['PrjName'],
        reason: '名称有误',
        data: { PrjName: '示例花园一期（合成）' },
      },
      {
        kind: 'notice',
        index: 43,
        at: '2026-09-01T02:10:00.000Z',
        action: 'published',
        notice: {
          id: '6d3c1f0a-8e57-4b0e-9f5a-0c9b1f6a2d11',
          origin: '370000',
          publishedAt: '2026-09-01T02:10:00.000Z',
          title: '系统维护通知（示例）',
          text: '示例：9 月 5 日 22 时至次日 2 时停机维护。',
          regions: null,
          until: '2026-09-05T18:00:00.000Z',
        },
      },
    ],
    cursor: 'WzEsIjAxMjM0NTY3ODlhYmNkZWYiLDQ0XQ',
    next: 44,
    more: false,
  },
  {
    items: [
      {
        kind: 'outcome',
        index: 41,
        at: '2026-09-01T01:30:02.114Z',
        upstream: '000000',
        deliveryId: '8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d',
        entries: [{ logIndex: 12, counts: { accepted: 2 }, places: { accepted: [[0, 2]] }, exceptions: [] }],
      },
    ],
    cursor: 'WzEsIjAxMjM0NTY3ODlhYmNkZWYiLDQyXQ',
    next: 42,
    more: false,
    standards: [{ release: '2018', revision: 2, issuer: '000000', digest: `sha-256:${'0'.repeat(64)}`, inForce: false }],
  },
]

export const feedSchema = {
  tags: ['feed'],
  summary: 'What levels above answered, corrected and published, past a cursor · 下行',
  description:
    'For a business system everything it may see; for a lower node, where it names no `kinds`, what was answered to its records. An item is told at least once; its `index` and `at` say which it is.',
  security: [{ apiKey: [] }, { signature: [] }],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: cursor,
      limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'About how many items · 约多少条' },
      wait,
      kinds: {
        type: 'string',
        maxLength: 100,
        description: 'outcomes, corrections, notices, standards, records, with commas · 种类，逗号分隔',
        examples: ['outcomes,notices'],
      },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['items', 'cursor', 'next', 'more'],
      properties: {
        items: { type: 'array', items: { type: 'object', additionalProperties: true } },
        cursor: { type: 'string', description: 'Ask for what follows with it · 续读游标' },
        next: { type: 'integer', description: 'The same as an index, for older lower nodes' },
        more: { type: 'boolean' },
        restarted: {
          type: 'boolean',
          description:
            'The node began a new epoch of its log since: some items may have been told before · 节点日志已换纪元，部分内容可能重复',
        },
        standards: {
          type: 'array',
          items: { type: 'object', additionalProperties: true },
          description:
            'For lower nodes: releases of the standard that count here or will; their documents are at /v1/standards/{release}/document',
        },
      },
      examples,
    },
  },
} as const

export const downSchema = {
  tags: ['feed'],
  summary: 'Records that count by authority, and corrections, with their proofs, for a lower node · 下行数据',
  description:
    'The body has the form of a delivery between nodes, proven to this node’s checkpoint; sealed texts are their hashes. 204: nothing. The headers `Huijiao-Feed-Cursor` and `Huijiao-Feed-More` say how to go on.',
  security: [{ signature: [] }],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: cursor,
      wait,
      entities: {
        type: 'string',
        maxLength: 4000,
        description: 'Codes with commas; absent: all that come down; empty: none · 数据表，逗号分隔',
      },
      corrections: { type: 'boolean', description: 'Corrections of what the caller sent; true when absent · 是否包含更正' },
    },
  },
  response: {
    200: { description: 'Records · 记录', content: { [versionsMediaType]: { schema: { type: 'string' } } } },
    204: { type: 'null', description: 'Nothing past the cursor · 没有新内容' },
  },
} as const
