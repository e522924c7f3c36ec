const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const digest = `${'A'.repeat(43)}=`

export const reconcileSchema = {
  tags: ['reconciliation'],
  summary: 'A lower node compares what it delivered with what is stored here · 下级节点与本级对账',
  description:
    'For nodes only. Range-based set reconciliation: the lower node says what it holds of some ranges (digests of the ranges within, or the items when there are at most 32), and is told what this node holds where that differs. An item is a hash that names a place in a stream, and the commitment that stands there: no value of any record. Both sets end at the `cut`, a place in the lower node’s log. This node keeps nothing between two questions. The form is in docs/protocol.md.',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['reconcile', 'run', 'cut'],
    additionalProperties: false,
    properties: {
      reconcile: { const: 1 },
      run: { type: 'string', format: 'uuid', description: 'The same in all questions of one comparison · 对账编号' },
      cut: {
        type: 'object',
        required: ['epoch', 'index'],
        additionalProperties: false,
        description: 'Items of entries below this index of the lower node’s log, in this epoch or an earlier one · 截止位置',
        properties: { epoch: { type: 'integer', minimum: 0, maximum: 2147483647 }, index: { type: 'integer', minimum: 0 } },
      },
      compare: { type: 'array', maxItems: 32, items: { type: 'object' }, description: 'What the lower node holds of some ranges' },
      describe: {
        type: 'array',
        maxItems: 100,
        items: { type: 'array', minItems: 2, maxItems: 2 },
        description: '[range, id] of items that only this node has',
      },
      certificate: { type: 'object', description: 'Both hold the same: an equality certificate with the lower node’s signature' },
    },
    examples: [
      {
        reconcile: 1,
        run: '0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11',
        cut: { epoch: 1, index: 4711 },
        compare: [{ range: '', children: [['2026-09', 1250, digest]] }],
      },
    ],
  },
  response: {
    200: {
      description: 'What this node holds where it differs; empty: the same',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['reconcile', 'node', 'region', 'tier'],
            properties: {
              reconcile: { const: 1 },
              node: { type: 'string' },
              region: { type: 'string' },
              tier: { type: 'string' },
              statements: { type: 'array', items: { type: 'object' } },
              described: { type: 'array', items: { type: 'object' } },
              certificate: { type: ['object', 'null'], description: 'Signed by both; null when this node holds something else' },
            },
            examples: [
              {
                reconcile: 1,
                node: '370000',
                region: '370000',
                tier: 'provincial',
                statements: [{ range: '2026-09', children: [['TBProjectInfo', 1249, digest]] }],
              },
            ],
          },
        },
      },
    },
    400: problem('A member is not as it should be; `pointer` names it · 请求不合要求'),
    401: problem('Credentials are missing or wrong · 身份凭据缺失或无效'),
    403: problem('The caller is no lower node · 不是下级节点'),
    429: problem('Too many questions; `Retry-After` says when · 过于频繁'),
  },
}
