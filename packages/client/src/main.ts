import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Types are stripped and code is compiled once, not for every command; see the node's main.ts.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/huijiao'))
const { runHuijiao } = await import('./cli/run.ts')
const { processTerminal } = await import('./cli/terminal.ts')
const { exitCodes, UserError } = await import('./user-error.ts')

const args = process.argv.slice(2)
const interrupted = new AbortController()
// The node stops in its own good order; every other command gives up what it waits for, and a second Ctrl-C ends it at once.
if (args[0] !== 'node' || args[1] === 'key') {
  const words = { zh: '已中断；再次运行同一命令可继续', en: 'interrupted; run the same command again to continue' }
  process.once('SIGINT', () => interrupted.abort(new UserError(exitCodes.interrupted, words)))
}
// The reader of our output went away (`| head`): nothing to tell anybody.
process.stdout.on('error', () => process.exit(exitCodes.done))
process.exitCode = await runHuijiao(args, processTerminal(), interrupted.signal)
