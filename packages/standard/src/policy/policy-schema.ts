import { automaticSuccessions } from './authority.ts'
import { attachmentsSchema, numbersSchema } from './evidence.ts'
import { linkageSchema, referenceSchema } from './linkage.ts'
import { publicationSchema } from './publication.ts'

const text = { type: 'string', minLength: 1 } as const
const names = { type: 'array', minItems: 1, items: text } as const
const words = { type: 'object', properties: { zh: text, en: text }, required: ['zh', 'en'], additionalProperties: false } as const

const rule = {
  type: 'object',
  properties: {
    id: text,
    basis: text,
    when: { type: 'object', properties: { type: { const: 'object' } }, required: ['type'] },
    verdict: {
      oneOf: [
        {
          type: 'object',
          properties: { qualifies: { const: true }, flag: text },
          required: ['qualifies', 'flag'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: {
            qualifies: { const: false },
            reason: text,
            kind: { type: 'string', enum: ['not-due', 'incomplete'] },
            byDecision: text,
          },
          required: ['qualifies', 'reason', 'kind'],
          additionalProperties: false,
        },
      ],
    },
  },
  required: ['id', 'basis', 'when', 'verdict'],
  additionalProperties: false,
} as const

const onChange = { type: 'string', enum: ['update', 'case'] } as const

const someFields = { type: 'array', minItems: 1, items: text } as const
const tiers = { type: 'array', minItems: 1, items: { type: 'string', enum: ['national', 'provincial', 'municipal', 'county'] } } as const

const authority = {
  type: 'object',
  properties: {
    groups: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: text, entities: names, fields: someFields, basis: text },
        required: ['name', 'entities', 'fields', 'basis'],
        additionalProperties: false,
      },
    },
    ranks: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          entities: names,
          fields: someFields,
          tiers,
          sources: someFields,
          rank: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
          basis: text,
        },
        required: ['entities', 'rank', 'basis'],
        additionalProperties: false,
      },
    },
    ownStatements: {
      type: 'array',
      items: {
        type: 'object',
        properties: { entities: names, fields: someFields, basis: text },
        required: ['entities', 'fields', 'basis'],
        additionalProperties: false,
      },
    },
  },
  required: ['groups', 'ranks', 'ownStatements'],
  additionalProperties: false,
} as const

const identity = {
  type: 'object',
  properties: {
    automatic: {
      type: 'array',
      items: {
        type: 'object',
        properties: { rule: { type: 'string', enum: [...automaticSuccessions] }, basis: text },
        required: ['rule', 'basis'],
        additionalProperties: false,
      },
    },
    duplicates: {
      type: 'object',
      properties: {
        threshold: { type: 'number', minimum: 0, maximum: 1 },
        blockMax: { type: 'integer', minimum: 2, maximum: 1000 },
        basis: text,
      },
      required: ['threshold', 'blockMax', 'basis'],
      additionalProperties: false,
    },
  },
  required: ['automatic', 'duplicates'],
  additionalProperties: false,
} as const

/** Shape of a policy file. */
export const policySchema = {
  type: 'object',
  properties: {
    id: text,
    version: { type: 'integer', minimum: 1 },
    about: text,
    steps: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          entities: names,
          onChange,
          withdraw: { type: 'string', enum: ['until-in-force', 'never'] },
          initialState: { type: 'string', enum: ['accepted', 'pending_review'] },
          basis: text,
        },
        required: ['entities', 'onChange', 'withdraw', 'initialState', 'basis'],
        additionalProperties: false,
      },
    },
    locked: {
      type: 'object',
      properties: { when: { type: 'object' }, onChange, basis: text },
      required: ['when', 'onChange', 'basis'],
      additionalProperties: false,
    },
    legacy: {
      type: 'object',
      properties: {
        rules: { type: 'object', additionalProperties: { type: 'string', enum: ['note', 'pass'] } },
        basis: text,
      },
      required: ['rules', 'basis'],
      additionalProperties: false,
    },
    claims: {
      type: 'object',
      properties: {
        dataLevelHighest: {
          type: 'object',
          properties: { national: text, provincial: text, municipal: text, county: text },
          required: ['national', 'provincial', 'municipal', 'county'],
          additionalProperties: false,
        },
        basis: text,
      },
      required: ['dataLevelHighest', 'basis'],
      additionalProperties: false,
    },
    qualification: {
      type: 'object',
      properties: { default: { type: 'array', items: rule } },
      required: ['default'],
      // A tier, or a name that links of a node's configuration ask for.
      propertyNames: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
      additionalProperties: { type: 'array', items: rule },
    },
    reasons: { type: 'object', additionalProperties: words },
    references: { type: 'array', items: referenceSchema },
    linkage: linkageSchema,
    authority,
    identity,
    attachments: attachmentsSchema,
    numbers: numbersSchema,
    publication: publicationSchema,
  },
  required: ['id', 'version', 'steps', 'locked', 'claims', 'qualification', 'reasons', 'references'],
  additionalProperties: false,
} as const
