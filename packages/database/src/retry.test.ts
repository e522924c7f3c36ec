import { describe, expect, it } from 'vitest'
import { retryDeadlocks, sqlState } from './retry.ts'

const failure = (code: string) => Object.assign(new Error(`state ${code}`), { code })

function failing(times: number, code: string) {
  let tries = 0
  return {
    tries: () => tries,
    work: async () => {
      tries += 1
      if (tries <= times) throw failure(code)
      return 'done'
    },
  }
}

describe('retryDeadlocks', () => {
  it.each(['40P01', '40001'])('tries again after %s', async (code) => {
    const { work, tries } = failing(2, code)
    expect(await retryDeadlocks(work)).toBe('done')
    expect(tries()).toBe(3)
  })
  it('throws another error at once', async () => {
    const { work, tries } = failing(1, '23505')
    await expect(retryDeadlocks(work)).rejects.toThrow('state 23505')
    expect(tries()).toBe(1)
  })
  it('gives up after the tries that it was given', async () => {
    const { work, tries } = failing(9, '40P01')
    await expect(retryDeadlocks(work, 3)).rejects.toThrow('state 40P01')
    expect(tries()).toBe(3)
  })
})

describe('sqlState', () => {
  it('is the state of an error of the database and of no other', () => {
    expect(sqlState(failure('42P04'))).toBe('42P04')
    expect(sqlState(failure('ECONNREFUSED'))).toBeUndefined()
    expect(sqlState(new Error('x'))).toBeUndefined()
    expect(sqlState(null)).toBeUndefined()
  })
})
