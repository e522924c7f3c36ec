/** `npm run faults -- --seed N --minutes M`: real nodes, real servers, injected faults, judged by a model of its own. Arguments go to the harness. */
import { become } from './bootstrap.mjs'

await become(['packages/testing/faults/main.ts', ...process.argv.slice(2)])
