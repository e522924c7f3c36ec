import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tracesTravel } from './traces.ts'

describe('traces, with queues on PostgreSQL,', () => {
  tracesTravel(() => '')
})

describe('a node without traces', () => {
  // prom-client brings the API, which does nothing by itself.
  it('loads nothing of OpenTelemetry that could make or send a span', () => {
    const source = `
      await import(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))})
      const required = Object.keys((await import('node:module')).default._cache).filter((one) => one.includes('@opentelemetry') && !one.includes('@opentelemetry/api/'))
      console.log(JSON.stringify(required))`
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
    expect(JSON.parse(out.trim().split('\n').at(-1) as string)).toEqual([])
  })
})
