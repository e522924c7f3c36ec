import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFolder, checkFrontTables } from './check.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-check-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the check of other ways up', () => {
  it('makes the folders, and says when it cannot', async () => {
    expect(await checkFolder(join(dir, 'ferry'))).toBeNull()
    expect((await readdir(join(dir, 'ferry'))).toSorted()).toEqual(['done', 'in', 'out', 'rejected', 'sent', 'tmp'])
    await writeFile(join(dir, 'file'), '')
    expect((await checkFolder(join(dir, 'file')))?.en).toContain('cannot be used')
  })

  it('says when a front database cannot be reached, without its password', async () => {
    await writeFile(join(dir, 'password'), 'geheim-1')
    const fault = await checkFrontTables({ url: 'postgres://u@127.0.0.1:1/d?schema=x', passwordFile: join(dir, 'password') }, 2000)
    expect(fault?.en).toContain('ECONNREFUSED')
    expect(JSON.stringify(fault)).not.toContain('geheim')
    expect((await checkFrontTables({ url: 'postgres://u@127.0.0.1:1/d', passwordFile: join(dir, 'none') }, 2000))?.zh).toContain('ENOENT')
  })
})
