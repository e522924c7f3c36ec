/** Started as a process of its own by the tests: starts or adopts the cluster of a directory, says what came of it, and ends or waits. */
import { startEmbeddedPostgres } from '../src/embedded/start.ts'

const [, , dataDir = '', then = 'end'] = process.argv
const words: string[] = []
const server = await startEmbeddedPostgres({ dataDir, onProgress: ({ en }) => words.push(en), settings: { shared_buffers: '16MB' } })
process.stdout.write(
  `${JSON.stringify({ pid: server.pid, port: server.port, adopted: server.adopted, url: server.url('postgres'), words })}\n`,
)
if (then === 'wait') setInterval(() => {}, 1000)
