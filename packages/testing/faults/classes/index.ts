import { dataClasses } from './data.ts'
import { databaseDiskClasses } from './disks.ts'
import { epochClasses } from './epochs.ts'
import type { FaultClass } from './fault-class.ts'
import { nodeKeyClasses } from './keys.ts'
import { networkClasses } from './network.ts'
import { processClasses } from './processes.ts'
import { postgresClasses, redisClasses } from './servers.ts'
import { versionClasses } from './versions.ts'
import { standardClasses } from './standards.ts'
import { wayClasses } from './ways.ts'
import { clockClasses, diskClasses, keyClasses, realDiskClasses, spoolClasses, twinClasses } from './surroundings.ts'

export const allClasses: readonly FaultClass[] = [
  ...networkClasses,
  ...processClasses,
  ...twinClasses,
  ...postgresClasses,
  ...redisClasses,
  ...diskClasses,
  ...spoolClasses,
  ...realDiskClasses,
  ...databaseDiskClasses,
  ...clockClasses,
  ...keyClasses,
  ...nodeKeyClasses,
  ...epochClasses,
  ...dataClasses,
  ...versionClasses,
  ...standardClasses,
  ...wayClasses,
]
