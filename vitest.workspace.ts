import { defineConfig } from 'vitest/config'

/**
 * Four projects by what a test needs: nothing (unit), a real PostgreSQL (`*.pg.test.ts`), a real Redis as well (`*.redis.test.ts`),
 * whole node processes (`*.system.test.ts`).
 */
const needs = ['**/*.pg.test.ts', '**/*.redis.test.ts', '**/*.system.test.ts']
const common = { environment: 'node' as const, exclude: ['**/node_modules/**', '**/.huijiao/**'] }

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'unit', include: ['{packages,services}/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'], exclude: [...common.exclude, ...needs] } },
      { test: { ...common, name: 'postgres', include: ['{packages,services}/*/{src,test}/**/*.pg.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, globalSetup: ['packages/testing/src/global-postgres.ts'] } },
      { test: { ...common, name: 'redis', include: ['{packages,services}/*/{src,test}/**/*.redis.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, globalSetup: ['packages/testing/src/global-postgres.ts'] } },
      { test: { ...common, name: 'system', include: ['{packages,services}/*/{src,test}/**/*.system.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
})
