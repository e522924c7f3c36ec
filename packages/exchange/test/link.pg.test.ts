import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, listLinks, sequenceLog } from '../src/index.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeAll(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterAll(() => tiers.close())

describe('forwardLink', () => {
  it('brings a record to the level above with the same commitment', async () => {
    const { lower, upper, linkNo, send } = tiers
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1)), upsert('TBProjectInfo', 'XM-2', project(2))])
    expect(await forwardAll(lower.hub, linkNo, send)).toEqual(['more', 'idle'])
    const above = await versionsOf(upper.hub)
    expect(above).toEqual(await versionsOf(lower.hub))
    expect(above).toHaveLength(2)
    await sequenceLog(lower.hub)
    const [link] = await listLinks(lower.hub)
    expect(link).toMatchObject({ state: 'idle', lag: { entries: 0, seconds: 0 }, delivered: { deliveries: 1, records: 2 } })
  })
})
