/** `npm run format [-- PATH…]`: writes the one layout this code has. */
import { become } from './bootstrap.mjs'

const paths = process.argv.slice(2)
await become(['node_modules/oxfmt/bin/oxfmt', ...(paths.length > 0 ? paths : ['.'])])
