import { describe, expect, it } from 'vitest'
import { bounded } from './validation.ts'

describe('a number of a request that no column could hold', () => {
  it('is outside what its schema takes, whether the schema says so or not', () => {
    const schema = {
      type: 'object',
      properties: {
        number: { type: 'integer', minimum: 1 },
        limit: { type: 'integer', maximum: 500 },
        records: { type: 'array', items: { type: 'object', properties: { part: { type: 'integer' }, ordinal: { type: 'integer' } } } },
        state: { enum: ['integer'] },
      },
    }
    const made = bounded(schema) as unknown as { properties: Record<string, any> }
    expect(made.properties['number']).toEqual({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
    expect(made.properties['limit']).toEqual({ type: 'integer', maximum: 500 })
    expect(made.properties['records'].items.properties).toEqual({
      part: { type: 'integer', maximum: Number.MAX_SAFE_INTEGER },
      ordinal: { type: 'integer', maximum: 2_147_483_647 },
    })
    expect(made.properties['state']).toEqual({ enum: ['integer'] })
  })
})
