import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acknowledgedOf } from './acknowledged.ts'
import { runningPid, startMark, stopProcess, writePidFile } from './process-mark.ts'
import { readDemoSettings } from './settings.ts'

const scratch = () => mkdtempSync(join(tmpdir(), 'huijiao-demo-'))

describe('the settings of the demo', () => {
  it('are the ports of the tutorial unless HUIJIAO_DEMO_PORT moves them', () => {
    expect(readDemoSettings([], {}).nodes.map((node) => node.port)).toEqual([7101, 7201, 7301])
    expect(readDemoSettings(['--once'], { HUIJIAO_DEMO_PORT: '8000' }).nodes.map((node) => node.url)).toEqual([
      'http://127.0.0.1:8101',
      'http://127.0.0.1:8201',
      'http://127.0.0.1:8301',
    ])
  })

  it.each([
    [['--twice'], {}],
    [[], { HUIJIAO_DEMO_PORT: '80' }],
    [[], { HUIJIAO_DEMO_PORT: 'eight' }],
  ] as const)('refuse %j %j in words', (args, env) => {
    expect(() => readDemoSettings(args, env)).toThrow(/--once|HUIJIAO_DEMO_PORT/)
  })
})

describe('a pid file', () => {
  it('names a process only while that very process runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    const file = join(scratch(), 'node.pid')
    const ended = new Promise((settle) => child.once('exit', settle))
    writePidFile(file, child.pid as number)
    expect(runningPid(file)).toBe(child.pid)
    await stopProcess(child.pid as number, 2_000)
    await ended
    expect(runningPid(file)).toBeNull()
  })

  it('does not take another process for it that has the number now', () => {
    const file = join(scratch(), 'node.pid')
    writeFileSync(file, `${process.pid} ${Number(startMark(process.pid)) - 1}\n`)
    expect(runningPid(file)).toBeNull()
  })
})

describe('what was acknowledged', () => {
  it('shows a receipt that is not the one of before, also after a restart and a cut line', () => {
    const settings = readDemoSettings([], { HUIJIAO_DEMO_DIR: scratch() })
    const first = acknowledgedOf(settings)
    expect(first.note('a', Buffer.from('receipt'))).toBe(true)
    expect(first.note('a', Buffer.from('receipt'))).toBe(true)
    expect(first.note('a', Buffer.from('another'))).toBe(false)
    const file = join(settings.dir, 'acknowledged.txt')
    writeFileSync(file, `${readFileSync(file, 'utf8')}b 0123`)
    const second = acknowledgedOf(settings)
    expect(second.before).toBe(1)
    expect(second.note('a', Buffer.from('another'))).toBe(false)
    expect(second.note('b', Buffer.from('receipt'))).toBe(true)
    expect(acknowledgedOf(settings).note('b', Buffer.from('another'))).toBe(false)
  })
})
