import { describe, expect, it } from 'vitest'
import { startProgress } from './progress.ts'
import { displayWidth, printable, type Terminal } from './terminal.ts'

function drawing(interactive: boolean, columns = 60) {
  const written: string[] = []
  let now = 0
  const terminal: Terminal = {
    lang: 'both',
    json: false,
    interactive,
    columns,
    env: {},
    out: () => {},
    err: (text) => void written.push(text),
  }
  const progress = startProgress(terminal, { zh: '报送', en: 'push' }, () => now)
  return { written, progress, at: (ms: number) => void (now = ms) }
}
const note = { zh: '10 条', en: '10 records' }

describe('progress', () => {
  it('redraws one line on a terminal, never wider than it, and clears it', () => {
    const { written, progress, at } = drawing(true, 40)
    progress.update(1, 100, note)
    at(1000)
    progress.update(50, 100, note)
    progress.clear()
    expect(written.every((text) => text.startsWith('\r') && !text.includes('\n') && displayWidth(text.slice(1)) <= 41)).toBe(true)
    expect(written[1]).toContain('[##########..........] 报送 50%')
    expect(written.at(-1)).toMatch(/^\r +\r$/)
  })

  it('writes a plain line every five seconds elsewhere, in both languages', () => {
    const { written, progress, at } = drawing(false)
    progress.update(1, 100, note)
    at(4999)
    progress.update(20, 100, note)
    expect(written).toEqual([])
    at(5000)
    progress.update(25, 100, note)
    expect(written).toEqual(['报送 25% 10 条，还需 0:15\npush 25% 10 records, 0:15 left\n'])
  })

  it('does not redraw more often than ten times a second', () => {
    const { written, progress, at } = drawing(true)
    for (let ms = 0; ms < 1000; ms += 10) {
      at(ms)
      progress.update(ms, 10_000, note)
    }
    expect(written.length).toBe(10)
  })
})

describe('text for a terminal', () => {
  it('counts Chinese characters as two columns', () => {
    expect([displayWidth('汇交：abc'), displayWidth('（合成）')]).toEqual([9, 8])
  })

  it('shows control and direction characters as codes', () => {
    expect(printable('a\u001b[2Jb\r\u202ec')).toBe('a\\u001b[2Jb\\u000d\\u202ec')
  })
})
