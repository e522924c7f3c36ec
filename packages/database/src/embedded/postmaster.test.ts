import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPostmaster, lastPort, parsePidFile, setAsidePidFile } from './postmaster.ts'

const whole = '4711\n/data\n1790000000\n54321\n\n127.0.0.1\n  1234567         1\nready   \n'
let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'huijiao-postmaster-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

describe('postmaster.pid', () => {
  it('tells process, directory, port and state', () => {
    expect(parsePidFile(whole)).toEqual({ text: whole, pid: 4711, dataDir: '/data', port: 54321, status: 'ready' })
  })
  it.each(['', '4711', '4711\n/data\n1790000000\n', 'x\n/data\n0\n1\n', '0\n/data\n0\n54321\n', '1\n/data\n0\n54321\n'])(
    'is not taken for whole when it is %j',
    (text) => {
      expect(parsePidFile(text)).toBeNull()
    },
  )
  it('of a dead process is no server, and that of another program is foreign', async () => {
    await writeFile(join(dataDir, 'postmaster.pid'), whole.replace('4711', '4194303'))
    expect((await findPostmaster(dataDir)).state).toBe('none')
    await writeFile(join(dataDir, 'postmaster.pid'), whole.replace('4711', String(process.pid)))
    expect((await findPostmaster(dataDir)).state).toBe('foreign')
  })
  it('is set aside only while it says what was judged', async () => {
    const path = join(dataDir, 'postmaster.pid')
    await writeFile(path, 'of a server that started meanwhile')
    await setAsidePidFile(dataDir, whole)
    expect(await readFile(path, 'utf8')).toBe('of a server that started meanwhile')
    await writeFile(path, whole)
    await setAsidePidFile(dataDir, whole)
    expect(await readdir(dataDir)).toEqual([])
    await setAsidePidFile(dataDir, whole)
  })
})

describe('the port of the last start', () => {
  it('is read from the command line that PostgreSQL keeps', async () => {
    expect(await lastPort(dataDir)).toBeNull()
    await writeFile(join(dataDir, 'postmaster.opts'), '/x/postgres "-D" "/data" "-p" "54321" "-c" "timezone=UTC"\n')
    expect(await lastPort(dataDir)).toBe(54321)
  })
})
