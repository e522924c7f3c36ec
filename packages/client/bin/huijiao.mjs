#!/usr/bin/env node
/**
 * The `huijiao` command. The program itself is TypeScript and needs Node 24; on an older Node this starts it again on the Node 24 that
 * came with the project's dependencies.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function projectNode() {
  const windows = process.platform === 'win32'
  const platform = `${windows ? 'win' : process.platform}-${process.arch}`
  const name = platform === 'darwin-arm64' ? `node-bin-${platform}` : `node-${platform}`
  try {
    const home = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const program = join(home, 'bin', windows ? 'node.exe' : 'node')
    return existsSync(program) ? program : undefined
  } catch {
    return undefined
  }
}

const recent = Number(process.versions.node.split('.')[0]) >= 24
const node = recent ? process.execPath : projectNode()
if (!node) {
  process.stderr.write(
    `✗ 需要 Node 24，当前为 ${process.version}；请先在项目目录运行 npm ci\n✗ Node 24 is needed, this is ${process.version}; run npm ci in the project first\n`,
  )
  process.exit(1)
}

const argv = [node, main, ...process.argv.slice(2)]
if (recent && process.execve && process.platform !== 'win32') process.execve(node, argv, process.env)

const child = spawn(node, argv.slice(1), { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)))
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
