import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChangeRules, decideAbove, decideAtEdge, type Decision, type Incoming, type StreamHead } from './decide-version.ts'

const rules: ChangeRules = { onChange: 'update', withdraw: 'until-in-force' }
const mac = (text: string) => Buffer.from(text.padEnd(16, '.'))
const upsert = (content: string, sourceVersion: number | null = null, state: Incoming['state'] = 'accepted'): Incoming => ({
  operation: 'upsert',
  sourceVersion,
  contentMac: mac(content),
  state,
})
const withdraw: Incoming = { operation: 'withdraw', sourceVersion: null, contentMac: mac('-'), state: 'accepted' }
const head = (over: Partial<StreamHead> = {}): StreamHead => ({
  recordId: 'r',
  epoch: 1,
  n: 1,
  sourceVersion: null,
  contentMac: mac('a'),
  operation: 'upsert',
  state: 'accepted',
  inForce: true,
  ...over,
})

/** What a stream's row becomes; the same steps as the engine's SQL, in plain data. */
function step(before: StreamHead | null, incoming: Incoming, decision: Decision): StreamHead | null {
  if (decision.kind !== 'stored') return before
  const { epoch, n, state, becomesHead } = decision
  if (before !== null && !becomesHead) return { ...before, epoch, n: Math.max(n, before.n) }
  const inForce = state === 'accepted' ? incoming.operation === 'upsert' : (before?.inForce ?? false)
  return {
    recordId: 'r',
    epoch,
    n,
    sourceVersion: incoming.sourceVersion ?? before?.sourceVersion ?? null,
    contentMac: incoming.contentMac,
    operation: incoming.operation,
    state,
    inForce,
  }
}

describe('decideAtEdge', () => {
  it('numbers a new stream from 1 and a change one higher', () => {
    expect(decideAtEdge(null, upsert('a'), 1, rules)).toEqual({ kind: 'stored', epoch: 1, n: 1, state: 'accepted', becomesHead: true })
    expect(decideAtEdge(head({ n: 4 }), upsert('b'), 1, rules)).toMatchObject({ kind: 'stored', n: 5, becomesHead: true })
  })

  it('begins again at 1 in a new epoch', () => {
    expect(decideAtEdge(head({ n: 4 }), upsert('b'), 2, rules)).toMatchObject({ epoch: 2, n: 1 })
  })

  it('answers unchanged to the same content, and to the same sourceVersion with it', () => {
    expect(decideAtEdge(head(), upsert('a'), 1, rules).kind).toBe('unchanged')
    expect(decideAtEdge(head({ sourceVersion: 3 }), upsert('a', 3), 1, rules).kind).toBe('unchanged')
  })

  it('stores an older sourceVersion as superseded and refuses the same one with other content', () => {
    expect(decideAtEdge(head({ sourceVersion: 3 }), upsert('b', 2), 1, rules)).toMatchObject({
      kind: 'stored',
      state: 'superseded',
      becomesHead: false,
    })
    expect(decideAtEdge(head({ sourceVersion: 3 }), upsert('b', 3), 1, rules)).toEqual({ kind: 'refused', code: 'source-version-conflict' })
  })

  it('lets a record be withdrawn until it is in force, and conduct never', () => {
    expect(decideAtEdge(head(), withdraw, 1, rules)).toEqual({ kind: 'refused', code: 'withdraw-in-force' })
    expect(decideAtEdge(head({ inForce: false, state: 'held' }), withdraw, 1, rules)).toMatchObject({ kind: 'stored', state: 'accepted' })
    expect(decideAtEdge(null, withdraw, 1, rules)).toMatchObject({ kind: 'stored', n: 1 })
    expect(decideAtEdge(null, withdraw, 1, { ...rules, withdraw: 'never' })).toEqual({ kind: 'refused', code: 'withdraw-conduct' })
  })

  it('keeps a later version of a held key behind it, and a change of a locked record for a case', () => {
    expect(decideAtEdge(head({ state: 'held', inForce: false }), upsert('b'), 1, rules)).toMatchObject({ state: 'held' })
    expect(decideAtEdge(head(), upsert('b'), 1, { ...rules, onChange: 'case' })).toMatchObject({ state: 'pending_review' })
  })

  it('takes what it refused after waiting as not kept: the same content under the same sourceVersion is a new attempt', () => {
    const refused = head({ n: 2, sourceVersion: 3, state: 'refused', inForce: false })
    expect(decideAtEdge(refused, upsert('a', 3), 1, rules)).toMatchObject({ kind: 'stored', n: 3, state: 'accepted' })
    expect(decideAtEdge(refused, upsert('b', 3), 1, rules)).toMatchObject({ kind: 'stored', n: 3 })
    expect(decideAtEdge(refused, upsert('a', 2), 1, rules)).toMatchObject({ kind: 'stored', state: 'superseded' })
  })

  it('gives every stored version its own rising number, whatever arrives', () => {
    const arrivals = fc.record({
      operation: fc.constantFrom('upsert' as const, 'withdraw' as const),
      content: fc.constantFrom('a', 'b', 'c'),
      sourceVersion: fc.option(fc.nat(5)),
    })
    fc.assert(
      fc.property(fc.array(arrivals, { maxLength: 30 }), (list) => {
        let now: StreamHead | null = null
        const numbers: number[] = []
        let highestSource = -1
        for (const one of list) {
          const incoming: Incoming = {
            operation: one.operation,
            sourceVersion: one.sourceVersion,
            contentMac: mac(one.operation === 'withdraw' ? '-' : one.content),
            state: 'accepted',
          }
          const decision = decideAtEdge(now, incoming, 1, rules)
          if (decision.kind === 'stored') {
            numbers.push(decision.n)
            // No version with a lower sourceVersion than one that stands ever becomes the head.
            if (decision.becomesHead && one.sourceVersion !== null) {
              expect(one.sourceVersion).toBeGreaterThanOrEqual(highestSource)
              highestSource = one.sourceVersion
            }
          }
          now = step(now, incoming, decision)
        }
        expect(numbers).toEqual(numbers.map((_, at) => at + 1))
      }),
    )
  })
})

describe('decideAbove', () => {
  const version = (n: number, content: string, operation: Incoming['operation'] = 'upsert') => ({
    operation,
    sourceVersion: null,
    contentMac: mac(content),
    state: 'accepted' as const,
    place: { epoch: 1, n },
    commitment: mac(content),
  })

  it('answers unchanged to the same version and conflict to another commitment under its place', () => {
    expect(decideAbove(head({ n: 2 }), version(2, 'a'), { commitment: mac('a'), operation: 'upsert' }).kind).toBe('unchanged')
    expect(decideAbove(head({ n: 2 }), version(2, 'x'), { commitment: mac('a'), operation: 'upsert' })).toEqual({
      kind: 'refused',
      code: 'version-conflict',
    })
  })

  it('turns the version at the head into a tombstone and back, and tells of an older one what stands there', () => {
    const [end, known] = [version(2, 'a', 'no-longer-qualifies'), { commitment: mac('a'), operation: 'upsert' as const }]
    expect(decideAbove(head({ n: 2 }), end, known)).toMatchObject({ kind: 'stored', n: 2, becomesHead: true })
    expect(decideAbove(head({ n: 3 }), end, known)).toEqual({ kind: 'unchanged', stands: 'upsert' })
    expect(decideAbove(head({ n: 3 }), version(2, 'a'), known)).toEqual({ kind: 'unchanged' })
  })

  it('never lets an older place replace a newer one', () => {
    expect(decideAbove(head({ n: 5 }), version(3, 'c'), null)).toMatchObject({ kind: 'stored', state: 'superseded', becomesHead: false })
  })

  it('puts a newer epoch above any number of an older one', () => {
    expect(decideAbove(head({ n: 50 }), { ...version(1, 'z'), place: { epoch: 2, n: 1 } }, null)).toMatchObject({
      becomesHead: true,
      epoch: 2,
      n: 1,
    })
  })

  it('ends with the same head whatever the order and however often versions arrive', () => {
    const order = fc
      .integer({ min: 1, max: 6 })
      .chain((count) => fc.array(fc.integer({ min: 1, max: count }), { minLength: 1, maxLength: 20 }).map((list) => ({ count, list })))
    fc.assert(
      fc.property(order, ({ list }) => {
        let now: StreamHead | null = null
        const stored = new Map<number, { commitment: Buffer; operation: 'upsert' }>()
        for (const n of list) {
          const incoming = version(n, `v${n}`)
          const decision = decideAbove(now, incoming, stored.get(n) ?? null)
          expect(decision.kind === 'stored').toBe(!stored.has(n))
          if (decision.kind === 'stored') stored.set(n, { commitment: incoming.commitment, operation: 'upsert' })
          const older: StreamHead | null = now
          now = step(now, incoming, decision)
          if (decision.kind === 'stored' && !decision.becomesHead) now = { ...(older as StreamHead) }
        }
        expect(now?.n).toBe(Math.max(...list))
        expect(now?.contentMac).toEqual(mac(`v${Math.max(...list)}`))
      }),
    )
  })
})
