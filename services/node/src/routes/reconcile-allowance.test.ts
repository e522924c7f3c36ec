import { expect, it } from 'vitest'
import { createAllowance } from './reconcile-allowance.ts'

it('answers one question of a participant at a time, and so many a minute', () => {
  let now = 0
  const allowance = createAllowance(() => now)
  const leave = allowance.enter('p-a', true)
  expect(leave).not.toBeNull()
  expect(allowance.enter('p-a', false)).toBeNull()
  expect(allowance.enter('p-b', false)).not.toBeNull()
  leave?.()
  let begun = 1
  for (let next = allowance.enter('p-a', true); next !== null; next = allowance.enter('p-a', true)) {
    next()
    begun += 1
  }
  expect(begun).toBe(20)
  now += 1500
  expect(allowance.enter('p-a', true)).not.toBeNull()
})
