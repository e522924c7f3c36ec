import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PolicyDocument, parsePolicy, ruleCatalogue } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { type Caller, findLinkage, type Hub, resolveHeld, sequenceLog, sweepHeld } from '../src/index.ts'
import {
  type LinkageCase,
  type LinkageProblem,
  type LinkageRecord,
  type LinkageVector,
  vectorFiles,
  vectorsFolder,
} from './linkage-cases.ts'
import { enrol, openTestHub, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

const files = readdirSync(vectorsFolder).filter((name) => name.endsWith('.json'))
const vectors = files.map((name) => JSON.parse(readFileSync(join(vectorsFolder, name), 'utf8')) as LinkageVector)

async function settle(hub: Hub): Promise<void> {
  do await sequenceLog(hub)
  while ((await resolveHeld(hub)) || (await sweepHeld(hub)) > 0 || (await findLinkage(hub)))
}

describe('the vectors of linkage', () => {
  it('are what the cases say (node packages/exchange/test/make-linkage-vectors.ts)', () => {
    const made = vectorFiles()
    expect(files.toSorted()).toEqual([...made.keys()].toSorted())
    for (const [name, text] of made) expect(readFileSync(join(vectorsFolder, name), 'utf8') === text, name).toBe(true)
  })

  it('have a record that passes and one that fails for every rule of linkage in the catalogue', () => {
    const judged = ruleCatalogue.filter(({ kind, judgedBy }) => kind === 'linkage' && judgedBy === 'node').map(({ id }) => id)
    expect(
      vectors
        .filter(({ valid, invalid }) => valid.length > 0 && invalid.length > 0)
        .map(({ rule }) => rule)
        .toSorted(),
    ).toEqual(judged.toSorted())
  })

  describe.each(vectors.map((vector) => [vector.rule, vector] as const))('of %s', (_rule, vector) => {
    it('pass where they should', async () => {
      for (const one of vector.valid) expect(await judge(one), one.note).toEqual({ outcome: 'accepted', problems: [] })
    })

    it('fail with the rule, the place and the severity that they say, and after the hold as they say', async () => {
      for (const one of vector.invalid) {
        const { outcome, problems, afterHold } = one
        expect(await judge(one), one.note).toEqual({ outcome, problems, ...(afterHold === undefined ? {} : { afterHold }) })
      }
    })
  })
})

interface Judged {
  readonly outcome: string
  readonly problems: LinkageProblem[]
  readonly afterHold?: LinkageProblem[]
}

/** What a node that holds the other records makes of one. */
async function judge(one: LinkageCase): Promise<Judged> {
  const region = one.tier === 'provincial' ? '370000' : '370100'
  const node = await openTestHub({ name: region, region, tier: one.tier })
  try {
    node.clock.set(new Date(one.at))
    const hub = withReferences(node, one)
    const caller = await enrol(hub)
    for (const [index, other] of one.with.entries()) expect((await send(hub, caller, `W-${index}`, other)).outcome).toBe('accepted')
    await settle(hub)
    const { outcome, problems } = await send(hub, caller, 'R-1', one)
    await settle(hub)
    const found = await openFindings(hub)
    const judged = { outcome, problems: [...problems.filter((each) => each.rule.startsWith('linkage.')), ...found] }
    if (outcome !== 'held') return judged
    node.clock.advance(30 * 86_400_000)
    await settle(hub)
    const { state } = await hub.db.selectFrom('version').select('state').where('source_id', '=', 'R-1').executeTakeFirstOrThrow()
    expect(state).toBe('refused')
    return { ...judged, afterHold: await openFindings(hub) }
  } finally {
    await node.close()
  }
}

function withReferences(node: TestHub, { references, release }: LinkageCase): Hub {
  if (references === undefined) return node.hub
  const document = node.hub.standards().releases.get(release)?.policy as PolicyDocument
  const policy = parsePolicy({ ...document, references: [...document.references, ...references] })
  return { ...node.hub, policy: () => policy }
}

const brief = ({ code, rule, pointer, severity }: LinkageProblem): LinkageProblem => ({ code, rule, pointer, severity })

async function send(hub: Hub, caller: Caller, sourceId: string, { entity, data, release }: LinkageRecord) {
  const [one] = receiptOf(await submit(hub, caller, [upsert(entity, sourceId, data)], { standard: release })).records
  const problems = (one?.problems ?? []) as unknown as LinkageProblem[]
  expect(problems.filter((each) => each.severity === 'error')).toEqual([])
  return { outcome: one?.outcome ?? '', problems: problems.map(brief) }
}

async function openFindings(hub: Hub): Promise<LinkageProblem[]> {
  const rows = await hub.db
    .selectFrom('finding')
    .innerJoin('version', (join) => join.onRef('version.part_id', '=', 'finding.part_id').onRef('version.ordinal', '=', 'finding.ordinal'))
    .select('problem')
    .where('finding.state', '=', 'open')
    .where('source_id', '=', 'R-1')
    .orderBy('finding_no')
    .execute()
  return rows.map((row) => brief(row.problem as LinkageProblem))
}
