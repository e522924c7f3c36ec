import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideStart, holdAgainst, type LocalStanding, type OwnLog, type UpstreamStanding } from './epoch-compare.ts'

describe('what a node does before it signs anything', () => {
  const by = '370000'
  const start = (local: LocalStanding, upstreams: readonly UpstreamStanding[] = [], more: { restored?: boolean; asked?: boolean } = {}) =>
    decideStart({ local, upstreams, restored: false, asked: false, ...more })

  it('goes on when its data directory says so and no upstream says otherwise', () => {
    for (const kind of ['confirmed', 'unseen', 'unreachable'] as const) expect(start('confirmed', [{ kind }])).toEqual({ kind: 'go-on' })
    expect(start('first')).toEqual({ kind: 'go-on' })
  })

  it('begins a new epoch when the database is behind the directory, or an upstream, or nobody can say', () => {
    expect(start('more')).toEqual({ kind: 'begin', reason: 'shortfall' })
    expect(start('more', [{ kind: 'claimed', by, aliveNow: true }], { restored: true })).toEqual({ kind: 'begin', reason: 'restore' })
    expect(start('confirmed', [{ kind: 'claimed', by, aliveNow: false }])).toEqual({ kind: 'begin', reason: 'shortfall' })
    expect(start('missing', [{ kind: 'confirmed' }])).toEqual({ kind: 'begin', reason: 'unconfirmed' })
    expect(start('first', [{ kind: 'ended', by, aliveNow: false }])).toEqual({ kind: 'begin', reason: 're-created' })
  })

  it('is refused when somebody else is alive, or has taken over, unless an operator asks for it', () => {
    for (const local of ['confirmed', 'missing', 'first'] as const)
      expect(start(local, [{ kind: 'claimed', by, aliveNow: true }])).toEqual({ kind: 'refuse', why: 'claimed', by })
    expect(start('confirmed', [{ kind: 'ended', by, aliveNow: false }])).toEqual({ kind: 'refuse', why: 'ended', by })
    expect(start('confirmed', [{ kind: 'ended', by, aliveNow: true }], { asked: true })).toEqual({ kind: 'begin', reason: 'asked' })
  })
})

/**
 * A node with an upstream, its database and its data directory, as numbers: the log is the list of what was written, and an instant is a step. Whatever is put back,
 * copied and started, two things must hold.
 */
interface State {
  epoch: number
  log: string[]
  calls: string[]
}
interface Holder {
  database: State
  /** Data directory: the furthest mark. */
  mark: { epoch: number; log: string[] } | null
  running: boolean
}
interface World {
  holders: Holder[]
  upstream: { epoch: number; log: string[]; call: string | null; heardAt: number }
  now: number
  serial: number
  /** Epoch and length → what was signed there: never two things. */
  signed: Map<string, string>
}

const copyOf = (state: State): State => ({ epoch: state.epoch, log: [...state.log], calls: [...state.calls] })
const isPart = (part: readonly string[], whole: readonly string[]) => part.every((entry, at) => whole[at] === entry)
const aliveFor = 3

function local({ database, mark }: Holder): LocalStanding {
  if (mark === null) return database.log.length === 0 ? 'first' : 'missing'
  return mark.epoch < database.epoch || (mark.epoch === database.epoch && isPart(mark.log, database.log)) ? 'confirmed' : 'more'
}

/** What the upstream answers to a call of this holder. */
function called(world: World, { database }: Holder): UpstreamStanding {
  const { upstream } = world
  const aliveNow = world.now - upstream.heardAt < aliveFor && upstream.call !== null
  if (upstream.call === null) return { kind: 'unseen' }
  if (database.epoch !== upstream.epoch)
    return database.epoch > upstream.epoch ? { kind: 'confirmed' } : { kind: 'ended', by: 'u', aliveNow }
  const fine = isPart(upstream.log, database.log) && database.calls.includes(upstream.call)
  return fine ? { kind: 'confirmed' } : { kind: 'claimed', by: 'u', aliveNow }
}

function take(world: World, holder: Holder): void {
  const call = `c${(world.serial += 1)}`
  holder.database.calls.push(call)
  world.upstream = { epoch: holder.database.epoch, log: [...holder.database.log], call, heardAt: world.now }
}

function sign(world: World, { database }: Holder): void {
  const place = `${database.epoch}/${database.log.length}`
  const content = database.log.join(' ')
  expect(world.signed.get(place) ?? content, `two logs under ${place}`).toBe(content)
  world.signed.set(place, content)
}

function boot(world: World, holder: Holder): void {
  const standing = called(world, holder)
  const decision = decideStart({ local: local(holder), upstreams: [standing], restored: false, asked: false })
  if (decision.kind === 'refuse') return
  if (decision.kind === 'begin') {
    const { database, mark } = holder
    database.epoch = Math.max(database.epoch, mark?.epoch ?? 0, world.upstream.epoch) + 1
    database.log.push(`epoch ${database.epoch}`)
    sign(world, holder)
    holder.mark = { epoch: database.epoch, log: [...database.log] }
  }
  holder.running = true
  take(world, holder)
}

type Step =
  | { readonly kind: 'write' | 'tick' | 'stop' | 'boot' | 'save' | 'put-back' | 'lose-directory'; readonly who: number }
  | { readonly kind: 'copy'; readonly who: number; readonly directory: boolean }

describe('one node, its copies and its backups', () => {
  const who = fc.nat({ max: 3 })
  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), who }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('tick' as const), who }) },
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constantFrom('stop' as const, 'boot' as const, 'save' as const, 'put-back' as const, 'lose-directory' as const),
          who,
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy' as const), who, directory: fc.boolean() }) },
    ),
    { maxLength: 60 },
  )

  it('never sign two logs under one epoch, whatever is put back, copied and started, while the upstream can be asked', () => {
    fc.assert(
      fc.property(steps, (list: readonly Step[]) => {
        const world: World = {
          holders: [{ database: { epoch: 1, log: [], calls: [] }, mark: null, running: false }],
          upstream: { epoch: 0, log: [], call: null, heardAt: 0 },
          now: 10,
          serial: 0,
          signed: new Map(),
        }
        const saved: State[] = []
        for (const step of list) {
          const holder = world.holders[step.who % world.holders.length] as Holder
          if (step.kind === 'tick') {
            world.now += 1
            // Twice a minute everybody who runs calls; who is not taken stops.
            for (const one of world.holders.filter((each) => each.running)) {
              if (called(world, one).kind === 'confirmed') take(world, one)
              else one.running = false
            }
          } else if (step.kind === 'write' && holder.running) {
            // A delivery goes up with what was written: the upstream must have confirmed this holder.
            if (called(world, holder).kind !== 'confirmed') {
              holder.running = false
              continue
            }
            holder.database.log.push(`e${(world.serial += 1)}`)
            sign(world, holder)
            holder.mark = { epoch: holder.database.epoch, log: [...holder.database.log] }
            world.upstream.log = [...holder.database.log]
          } else if (step.kind === 'stop') holder.running = false
          else if (step.kind === 'boot' && !holder.running) boot(world, holder)
          else if (step.kind === 'save') saved.push(copyOf(holder.database))
          else if (step.kind === 'put-back' && !holder.running && saved.length > 0)
            holder.database = copyOf(saved[step.who % saved.length] as State)
          else if (step.kind === 'lose-directory' && !holder.running) holder.mark = null
          else if (step.kind === 'copy' && world.holders.length < 4)
            world.holders.push({
              database: copyOf(holder.database),
              mark: step.directory && holder.mark !== null ? { epoch: holder.mark.epoch, log: [...holder.mark.log] } : null,
              running: false,
            })
          // And of those that run, the upstream takes at most one.
          const taken = world.holders.filter((one) => one.running && called(world, one).kind === 'confirmed')
          expect(taken.length).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('holding what somebody has seen against a log', () => {
  const own = (size: number): OwnLog => ({
    epoch: { number: 2, id: 'b' },
    size,
    left: [{ number: 1, id: 'a' }],
    rootAt: (at) => Promise.resolve(Buffer.alloc(32, at)),
  })
  it('tells the beginning of this log from another one, and from one of an epoch that is not known', async () => {
    const epoch = { number: 2, id: 'b' }
    expect(await holdAgainst(own(9), { epoch, size: 5, root: Buffer.alloc(32, 5) })).toBe('part')
    expect(await holdAgainst(own(9), { epoch, size: 5, root: Buffer.alloc(32, 6) })).toBe('more')
    expect(await holdAgainst(own(9), { epoch, size: 10, root: null })).toBe('more')
    expect(await holdAgainst(own(9), { epoch: { number: 1, id: 'a' }, size: 100, root: null })).toBe('part')
    expect(await holdAgainst(own(9), { epoch: { number: 1, id: 'x' }, size: 1, root: null })).toBe('strange')
  })
})
