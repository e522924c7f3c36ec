import { describe } from 'vitest'
import { importsBehave } from './import-control.ts'

describe('imports with their jobs on PostgreSQL', () => {
  importsBehave(() => ({}))
})
