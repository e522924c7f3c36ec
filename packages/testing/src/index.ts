export { type DrivenClock, drivenClock } from './driven-clock.ts'
export { type TestRedis, withRedis } from './redis.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
