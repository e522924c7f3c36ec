import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleDirectory, type ProblemDocument, type ProblemExample } from '@huijiao/problem'
import { type PolicyDocument, parsePolicy } from '@huijiao/standard'
import { afterAll, describe, expect, it } from 'vitest'
import { findLinkage, type Hub, resolveHeld, sequenceLog, sweepHeld } from '../src/index.ts'
import { type LinkageVector, vectorsFolder } from './linkage-cases.ts'
import { enrol, openTestHub, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

/**
 * The problems that only show beside other records, for the pages of their codes: a vector of linkage is put to a node, and what it says is held
 * against `packages/problem/examples/linkage.json`. `HUIJIAO_WRITE_EXAMPLES=1` writes it instead.
 */
const file = join(exampleDirectory, 'linkage.json')
const writing = process.env['HUIJIAO_WRITE_EXAMPLES'] === '1'
const made: Record<string, ProblemExample> = {}
afterAll(() => {
  if (writing) writeFileSync(file, `${JSON.stringify(made, null, 1)}\n`)
})

const vectors = readdirSync(vectorsFolder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(vectorsFolder, name), 'utf8')) as LinkageVector)
type Case = LinkageVector['invalid'][number]

async function settle(hub: Hub): Promise<void> {
  do await sequenceLog(hub)
  while ((await resolveHeld(hub)) || (await sweepHeld(hub)) > 0 || (await findLinkage(hub)))
}

/** What a node says of the record, at once and, when it waits, after the time it may wait. */
async function problemsOf(one: Case): Promise<ProblemDocument[]> {
  const region = one.tier === 'provincial' ? '370000' : '370100'
  const node: TestHub = await openTestHub({ name: region, region, tier: one.tier })
  try {
    node.clock.set(new Date(one.at))
    const { policy } = node.hub.standards().releases.get(one.release) as { policy: PolicyDocument }
    const own = parsePolicy({ ...policy, references: [...policy.references, ...(one.references ?? [])] })
    const hub: Hub = one.references === undefined ? node.hub : { ...node.hub, policy: () => own }
    const caller = await enrol(hub)
    const send = async (
      sourceId: string,
      { entity, data, release }: { entity: string; data: Readonly<Record<string, unknown>>; release: string },
    ) => receiptOf(await submit(hub, caller, [upsert(entity, sourceId, data)], { standard: release })).records[0]
    for (const [index, other] of one.with.entries()) await send(`W-${index}`, other)
    await settle(hub)
    const answered = await send('R-1', one)
    await settle(hub)
    if (answered?.outcome === 'held') {
      node.clock.advance(30 * 86_400_000)
      await settle(hub)
    }
    const findings = await hub.db.selectFrom('finding').select('problem').orderBy('finding_no').execute()
    return [...((answered?.problems ?? []) as ProblemDocument[]), ...findings.map((row) => row.problem as unknown as ProblemDocument)]
  } finally {
    await node.close()
  }
}

const wanted = [
  [
    'parent-missing',
    '先报送被引用的记录；它入库后本记录自动放行\nSend the record it refers to; this one is released when that is in force',
  ],
  ['parent-never-came', '报送被引用的记录后，原样重报本记录\nSend the record it refers to, then this one again'],
  ['reference-missing', '核对引用的编号，或报送被引用的记录\nCheck the number, or send the record it refers to'],
  ['reference-cycle', '改正其中一处引用\nCorrect one of the references'],
  ['manager-overlap', '改正人员或起止日期，或报送变更\nCorrect the person or the dates, or report the change'],
  ['finish-before-permit', '改正日期\nCorrect the date'],
] as const

describe('a problem that only shows beside other records has the example on its page', () => {
  it.each(wanted)('%s', async (code, mended) => {
    const one = vectors
      .flatMap((vector) => vector.invalid)
      .find(({ problems, afterHold = [] }) => [...problems, ...afterHold].some((each) => each.code === code))
    const problem = (await problemsOf(one as Case)).find((each) => each.code === code) as ProblemDocument
    const { entity, data, with: others } = one as Case
    const field = (problem.pointer ?? '').replace('/data/', '')
    const shown = Object.fromEntries(
      Object.entries(data)
        .filter(([name]) => name === field || name.endsWith('Num'))
        .slice(0, 4),
    )
    const sent = [
      JSON.stringify({ entity, operation: 'upsert', sourceId: 'R-1', data: shown }),
      `（已入库 already in force：${others.map((other) => other.entity).join('、') || '—'}）`,
    ].join('\n')
    const settled = JSON.parse(
      JSON.stringify({ sent, problem, mended }).replaceAll(/\br_[0-9a-f]{32}\b/g, `r_${'0'.repeat(32)}`),
    ) as ProblemExample
    made[code] = settled
    const kept = writing ? settled : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, ProblemExample>)[code]
    expect(settled).toEqual(kept)
  })
})
