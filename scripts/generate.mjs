/** `npm run generate`: schemas, types and compact tables from the standard's data. Changes nothing when they are current. */
import { become } from './bootstrap.mjs'

await become(['packages/standard/src/generate.ts'])
