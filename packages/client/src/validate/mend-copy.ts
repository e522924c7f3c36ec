import { writeFile } from 'node:fs/promises'
import type { ProblemDocument } from '@huijiao/problem'
import type { Input } from '../push/input.ts'
import { keepNumbers } from '../push/keep-numbers.ts'
import { readLines } from '../push/lines.ts'
import { type Mended, mendRecord, mendText, notOnto, openLines } from './mend-records.ts'

type Members = Record<string, unknown>

/** The mended copy of a file of JSON or NDJSON, as its records are judged one after the other. */
export async function openCopy(input: Input, file: string) {
  await notOnto(input.path, file)
  let [cells, byHand] = [0, 0]
  const count = (one: { changed: number; byHand: number }) => {
    cells += one.changed
    byHand += one.byHand
  }
  if (input.kind === 'document') {
    const document = JSON.parse(input.bytes.toString('utf8'), keepNumbers) as Members & { records: unknown[] }
    const mended: unknown[] = []
    return {
      async take(_value: unknown, _text: Buffer | null, problems: readonly ProblemDocument[]) {
        const own = document.records[mended.length] as Members | null
        const one =
          typeof own === 'object' && own !== null ? mendRecord(own, problems) : { record: own, changed: 0, byHand: problems.length }
        count(one)
        mended.push(one.record)
      },
      async close(): Promise<Mended> {
        const spread = input.bytes.subarray(0, 4096).includes(10) ? 2 : undefined
        await writeFile(file, `${JSON.stringify({ ...document, records: mended }, null, spread)}\n`)
        return { file, cells, byHand }
      },
    }
  }
  const lines = openLines(file)
  const wrapped = input.kind === 'records' && input.wrapped
  // What stands before the first record: the envelope.
  for await (const line of readLines(input.path, 0, 1, input.from, input.encoding)) await lines.write(line.bytes ?? '')
  return {
    async take(_value: unknown, text: Buffer | null, problems: readonly ProblemDocument[]) {
      const one = text === null ? { text: null, changed: 0, byHand: problems.length } : mendText(text.toString('utf8'), problems, wrapped)
      count(one)
      if (text !== null) await lines.write(one.text ?? text)
    },
    async close(): Promise<Mended> {
      await lines.close()
      return { file, cells, byHand }
    },
  }
}
