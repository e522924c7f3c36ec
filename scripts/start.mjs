/** `npm start`: three nodes, the sample city and a record's whole path. Arguments (`--once`, `--fresh`) go to the demo. */
import { become } from './bootstrap.mjs'

await become(['packages/testing/src/demo/main.ts', ...process.argv.slice(2)])
