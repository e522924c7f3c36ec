import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupedProblems, sequenceLog, watchProblemGroups } from '../src/index.ts'
import { enrol, openTestHub, project, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
beforeAll(async () => {
  node = await openTestHub()
})
afterAll(() => node.close())

describe('the groups of a large submission', () => {
  it('are counted ahead by the reader of the log; who asks waits for the rest alone, and afterwards for nothing', async () => {
    const { hub } = node
    const wrong = [1, 2, 3].map((serial) => upsert('TBProjectInfo', `P-${serial}`, { ...project(serial), CountyNum: '370202' }))
    await submit(hub, await enrol(hub), wrong)
    await sequenceLog(hub)
    const submission = await hub.db.selectFrom('submission').select(['submission_no', 'state']).executeTakeFirstOrThrow()
    // As if it had 130 parts like this one; its own entry is that of the 128th.
    await hub.db.updateTable('part').set({ part_no: 127 }).execute()
    await sql`
      insert into part select (jsonb_populate_record(p, jsonb_build_object('part_id', p.part_id + 1000 + k, 'part_no', k, 'first_record', k * 3))).*
      from part p, generate_series(0, 129) k where k <> 127`.execute(hub.db)
    while (await watchProblemGroups(hub)) continue
    const kept = () => hub.db.selectFrom('problem_groups').select(['records', 'problems', 'parts']).executeTakeFirst()
    expect(await kept()).toEqual({ records: 128 * 3, problems: 128 * 3, parts: 128 })
    // What is counted is not read again.
    await sql`update part set outcomes = '' where part_no < 128`.execute(hub.db)
    const grouped = await groupedProblems(hub.db, submission, hub.clock.now())
    expect(grouped).toMatchObject({ records: 390, problems: 390, groups: [{ code: 'region-not-nested', count: 390, fixes: 390 }] })
    expect(grouped.groups[0]?.examples).toMatchObject([{ record: 0 }, { record: 1 }, { record: 2 }])
    expect(await kept()).toEqual({ records: 390, problems: 390, parts: null })
    await sql`update part set outcomes = ''`.execute(hub.db)
    expect(await groupedProblems(hub.db, submission, hub.clock.now())).toEqual(grouped)
    // Nothing that the reader does later takes the whole back.
    await hub.db.updateTable('reader').set({ cursor: 0 }).where('name', '=', 'problem-groups').execute()
    while (await watchProblemGroups(hub)) continue
    expect(await kept()).toMatchObject({ parts: null })
  })

  it('are counted to its last part when it has fewer than a step, and one that is small is left for who asks', async () => {
    const { hub } = node
    const caller = await enrol(hub, 'p-second')
    const wrong = (serial: number) => upsert('TBProjectInfo', `P-${serial}`, { ...project(serial), CountyNum: '370202' })
    for (const serial of [11, 12]) await submit(hub, caller, [wrong(serial)])
    await sequenceLog(hub)
    const [large, small] = await hub.db.selectFrom('submission').select('submission_no').orderBy('submission_no').offset(1).execute()
    // As if the first had 20 parts; the entry is that of the last.
    const { submission_no } = large as { submission_no: number }
    await hub.db.updateTable('part').set({ part_no: 19 }).where('submission_no', '=', submission_no).execute()
    await sql`
      insert into part select (jsonb_populate_record(p, jsonb_build_object('part_id', p.part_id + 5000 + k, 'part_no', k, 'first_record', k))).*
      from part p, generate_series(0, 18) k where p.submission_no = ${submission_no}`.execute(hub.db)
    while (await watchProblemGroups(hub)) continue
    const kept = await hub.db.selectFrom('problem_groups').select(['submission_no', 'records', 'parts']).orderBy('submission_no').execute()
    expect(kept.slice(1)).toEqual([{ submission_no, records: 20, parts: 20 }])
    expect(small?.submission_no).toBeGreaterThan(submission_no)
  })
})
