import { Problem } from '@huijiao/problem'
import type { Hub } from './hub.ts'
import { createParticipant, type ParticipantRow } from './participant.ts'

/** The node's own participant, for which operators with an account submit: no key opens it, and its kind is nobody else's. */
export const consoleParticipantId = (hub: Pick<Hub, 'node'>): string => `p-${hub.node.region.toLowerCase()}-console`

/**
 * The built-in participant, enrolled the first time somebody submits; that is a log entry as any enrolment.
 * @throws Problem not-allowed when it was revoked, or when its id is somebody else's
 */
export async function consoleParticipant(hub: Hub): Promise<ParticipantRow> {
  const participantId = consoleParticipantId(hub)
  const known = await find(hub, participantId)
  const row = known ?? (await enrol(hub, participantId))
  if (row.kind !== 'operators')
    throw new Problem('not-allowed', {
      zh: `接入单位 ${participantId} 不是内置的，本节点不能在线录入`,
      en: `The participant ${participantId} is not the built-in one; nothing can be entered here`,
    })
  if (row.revoked_at !== null)
    throw new Problem(
      'not-allowed',
      { zh: '在线录入已被停用', en: 'Entering data in the console was ended' },
      {
        hint: {
          zh: `接入单位 ${participantId} 已停用，请管理员处理`,
          en: `The participant ${participantId} is revoked; ask an administrator`,
        },
      },
    )
  return row
}

async function enrol(hub: Hub, participantId: string): Promise<ParticipantRow> {
  try {
    return await createParticipant(hub, 'node', {
      participantId,
      kind: 'operators',
      name: '本节点在线录入 · entered at this node',
      regions: [hub.node.region],
    })
  } catch (error) {
    // Somebody else enrolled it between our look and our insert.
    const row = await find(hub, participantId)
    if (row === undefined) throw error
    return row
  }
}

const find = (hub: Hub, participantId: string): Promise<ParticipantRow | undefined> =>
  hub.db.selectFrom('participant').selectAll().where('participant_id', '=', participantId).executeTakeFirst()
