/** Takes a range out of a node's log and ends; a test kills it in the middle. Arguments: address of the database, node, `--to`, directory. */
import { openDatabase } from '@huijiao/database'
import { detachLog } from '../src/index.ts'

const [url, name, to, into] = process.argv.slice(2) as [string, string, string, string]
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const database = openDatabase({ url, poolMax: 2, applicationName: 'huijiao detach-once', log: quiet })
const keeper = { db: database.db, node: { name }, clock: { now: () => new Date('2026-09-01T01:30:00Z') } }
const moved = await detachLog(keeper, { to: Number(to), into, place: 'archive 7', actor: 'operator:test' })
process.stdout.write(JSON.stringify(moved))
await database.close()
