/** The forms in which a configuration writes schedules: an entry of its own, because it is read before anything large is loaded. */
export { batchRecordsMax } from './batch-size.ts'
export { parseEvery, parseWindow } from './schedule.ts'
