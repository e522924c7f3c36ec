/** For programs that run a node inside their own process; `main.ts` is the program. */
export { buildApp } from './app.ts'
export { type Config, ConfigError, readConfig } from './config.ts'
export { type Context, type ContextOptions, createContext } from './context.ts'
export { startWorker, type Worker } from './worker.ts'
