import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readLines, type Line } from './lines.ts'

const dir = mkdtempSync(join(tmpdir(), 'huijiao-lines-'))
const path = join(dir, 'f')
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function linesOf(content: Buffer, from = 0, number = 1, to?: number): Promise<Line[]> {
  writeFileSync(path, content)
  const lines: Line[] = []
  for await (const line of readLines(path, from, number, to)) lines.push(line)
  return lines
}

describe('reading lines', () => {
  it('gives every line that is not blank, with its number and its place', async () => {
    const part = fc.constantFrom('{"a":1}', '', ' ', '\r', 'x\r', '汇交', 'a'.repeat(1024 * 1024 - 3), 'b'.repeat(1024 * 1024))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const content = Buffer.from(parts.join('\n'))
        const expected = parts
          .map((text, at) => ({ number: at + 1, text: text.replace(/\r$/, '') }))
          .filter(({ text }) => text.trim() !== '')
        const lines = await linesOf(content)
        expect(lines.map((line) => line.number)).toEqual(expected.map(({ number }) => number))
        expect(lines.every((line, at) => line.bytes?.toString() === expected[at]?.text)).toBe(true)
        expect(
          lines.every(
            (line) =>
              content
                .subarray(line.from, line.to)
                .toString()
                .replace(/\r?\n?$/, '') === line.bytes?.toString(),
          ),
        ).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('goes on from any line as if it had read from the start, and stops where it is told', async () => {
    const content = Buffer.from('1\n\n3\n4\n5')
    const all = await linesOf(content)
    for (const [at, line] of all.entries()) {
      expect(await linesOf(content, line.from, line.number)).toEqual(all.slice(at))
      expect(await linesOf(content, 0, 1, line.to)).toEqual(all.slice(0, at + 1))
    }
  })

  it('holds no line above 8 MiB, and reads on behind it', async () => {
    const lines = await linesOf(Buffer.concat([Buffer.from('1\n'), Buffer.alloc(9 * 1024 * 1024, 'x'), Buffer.from('\n3\n')]))
    expect(lines.map((line) => [line.number, line.bytes?.toString() ?? null])).toEqual([
      [1, '1'],
      [2, null],
      [3, '3'],
    ])
  })
})
