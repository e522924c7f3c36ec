import { expect, it } from 'vitest'
import { lastDue } from './reconcile.ts'

it('a time of day is one in Asia/Shanghai, today if it has come, else yesterday', () => {
  expect(lastDue(new Date('2026-09-01T18:29:59Z'), '02:30').toISOString()).toBe('2026-08-31T18:30:00.000Z')
  expect(lastDue(new Date('2026-09-01T18:30:00Z'), '02:30').toISOString()).toBe('2026-09-01T18:30:00.000Z')
  expect(lastDue(new Date('2026-12-31T16:00:00Z'), '00:00').toISOString()).toBe('2026-12-31T16:00:00.000Z')
  expect(lastDue(new Date('2026-12-31T15:59:59Z'), '23:59').toISOString()).toBe('2026-12-31T15:59:00.000Z')
})
