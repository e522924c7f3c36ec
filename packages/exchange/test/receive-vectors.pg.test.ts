import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyFix, ruleCatalogue } from '@huijiao/standard'
import { afterEach, describe, expect, it } from 'vitest'
import { enrol, openTestHub, submit, type TestHub } from './test-hub.ts'

interface ReceiveCase {
  readonly release: string
  readonly at: string
  readonly caller: { readonly tier: 'national' | 'provincial' | 'municipal' | 'county'; readonly regions: readonly string[] }
  readonly record: { readonly entity: string; readonly operation: string; readonly data?: Record<string, unknown> }
  readonly note: string
}

interface Brief {
  readonly code: string
  readonly rule?: string
  readonly pointer: string
  readonly severity: string
  readonly fix?: Parameters<typeof applyFix>[1]
}

const folder = join(import.meta.dirname, '..', '..', 'standard', 'vectors', 'receive')
const vectors = readdirSync(folder).map(
  (name) =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      rule: string
      valid: ReceiveCase[]
      invalid: (ReceiveCase & { problems: Brief[]; fixed?: ReceiveCase['record'] })[]
    },
)

let node: TestHub | undefined
afterEach(async () => {
  await node?.close()
  node = undefined
})

/** What a node of that tier makes of the line, by a dry run, from a sender with those grants. */
async function judge({ caller, at, release, record }: ReceiveCase): Promise<Brief[]> {
  const { tier, regions } = caller
  const region = tier === 'provincial' ? '370000' : '370100'
  node = await openTestHub({ name: region, region, tier })
  node.clock.set(new Date(at))
  const sender = await enrol(node.hub, 'p-sender', regions)
  const line = { ...record, sourceId: 'R-1', ...(record.operation === 'withdraw' ? { reason: '重复报送' } : {}) }
  const answer = await submit(node.hub, sender, [line], { standard: release, dryRun: true })
  await node.close()
  node = undefined
  if (answer.kind !== 'dry-run') throw new Error(`not a dry run but ${answer.kind}`)
  const [one] = (answer.document as { records?: { problems?: Brief[] }[] }).records ?? []
  return (one?.problems ?? []).map(({ code, rule, pointer, severity, fix }) => ({
    code,
    ...(rule === undefined ? {} : { rule }),
    pointer,
    severity,
    ...(fix === undefined ? {} : { fix }),
  }))
}

describe('the vectors of what a caller may report', () => {
  it('are there for every rule that no record and no reference decides alone', () => {
    const rules = ruleCatalogue.filter(({ judgedBy, kind }) => judgedBy !== 'record' && kind !== 'linkage').map(({ id }) => id)
    expect(vectors.map(({ rule }) => rule).toSorted()).toEqual(rules.toSorted())
  })

  describe.each(vectors.map((vector) => [vector.rule, vector] as const))('of %s', (_rule, vector) => {
    it('pass at a node where they should', async () => {
      for (const one of vector.valid) expect(await judge(one), one.note).toEqual([])
    })

    it('fail at a node as they say, and pass with the patch where there is one', async () => {
      for (const one of vector.invalid) {
        const found = await judge(one)
        expect(
          found.map(({ fix: _fix, ...rest }) => rest),
          one.note,
        ).toEqual(one.problems)
        const [fix] = found.flatMap((problem) => problem.fix ?? [])
        expect(fix === undefined, one.note).toBe(one.fixed === undefined)
        if (fix === undefined || one.fixed === undefined) continue
        const data = applyFix(one.record.data ?? {}, found[0]?.fix ?? [])
        expect(data, one.note).toEqual(one.fixed.data)
        expect(await judge({ ...one, record: one.fixed }), one.note).toEqual([])
      }
    })
  })
})
