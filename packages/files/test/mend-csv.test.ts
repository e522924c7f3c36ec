import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { encodeGb18030, mendedCsv } from '../src/index.ts'
import { release } from './fixtures.ts'

const path = join(tmpdir(), `${randomUUID()}.csv`)
afterEach(() => rm(path, { force: true }))

const lines = ['项目编号,项目名称', '1,示例', '2,示例二']
/** The file with a value in B2. */
async function mended(value: string): Promise<Buffer> {
  await writeFile(path, encodeGb18030(lines.join('\r\n')))
  const size = (count: number) => encodeGb18030(`${lines.slice(0, count).join('\r\n')}\r\n`).length
  const pieces: Buffer[] = []
  const options = { name: 'TBProjectInfo.csv', release, charset: 'gb18030' as const }
  for await (const piece of mendedCsv(path, options, [{ sheet: '', cell: 'B2', value }], new Map([[2, { from: size(1), to: size(2) }]])))
    pieces.push(piece)
  return Buffer.concat(pieces)
}

it('a mended CSV in GB18030 holds a character beyond the basic plane, and no other for one that the encoding does not have', async () => {
  expect(await mended('示例𠮷')).toEqual(encodeGb18030('项目编号,项目名称\r\n1,示例𠮷\r\n2,示例二'))
  // Private use that the edition of 2022 gave to another character.
  await expect(mended('示例\ue5e5')).rejects.toMatchObject({ code: 'parameter-invalid', value: 'U+E5E5' })
  expect(await readFile(path)).toEqual(encodeGb18030(lines.join('\r\n')))
})
