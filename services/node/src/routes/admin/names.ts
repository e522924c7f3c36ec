import { type Hub, namesMentioned } from '@huijiao/exchange'

/** Member `names` of an answer. */
export const namesSchema = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description:
    'Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node) · 本答复所涉接入单位的名称',
  examples: [{ 'p-7k2': '示例市工程审批系统', '370100/p-7k2': '示例市工程审批系统' }],
} as const

/** An answer with the names of all participants that it mentions: one more query, whatever the number of rows. */
export const withNames = async <Shown extends object>(hub: Hub, answer: Shown): Promise<Shown & { names: Record<string, string> }> => ({
  ...answer,
  names: await namesMentioned(hub.db, hub.node.name, answer),
})
