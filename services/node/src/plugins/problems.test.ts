import { describe, expect, it } from 'vitest'
import { databaseIsAway } from './problems.ts'

describe('a database that is away', () => {
  it.each([
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
    // What kysely says of a statement that comes after the one that met the break.
    new Error('Postgres connection has been discarded'),
    new Error('a step failed', { cause: Object.assign(new Error('connection failure'), { code: '08006' }) }),
  ])('is told by what driver and query builder say: %s', (error) => {
    expect(databaseIsAway(error)).toBe(true)
  })

  it.each([new Error('value is not an int4'), Object.assign(new Error('duplicate key'), { code: '23505' }), 'Connection terminated', null])(
    'is not told by anything else: %s',
    (error) => {
      expect(databaseIsAway(error)).toBe(false)
    },
  )
})
