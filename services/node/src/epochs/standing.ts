import { type decideStart, holdAgainst, type Hub, type ownLog, type SeenHead } from '@huijiao/exchange'

/** Why this process may not act for the node. */
export interface Refusal {
  readonly zh: string
  readonly en: string
}

/** What the data directory says of the log. */
export async function localStanding(
  hub: Hub,
  own: Awaited<ReturnType<typeof ownLog>>,
  mark: Omit<SeenHead, 'by'> | null,
  othersLive: () => Promise<boolean>,
): Promise<Parameters<typeof decideStart>[0]['local']> {
  if (mark !== null) return (await holdAgainst(own, mark)) === 'part' ? 'confirmed' : 'more'
  if (own.size === 0) return 'first'
  const { high_water_since } = await hub.db.selectFrom('node').select('high_water_since').executeTakeFirstOrThrow()
  // An earlier release kept no marks. And where other processes write to this database, it has not just been put back.
  return high_water_since === null || (await othersLive()) ? 'confirmed' : 'missing'
}

/** From now on the absence of a mark says something. */
export async function noteKept(hub: Hub): Promise<void> {
  await hub.db.updateTable('node').set({ high_water_since: hub.clock.now() }).where('high_water_since', 'is', null).execute()
}

/** The words of a refusal, for people at the node. */
export function refusalOf(name: string, why: 'claimed' | 'ended', by: string): Refusal {
  return why === 'ended'
    ? {
        zh: `节点 ${name} 已在别处以新的纪元继续（上级 ${by} 所知），本处是旧的一处，不能再签发。若应由本处接替，停掉另一处，再以 --new-epoch 启动；仍在运行的节点可 POST /admin/v1/epochs/take-over`,
        en: `node ${name} has gone on elsewhere in a later epoch, as ${by} knows; this is the old one and may sign nothing. If this one is to take over, stop the other and start this one with --new-epoch, or, while it runs, POST /admin/v1/epochs/take-over`,
      }
    : {
        zh: `另有一处以节点 ${name} 之名在运行（上级 ${by} 刚与之通报），本处是副本或旧备份，不能再签发。停掉多余的一处；另一处停止后，运行中的节点两分钟内自行恢复；确应由本处继续时，先停掉另一处，运行中可 POST /admin/v1/epochs/take-over（控制台“审计日志—日志纪元”），或以 --new-epoch 启动`,
        en: `somebody else runs as node ${name}, and ${by} has just heard from there; this is a copy or an old backup and may sign nothing. Stop the one too many; once the other has stopped, a running node goes on by itself within two minutes. If this is the one to go on, stop the other, and POST /admin/v1/epochs/take-over while it runs (console: Audit log, Epochs), or start it with --new-epoch`,
      }
}

export const wordsOf = ({ zh, en }: Refusal): string => `${zh} / ${en}`
