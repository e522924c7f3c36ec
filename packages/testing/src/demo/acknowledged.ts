import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoSettings } from './settings.ts'

const file = (settings: DemoSettings) => join(settings.dir, 'acknowledged.txt')
const digestOf = (receipt: Uint8Array) => createHash('sha256').update(receipt).digest('hex')

/**
 * What every node has acknowledged, as a sender would keep it: submission id and digest of the receipt's bytes. A submission that was
 * acknowledged and then lost would be judged anew when it is sent again, and its receipt would be another one.
 */
export interface Acknowledged {
  /** Notes a receipt. @returns false when an earlier one for the same submission had other bytes */
  note(id: string, receipt: Uint8Array): boolean
  readonly before: number
}

export function acknowledgedOf(settings: DemoSettings): Acknowledged {
  const known = new Map<string, string>()
  const text = textOf(file(settings))
  // A kill may have cut the last line off: it then says nothing, and the next one begins below it.
  let separator = text === '' || text.endsWith('\n') ? '' : '\n'
  for (const line of text.split('\n')) {
    const [id, digest] = line.split(' ')
    if (id !== undefined && digest?.length === 64 && !known.has(id)) known.set(id, digest)
  }
  return {
    before: known.size,
    note(id, receipt) {
      const digest = digestOf(receipt)
      const earlier = known.get(id)
      if (earlier !== undefined) return earlier === digest
      known.set(id, digest)
      appendFileSync(file(settings), `${separator}${id} ${digest}\n`)
      separator = ''
      return true
    },
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
