/** `npm run bench`: the published figures, measured again on this machine. Arguments go to the benchmark. */
import { become } from './bootstrap.mjs'

await become(['bench/main.ts', ...process.argv.slice(2)])
