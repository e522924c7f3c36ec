import { defineConfig } from 'vitest/config'

/**
 * Five projects by what a test needs: nothing (unit), a real PostgreSQL (`*.pg.test.ts`), a real Redis as well (`*.redis.test.ts`), a browser and
 * whole nodes (`*.browser.test.ts`), whole node processes (`*.system.test.ts`). System tests kill processes and count seconds, so they run alone, one file after the other,
 * when the others are done.
 */
const needs = ['**/*.pg.test.ts', '**/*.redis.test.ts', '**/*.browser.test.ts', '**/*.system.test.ts']
const exclude = ['**/node_modules/**', '**/.huijiao/**']
const places = '{packages,services}/*/{src,test}/**'
const withPostgres = { globalSetup: ['packages/testing/src/global-postgres.ts'], testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${places}/*.test.ts`, 'test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...exclude, ...needs],
          // Properties run many cases; a busy machine takes several times as long over them.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'postgres', include: [`${places}/*.pg.test.ts`], exclude, ...withPostgres } },
      { test: { name: 'redis', include: [`${places}/*.redis.test.ts`], exclude, ...withPostgres } },
      {
        test: {
          name: 'browser',
          include: [`${places}/*.browser.test.ts`],
          exclude,
          globalSetup: ['packages/testing/src/global-postgres.ts', 'services/console/test/global-demo.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'system',
          include: [`${places}/*.system.test.ts`, 'examples/**/*.system.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
