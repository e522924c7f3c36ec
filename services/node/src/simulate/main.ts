/** `huijiao simulate` starts this. */
import { readSettings, SettingError } from './settings.ts'
import { simulate, wholeOf } from './simulate.ts'

const most = { provinces: wholeOf.length, cities: wholeOf.reduce((sum, province) => sum + province.cities.length, 0) }

try {
  const result = await simulate(readSettings(process.argv.slice(2), most))
  process.exitCode = result.ok ? 0 : 1
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
