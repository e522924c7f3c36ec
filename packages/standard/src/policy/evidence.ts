import { knownMediaTypes } from '../record/media-type.ts'
import type { Policy, PolicyDocument, Tier } from './policy.ts'

/** How attachments go up a link: `none`: not even their list, only its hash; `digest`: the list with its digests; `bytes`: the bytes as well. */
export type AttachmentTravel = 'none' | 'digest' | 'bytes'

/** Who gives the numbers of an entity: `this` node, the node `above` it, or the `sender` of the record. */
export type NumberIssuer = 'this' | 'above' | 'sender'

export interface AttachmentsDocument {
  /** What is taken, each with why. */
  readonly types: readonly { readonly mediaType: string; readonly basis: string }[]
  /** By tier of the upstream; the first rule that names the entity decides. */
  readonly travel: readonly {
    readonly entities: readonly string[]
    readonly tiers: Readonly<Partial<Record<Tier, AttachmentTravel>>>
    readonly basis: string
  }[]
}

export interface NumbersDocument {
  /** By tier of the node that is asked; the first rule that names the entity decides. */
  readonly issuers: readonly {
    readonly entities: readonly string[]
    readonly tiers: Readonly<Partial<Record<Tier, NumberIssuer>>>
    readonly basis: string
  }[]
}

const text = { type: 'string', minLength: 1 } as const
const entities = { type: 'array', minItems: 1, items: text } as const
const byTier = (values: readonly string[]) => {
  const value = { type: 'string', enum: values } as const
  return {
    type: 'object',
    properties: { national: value, provincial: value, municipal: value, county: value },
    additionalProperties: false,
  } as const
}
const rulesByTier = (values: readonly string[]) =>
  ({
    type: 'array',
    items: {
      type: 'object',
      properties: { entities, tiers: byTier(values), basis: text },
      required: ['entities', 'tiers', 'basis'],
      additionalProperties: false,
    },
  }) as const

export const attachmentsSchema = {
  type: 'object',
  properties: {
    types: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { mediaType: { type: 'string', enum: knownMediaTypes }, basis: text },
        required: ['mediaType', 'basis'],
        additionalProperties: false,
      },
    },
    travel: rulesByTier(['none', 'digest', 'bytes']),
  },
  required: ['types', 'travel'],
  additionalProperties: false,
} as const

export const numbersSchema = {
  type: 'object',
  properties: { issuers: rulesByTier(['this', 'above', 'sender']) },
  required: ['issuers'],
  additionalProperties: false,
} as const

/** Entity codes and words that the evidence rules of a policy name. */
export const evidenceNames = (document: PolicyDocument): string[] => [
  ...(document.attachments?.travel ?? []).flatMap((rule) => rule.entities),
  ...(document.numbers?.issuers ?? []).flatMap((rule) => rule.entities),
]

/** Media types that a node takes as attachments; a policy that says nothing takes all that can be told from content. */
export const attachmentTypes = (policy: Policy): readonly string[] =>
  policy.document.attachments?.types.map((one) => one.mediaType) ?? knownMediaTypes

/** How the attachments of an entity's records go up to an upstream of this tier; the list alone where the policy says nothing. */
export const attachmentTravel = (policy: Policy, entity: string, upstream: string): AttachmentTravel =>
  policy.document.attachments?.travel.find((rule) => policy.names(rule.entities, entity))?.tiers[upstream as Tier] ?? 'digest'

/** Who gives the numbers of an entity, for a node of this tier; the sender where the policy says nothing. */
export const numberIssuer = (policy: Policy, entity: string, tier: string): NumberIssuer =>
  policy.document.numbers?.issuers.find((rule) => policy.names(rule.entities, entity))?.tiers[tier as Tier] ?? 'sender'
