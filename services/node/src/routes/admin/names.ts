import { accountNamesMentioned } from '@huijiao/access'
import { consoleParticipantId, type Hub, namesMentioned } from '@huijiao/exchange'

/** Member `names` of an answer. */
export const namesSchema = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description:
    'Names of the participants that this answer mentions, by what stands for them: `p-…`, an actor `participant:p-…`, a stream `<origin node>/p-…` (of a stream that came through a lower node: the name of that node); and display names of the accounts of which it says that they did something, by `operator:o-…` · 本答复所涉接入单位的名称，以及所列操作人的姓名',
  examples: [{ 'p-7k2': '示例市工程审批系统', '370100/p-7k2': '示例市工程审批系统', 'operator:o-5f0c2a9e4b': '历下区录入员（示例）' }],
} as const

/** An answer with the names of all participants that it mentions, and of the accounts that did something: two queries, whatever the number of rows. */
export async function withNames<Shown extends object>(hub: Hub, answer: Shown): Promise<Shown & { names: Record<string, string> }> {
  const [participants, accounts] = await Promise.all([
    namesMentioned(hub.db, hub.node.name, answer),
    accountNamesMentioned(hub.db, answer, { enteredWith: consoleParticipantId(hub) }),
  ])
  return { ...answer, names: { ...participants, ...accounts } }
}
