import table from '../generated/regions.json' with { type: 'json' }
import type { RegionsDocument } from '../regions.ts'

/** The committed table of divisions, in a page: brought by the bundle instead of read from a file. */
export const divisions = table as unknown as RegionsDocument
