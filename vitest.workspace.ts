import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Five projects by what a test needs: nothing (unit), a real PostgreSQL (`*.pg.test.ts`), a real Redis as well (`*.redis.test.ts`), a browser and
 * whole nodes (`*.browser.test.ts`), whole node processes (`*.system.test.ts`). The first three share the processors; browsers, and whole processes
 * that are killed and waited for, come after them, of each kind one file after the other.
 */
const needs = ['**/*.pg.test.ts', '**/*.redis.test.ts', '**/*.browser.test.ts', '**/*.system.test.ts']
const exclude = ['**/node_modules/**', '**/.huijiao/**']
const places = '{packages,services}/*/{src,test}/**'
/** A file mostly waits for its database: with fewer workers than this a processor stands still. */
const maxWorkers = Math.max(2, availableParallelism() - 1)
const withPostgres = { globalSetup: ['packages/testing/src/global-postgres.ts'], testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers,
          include: [`${places}/*.test.ts`, 'test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...exclude, ...needs],
          // Properties run many cases; a busy machine takes several times as long over them.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'postgres', maxWorkers, include: [`${places}/*.pg.test.ts`], exclude, ...withPostgres } },
      { test: { name: 'redis', maxWorkers, include: [`${places}/*.redis.test.ts`], exclude, ...withPostgres } },
      {
        test: {
          name: 'browser',
          include: [`${places}/*.browser.test.ts`],
          exclude,
          globalSetup: ['packages/testing/src/global-postgres.ts', 'services/console/test/global-demo.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
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
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
