/**
 * `npm run faults`: a whole hub of real processes, a workload, and faults of every class, until the time is up; then everything is healed and held against
 * a model of its own. Ends with 0 only when nothing is amiss.
 */
import { runFaults } from './run.ts'
import { printReport } from './report.ts'
import { readSettings } from './settings.ts'

let code = 1
try {
  const settings = readSettings(process.argv.slice(2))
  const result = await runFaults(settings)
  await printReport(settings, result)
  code = result.findings.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(
    `${error instanceof RangeError ? error.message : error instanceof Error ? `${error.stack}\n${String((error.cause as Error | undefined)?.stack ?? '')}` : String(error)}\n`,
  )
  code = error instanceof RangeError ? 2 : 1
}
process.stdout.write('', () => process.exit(code))
