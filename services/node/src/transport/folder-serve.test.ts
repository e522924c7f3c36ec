import { type EpochBegin, epochBodyText, type EpochEntry, epochKind, forkFrom, logLeafText, readEpochs } from '@huijiao/merkle'
import { describe, expect, it } from 'vitest'
import { shortened, toldLogMax } from './folder-serve.ts'

/** The epochs of a log that was restored so often; each begins after ten entries. */
function epochsOf(count: number): { epochs: EpochEntry[]; epoch: EpochBegin['epoch'] } {
  let epoch = { number: 1, id: 'e1' }
  const epochs = Array.from({ length: count }, (_, at): EpochEntry => {
    const [size, next] = [10 * (at + 1), { number: at + 2, id: `e${at + 2}` }]
    const body = epochBodyText({ epoch: next, previous: { epoch, size, root: Buffer.alloc(32, at) }, abandoned: [], reason: 'restore' })
    epoch = next
    const salt = Buffer.alloc(16, at)
    return {
      index: size,
      leaf: logLeafText(epochKind, '2026-09-01T01:30:00.000Z', salt, body),
      body,
      bodySalt: salt.toString('hex'),
      inclusion: [],
    }
  })
  return { epochs, epoch }
}

describe('what an answer in a file tells of the log', () => {
  it('is all of it where there is room', () => {
    const told = { ...epochsOf(10), checkpoint: 'a checkpoint' }
    expect(shortened(told)).toEqual(told)
  })

  it('is the newest epochs of very many, so that whoever knew one of them finds where the log left it', () => {
    const told = { ...epochsOf(200), checkpoint: 'a checkpoint' }
    const short = shortened(told)
    const length = JSON.stringify(short).length
    expect(length).toBeLessThanOrEqual(toldLogMax)
    expect(length).toBeGreaterThan(toldLogMax / 2)
    expect(short).toMatchObject({ epoch: { number: 201 }, checkpoint: 'a checkpoint' })
    const begins = readEpochs(short.epochs, told.epoch) ?? []
    expect(forkFrom(begins, { number: 200, id: 'e200' })?.previous.size).toBe(2000)
    expect(forkFrom(begins, { number: 1, id: 'e1' })).toBeNull()
  })
})
