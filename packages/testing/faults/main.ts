/**
 * `npm run faults`: a whole hub of real processes, a workload, and faults of every class, until the time is up; then everything is healed and held against
 * a model of its own. Ends with 0 only when nothing is amiss.
 */
import { createBar } from './bar.ts'
import { measureCatchUp } from './catch-up.ts'
import { keepCatchUp, keepRun } from './docs.ts'
import { runFaults } from './run.ts'
import { printReport } from './report.ts'
import { type FaultSettings, readSettings } from './settings.ts'
import { orUsage } from '../src/tool-options.ts'

async function inject(settings: FaultSettings): Promise<number> {
  const result = await runFaults(settings)
  await printReport(settings, result)
  if (settings.writeDocs) keepRun(result)
  return result.findings.length === 0 ? 0 : 1
}

async function catchUp(settings: FaultSettings, records: number): Promise<number> {
  const bar = createBar()
  const result = await measureCatchUp(records, bar.say, bar.show)
  bar.end()
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  if (settings.writeDocs) keepCatchUp(result)
  return result.findings.length === 0 ? 0 : 1
}

// Ended from outside, it still ends its servers and unmounts its disks.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const settings = orUsage(() => readSettings(process.argv.slice(2)))
let code = 1
try {
  code = settings.catchUp === null ? await inject(settings) : await catchUp(settings, settings.catchUp)
} catch (error) {
  const words = error instanceof Error ? `${error.stack}\n${String((error.cause as Error | undefined)?.stack ?? '')}` : String(error)
  process.stderr.write(`${words}\n`)
  code = 1
}
process.stdout.write('', () => process.exit(code))
