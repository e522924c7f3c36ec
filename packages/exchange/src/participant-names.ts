import type { Tables } from '@huijiao/database'
import type { Kysely } from 'kysely'

const participantId = /^p-[a-z0-9-]{1,60}$/
const byActor = /^participant:(p-[a-z0-9-]{1,60})$/
const byStream = /^([^/\s]{1,63})\/(p-[a-z0-9-]{1,60})$/

/** Texts in an answer that stand for a participant: an id, an actor of the log, a stream. */
function mentionsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (participantId.test(value) || byActor.test(value) || byStream.test(value)) found.add(value)
  } else if (Array.isArray(value)) for (const one of value) mentionsIn(one, found)
  else if (value !== null && typeof value === 'object' && !(value instanceof Date))
    for (const one of Object.values(value)) mentionsIn(one, found)
  return found
}

/**
 * The names of all participants that an answer mentions, in one query, whatever its length.
 * @param node name of this node: its own streams begin with it
 * @returns by the text that stands for it: `p-…`, `participant:p-…`, `<node>/p-…`. A stream that came up through a lower node has that node's name;
 *   what this node has no name for is left out
 */
export async function namesMentioned(db: Kysely<Tables>, node: string, answer: unknown): Promise<Record<string, string>> {
  const mentions = [...mentionsIn(answer)].map((text) => {
    const stream = byStream.exec(text)
    if (stream === null) return { text, id: byActor.exec(text)?.[1] ?? text, origin: null }
    return stream[1] === node ? { text, id: stream[2] as string, origin: null } : { text, id: null, origin: stream[1] as string }
  })
  const ids = [...new Set(mentions.flatMap(({ id }) => (id === null ? [] : [id])))]
  const origins = [...new Set(mentions.flatMap(({ origin }) => (origin === null ? [] : [origin])))]
  if (ids.length + origins.length === 0) return {}
  const rows = await db
    .selectFrom('participant')
    .select(['participant_id', 'name', 'node_name'])
    .where(({ or, eb }) =>
      or([
        ...(ids.length === 0 ? [] : [eb('participant_id', 'in', ids)]),
        ...(origins.length === 0 ? [] : [eb('node_name', 'in', origins)]),
      ]),
    )
    // Of two that were enrolled for one lower node, the one in force, then the later.
    .orderBy('revoked_at', (order) => order.asc().nullsLast())
    .orderBy('created_at')
    .execute()
  const ofId = new Map(rows.map((row) => [row.participant_id, row.name]))
  const ofNode = new Map(rows.flatMap((row) => (row.node_name === null ? [] : [[row.node_name, row.name]])))
  const named = mentions.map(({ text, id, origin }) => [text, id === null ? ofNode.get(origin as string) : ofId.get(id)] as const)
  return Object.fromEntries(named.filter((one): one is [string, string] => one[1] !== undefined))
}
