/** `npm run scale`: what a county, a city, a province and the nation need, from what one record costs on this machine. */
import { become } from './bootstrap.mjs'

await become(['bench/scale.ts', ...process.argv.slice(2)])
