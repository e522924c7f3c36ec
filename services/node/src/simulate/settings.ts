import { parseArgs } from 'node:util'

/** What a simulation is made of. */
export interface SimulationSettings {
  readonly provinces: number
  readonly cities: number
  /** Hours of simulated time. */
  readonly hours: number
  /** Records that a city's systems hand in on a working day, updates and repetitions included. */
  readonly recordsPerCity: number
  /** The same seed makes the same day. */
  readonly seed: number
  /** Links that fail, requests sent twice, answers that get lost. */
  readonly faults: boolean
  /** PostgreSQL to use, an empty database; absent: one of its own, removed afterwards. */
  readonly databaseUrl: string | null
  readonly json: string | null
}

export const simulationOptions = {
  provinces: { type: 'string', default: '3' },
  cities: { type: 'string' },
  hours: { type: 'string', default: '24' },
  records: { type: 'string', default: '400' },
  seed: { type: 'string', default: '1' },
  faults: { type: 'boolean', default: false },
  database: { type: 'string' },
  json: { type: 'string' },
} as const

/** A setting that cannot be used, in words for people. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/**
 * Reads the command line.
 * @param most how many provinces and cities there are
 * @throws SettingError
 */
export function readSettings(args: readonly string[], most: { readonly provinces: number; readonly cities: number }): SimulationSettings {
  let values: Partial<Record<keyof typeof simulationOptions, string | boolean>>
  try {
    values = parseArgs({ args: [...args], options: simulationOptions }).values
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SettingError(`参数有误：${why}\nThe command line cannot be read: ${why}`)
  }
  const whole = (name: keyof typeof simulationOptions, from: number, to: number, absent?: number): number => {
    const text = values[name]
    if (text === undefined && absent !== undefined) return absent
    const value = Number(text)
    if (!Number.isInteger(value) || value < from || value > to)
      throw new SettingError(
        `--${name} 须为 ${from} 至 ${to} 的整数，得到 ${String(text)}\n--${name} is a whole number from ${from} to ${to}, not ${String(text)}`,
      )
    return value
  }
  const provinces = whole('provinces', 1, most.provinces)
  return {
    provinces,
    cities: whole('cities', 1, most.cities, 5 * provinces),
    hours: whole('hours', 1, 24 * 31),
    recordsPerCity: whole('records', 1, 1_000_000),
    seed: whole('seed', 0, 2 ** 31),
    faults: values.faults === true,
    databaseUrl: typeof values.database === 'string' ? values.database : null,
    json: typeof values.json === 'string' ? values.json : null,
  }
}
