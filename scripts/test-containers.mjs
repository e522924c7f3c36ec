/**
 * `npm run test:containers`: the tests of the engine and of the queues against a PostgreSQL and a Redis from containers, the images that
 * docker-compose.yml uses. Needs a Docker engine. Arguments go to vitest.
 */
import { become } from './bootstrap.mjs'

await become(['scripts/container-tests.ts', ...process.argv.slice(2)])
