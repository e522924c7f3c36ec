import { describe } from 'vitest'
import { recordsTravel } from './forwarding.ts'

describe('three nodes with their queues on PostgreSQL', () => {
  recordsTravel(() => '')
})
