/** Started as a process of its own by the tests: migrates the database of an address and prints the names of the steps that it applied. */
import { migrate } from '../src/migrate.ts'

const [, , url = '', directory = ''] = process.argv
console.log(JSON.stringify(await migrate(url, { directory })))
