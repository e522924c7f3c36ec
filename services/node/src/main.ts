import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

// What is no longer needed is collected when it is as much as what is: on a machine with much memory V8 would wait until it is three times as much. It asks for
// this each time, so that it counts from here on, and for the threads (docs/profiles/memory.md).
setFlagsFromString('--heap-growing-percent=100')

// Before anything else is loaded. Types are stripped and code is compiled once, not at every start, which is the larger part of it. The cache lies
// beside the packages, where only who installed them can write; elsewhere there is none.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/huijiao'))
await import('./serve.ts')
