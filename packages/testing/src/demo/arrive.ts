import { setTimeout as delay } from 'node:timers/promises'
import { requestJson } from './http.ts'
import { type DemoNode, type DemoSettings, nodeOf } from './settings.ts'
import type { DemoState } from './state.ts'
import { DemoError, progressBar } from './words.ts'

interface Link {
  readonly name: string
  readonly state: 'idle' | 'forwarding' | 'failing' | 'paused'
  readonly paused: { readonly reason: string | null } | null
  readonly lag: { readonly entries: number }
  readonly lastError: { readonly text: string } | null
  readonly delivered: { readonly records: number }
}

/** How long nothing at all may move before the demo says so and gives up. */
const stillMs = 180_000

/**
 * Waits until everything has gone up: each node has numbered all its entries and sent all that is due, the lower one first.
 * @param expected versions that will go from the province to the nation, for the bar
 */
export async function untilArrived(settings: DemoSettings, state: DemoState, expected: number): Promise<void> {
  const bar = progressBar('送达全国', 'arriving at the nation', expected)
  let moved = ''
  let movedAt = Date.now()
  for (;;) {
    const municipal = await workLeft(nodeOf(settings, 'municipal'), state)
    const provincial =
      municipal.left === 0
        ? await workLeft(nodeOf(settings, 'provincial'), state)
        : { left: 1, delivered: await deliveredBy(settings, state), facts: '' }
    const national = provincial.left === 0 ? await workLeft(nodeOf(settings, 'national'), state) : { left: 1, delivered: 0, facts: '' }
    bar.step(Math.min(expected, provincial.delivered))
    if (municipal.left + provincial.left + national.left === 0) break
    const now = `${municipal.delivered} ${municipal.left} ${provincial.delivered} ${provincial.left}`
    if (now !== moved) movedAt = Date.now()
    moved = now
    if (Date.now() - movedAt > stillMs) {
      bar.end()
      const facts = `${municipal.facts} ${provincial.facts}`
      throw new DemoError(
        `三分钟没有进展（${facts}）；各节点的日志在 ${settings.dir}`,
        `Nothing has moved for three minutes (${facts}); the nodes' logs are in ${settings.dir}`,
      )
    }
    await delay(200)
  }
  bar.step(expected)
  bar.end()
}

async function deliveredBy(settings: DemoSettings, state: DemoState): Promise<number> {
  return (await linksOf(nodeOf(settings, 'provincial'), state)).reduce((sum, link) => sum + link.delivered.records, 0)
}

async function linksOf(node: DemoNode, state: DemoState): Promise<readonly Link[]> {
  return (await requestJson<{ items: Link[] }>('GET', `${node.url}/admin/v1/links`, state.adminTokens[node.tier])).items
}

/** What a node still has to do: entries to number, entries past a link's cursor, a delivery under way. */
async function workLeft(node: DemoNode, state: DemoState): Promise<{ left: number; delivered: number; facts: string }> {
  const own = await requestJson<{ log: { pending: number }; openSubmissions: number }>(
    'GET',
    `${node.url}/admin/v1/node`,
    state.adminTokens[node.tier],
  )
  const links = await linksOf(node, state)
  const paused = links.find((link) => link.state === 'paused')
  if (paused)
    throw new DemoError(
      `${node.tier} 节点的上报通道 ${paused.name} 已暂停：${paused.paused?.reason ?? ''}`,
      `The link ${paused.name} of the ${node.tier} node is paused: ${paused.paused?.reason ?? ''}`,
    )
  return {
    left: own.log.pending + own.openSubmissions + links.reduce((sum, link) => sum + link.lag.entries + (link.state === 'idle' ? 0 : 1), 0),
    delivered: links.reduce((sum, link) => sum + link.delivered.records, 0),
    facts: links
      .map(
        (link) =>
          `${node.tier} → ${link.name}: ${link.state}, ${link.lag.entries}${link.lastError ? `, ${link.lastError.text.slice(0, 200)}` : ''}`,
      )
      .join('; '),
  }
}
