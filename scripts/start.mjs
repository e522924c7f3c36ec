/** `npm start`: three nodes, the sample city and a record's whole path. Arguments (`--once`, `--fresh`) go to the demo. */
import { become, prepare, runOnProjectNode } from './bootstrap.mjs'

await prepare()
if ((await runOnProjectNode(['services/console/scripts/build.mjs', '--if-stale'])) !== 0) process.exit(1)

await become(['packages/testing/src/demo/main.ts', ...process.argv.slice(2)])
