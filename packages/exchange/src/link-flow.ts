import type { LinkFlow } from '@huijiao/database'
import type { Schedule } from './schedule.ts'

export type { EntityGroup, LinkFlow, RateContract } from '@huijiao/database'

/** Name of the group of all entities that no other group names; the only one of a link without groups. */
export const restOfEntities = ''

/** The names of a link's groups, that of the rest last. */
export const groupNames = (flow: LinkFlow): string[] => [...(flow.groups ?? []).map((group) => group.name), restOfEntities]

/** What has to agree before a group may send: the link's own windows, and the group's. */
export function schedulesOf(flow: LinkFlow, group: string): Schedule[] {
  const own = (flow.groups ?? []).find((one) => one.name === group)
  return [{ ...(flow.windows === undefined ? {} : { windows: flow.windows }) }, ...(own === undefined ? [] : [own])]
}

/** A link that nothing holds back and nothing divides: the way of a single record is then as short as it can be. */
export const isPlain = (flow: LinkFlow): boolean =>
  flow.groups === undefined && flow.windows === undefined && flow.rate === undefined && flow.bodyBytes === undefined
