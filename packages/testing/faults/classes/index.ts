import type { FaultClass } from './fault-class.ts'
import { networkClasses } from './network.ts'
import { processClasses } from './processes.ts'

export const allClasses: readonly FaultClass[] = [...networkClasses, ...processClasses]
