import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../../../docs/console/tasks.md', import.meta.url)

/**
 * Holds the clicks that a task took against its row in docs/console/tasks.md. With HUIJIAO_WRITE_TASKS=1 the row is written instead.
 * @param task its name in Chinese and English, who does it; the row begins with the English name
 */
export function expectClicks(task: { readonly zh: string; readonly en: string; readonly role: string }, clicks: number): void {
  const row = `| ${task.en} · ${task.zh} | ${task.role} | ${clicks} |`
  const text = readFileSync(file, 'utf8')
  const before = text.split('\n').find((line) => line.startsWith(`| ${task.en} · `))
  if (process.env['HUIJIAO_WRITE_TASKS'] === '1') {
    writeFileSync(file, before === undefined ? `${text.trimEnd()}\n${row}\n` : text.replace(before, row))
    return
  }
  assert.equal(before, row)
  assert.ok(clicks <= 4, `${task.en} takes ${clicks} clicks`)
}
