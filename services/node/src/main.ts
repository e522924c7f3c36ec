import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Before anything else is loaded. Types are stripped and code is compiled once, not at every start, which is the larger part of it. The cache lies
// beside the packages, where only who installed them can write; elsewhere there is none.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/huijiao'))
await import('./serve.ts')
