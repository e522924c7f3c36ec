import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Parsed } from '../test/reference.ts'
import { commit, edgeNode, keyFromSeed, labelled, sampleCustody, sampleIdentity, sampleNodes, sampleStep } from '../test/sample-chain.ts'
import {
  digestText,
  rawPublicKey,
  signNote,
  splitNote,
  treeRoot,
  verifierKey,
  verifyCustody,
  type CustodyDocument,
  type CustodyReport,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const document = await sampleCustody()
const trusted = sampleNodes.map((node) => node.verifierKey)
/** Parsed anew each time, so that a test may change it. */
const copy = (): Parsed => JSON.parse(JSON.stringify(document))
const failures = (report: CustodyReport): string[] =>
  report.checks.filter(({ status }) => status === 'failed').map(({ check, step }) => (step === null ? check : `${check} ${step}`))
const changed = (change: (custody: Parsed) => void, keys: readonly string[] | undefined = trusted): string[] => {
  const custody = copy()
  change(custody)
  const report = verifyCustody(custody, keys)
  expect(report.outcome).toBe('failed')
  return failures(report)
}

describe('verifying custody', () => {
  it('verifies a record from the nation down to the city, naming every check in Chinese and English', () => {
    const report = verifyCustody(copy(), trusted)
    expect(failures(report)).toEqual([])
    expect(report.outcome).toBe('verified')
    expect(report.path).toEqual(sampleNodes.map(({ name }) => name))
    expect(report.checks.map(({ check, step }) => `${check} ${step}`)).toEqual([
      'form null',
      'content null',
      ...[0, 1, 2].flatMap((step) => ['part', 'body', 'signature', 'origin', 'inclusion', 'trust'].map((check) => `${check} ${step}`)),
      'edge null',
    ])
    for (const { zh, en, status } of report.checks)
      expect([/[\u4e00-\u9fff]/.test(zh), /^[A-Z]/.test(en), status]).toEqual([true, true, 'ok'])
  })

  it('calls it unproven when no trusted keys are given', () => {
    const report = verifyCustody(copy())
    expect(report.outcome).toBe('unproven')
    expect(report.checks.filter(({ status }) => status === 'skipped').map(({ check }) => check)).toEqual(['trust', 'trust', 'trust'])
  })

  it('fails when the keys are not among the trusted ones, or none is trusted', () => {
    expect(failures(verifyCustody(copy(), trusted.slice(1)))).toEqual(['trust 0'])
    expect(failures(verifyCustody(copy(), []))).toEqual(['trust 0', 'trust 1', 'trust 2'])
  })

  it('fails for a whole chain that somebody signed with a key of his own', () => {
    const forger = { name: edgeNode.name, keyObject: keyFromSeed(labelled('forger', 32)) }
    const found = changed((custody) => {
      custody.steps[2].checkpoint = signNote(splitNote(custody.steps[2].checkpoint).text, forger)
      custody.steps[2].verifierKey = verifierKey(forger.name, rawPublicKey(forger.keyObject))
    })
    expect(found).toEqual(['trust 2'])
  })

  it('fails when a trusted key of another node was used', () => {
    const other = sampleNodes[0]!
    const found = changed((custody) => {
      custody.steps[2].checkpoint = signNote(splitNote(custody.steps[2].checkpoint).text, other)
      custody.steps[2].verifierKey = other.verifierKey
    })
    expect(found).toEqual(['trust 2'])
  })

  it('fails at every member of the record that is changed', () => {
    for (const [member, value] of Object.entries({
      entity: 'X',
      recordId: 'r_0',
      operation: 'withdraw',
      epoch: 9,
      n: 2,
      sourceVersion: 7,
      release: '2014',
    })) {
      expect(
        changed((custody) => (custody.record[member] = value)),
        member,
      ).toEqual(['part 0', 'part 1', 'part 2'])
    }
    expect(changed((custody) => (custody.record.stream = '370200.example/p-7k2'))).toEqual(['part 0', 'part 1', 'part 2', 'edge'])
    expect(changed((custody) => (custody.record.commitment = digestText(Buffer.alloc(32))))).toEqual([
      'content',
      'part 0',
      'part 1',
      'part 2',
    ])
  })

  it('fails at content that is changed, dropped, or not in canonical form', () => {
    expect(changed(({ content }) => (content.open.text = content.open.text.replace('18600.5', '18600.6')))).toEqual(['content'])
    expect(changed(({ content }) => (content.open.salt = '00'.repeat(16)))).toEqual(['content'])
    expect(changed(({ content }) => (content.named = null))).toEqual(['content'])
    expect(changed(({ content }) => (content.sealed = { hash: '00'.repeat(31) + '01' }))).toEqual(['content'])
    expect(changed(({ content }) => ([content.named, content.sealed] = [content.sealed, content.named]))).toEqual(['content'])
    const loose = { open: '{"b":1,"a":2}', named: null, sealed: null }
    const made = commit(loose, 'loose')
    const custody = { ...copy(), content: { open: { salt: made.salts.open.toString('hex'), text: loose.open }, named: null, sealed: null } }
    custody.record.commitment = made.commitment
    expect(verifyCustody(custody, trusted).checks.find(({ check }) => check === 'content')?.why?.en).toBe(
      'A text is not in its canonical form',
    )
  })

  it('skips the content when it is not shown', () => {
    const report = verifyCustody({ ...copy(), content: null }, trusted)
    expect(report.outcome).toBe('verified')
    expect(report.checks.find(({ check }) => check === 'content')?.status).toBe('skipped')
  })

  it('fails at the check that a change in a step belongs to', () => {
    const hash = Buffer.alloc(32, 1).toString('base64')
    /** The same bytes in base64 with a spare bit set. */
    const sloppy = (text: string): string => `${text.slice(0, -2)}${String.fromCharCode(text.charCodeAt(42) + 1)}=`
    expect(Buffer.from(sloppy(hash), 'base64').toString('base64')).toBe(hash)
    const changes: [string[], (step: Parsed) => void][] = [
      [['part 1'], (step) => (step.part.path[0] = hash)],
      [['part 1'], (step) => (step.part.ordinal = 1)],
      [['part 1'], (step) => (step.part.size = 4)],
      // The third of three hangs on one hash, and so does the second of two.
      [['part 1'], (step) => (step.part = { ...step.part, size: 2, ordinal: 1 })],
      [['part 1'], (step) => (step.part.path[0] = sloppy(step.part.path[0]))],
      [['part 1'], (step) => step.part.path.pop()],
      [['part 1'], (step) => (step.part.operation = 'withdraw')],
      [['body 1'], (step) => (step.entry.bodySalt = '00'.repeat(16))],
      [['body 1'], (step) => (step.entry.body = step.entry.body.replace('p-7k2', 'p-7k3'))],
      [['part 1', 'body 1'], (step) => (step.entry.body = `${step.entry.body} `)],
      [['part 1', 'body 1'], (step) => (step.entry.body = '[]')],
      [['part 1', 'body 1', 'inclusion 1'], (step) => (step.entry.leaf = step.entry.leaf.replace('sha-256:', 'sha-256:0'))],
      [['part 1', 'inclusion 1'], (step) => (step.entry.leaf = step.entry.leaf.replace('"part"', '"policy"'))],
      [['inclusion 1'], (step) => (step.entry.index = 5)],
      [['inclusion 1'], (step) => (step.entry.inclusion[1] = hash)],
      [['inclusion 1'], (step) => (step.entry.inclusion[1] = 'x')],
      [['signature 1', 'inclusion 1'], (step) => (step.checkpoint = step.checkpoint.replace('\n13\n', '\n7\n'))],
      [['signature 1', 'origin 1', 'inclusion 1'], (step) => (step.checkpoint = 'x')],
      [['origin 1'], (step) => (step.node.epoch.number = 2)],
      [['origin 1'], (step) => (step.node.epoch.id = 'a b')],
      [['origin 1', 'trust 1'], (step) => (step.node.name = '370001.example')],
      [['signature 1', 'trust 1'], (step) => (step.verifierKey = 'x')],
    ]
    for (const [expected, change] of changes)
      expect(
        changed(({ steps }) => change(steps[1])),
        change.toString(),
      ).toEqual(expected)
  })

  it('fails when the chain does not end where the record entered', () => {
    expect(changed(({ steps }) => steps.pop())).toEqual(['edge'])
    expect(changed(({ steps }) => steps.reverse())).toEqual(['edge'])
  })

  it('lets a tombstone have had another operation below, and nothing else', async () => {
    const [nation, province, city] = sampleNodes as [(typeof sampleNodes)[0], (typeof sampleNodes)[0], (typeof sampleNodes)[0]]
    const stored = sampleIdentity(1)
    const place = { logSize: 3, index: 1, partSize: 2, ordinal: 1 }
    const chain = async (record: typeof stored): Promise<CustodyDocument> => {
      const below = await sampleStep(city, stored, place)
      const steps = [
        await sampleStep(nation, record, place),
        await sampleStep(province, record, place),
        { ...below, part: { ...below.part, operation: 'upsert' as const } },
      ]
      return { custody: 1, record, content: null, steps }
    }
    expect(verifyCustody(await chain({ ...stored, operation: 'no-longer-qualifies' }), trusted).outcome).toBe('verified')
    expect(failures(verifyCustody(await chain({ ...stored, operation: 'withdraw' }), trusted))).toEqual(['part 2'])
  })

  it('accepts the empty text of a withdrawal and of no upsert', async () => {
    const made = commit({ open: '', named: null, sealed: null }, 'withdrawn')
    const content = { open: { salt: made.salts.open.toString('hex'), text: '' }, named: null, sealed: null }
    const chain = async (operation: 'withdraw' | 'upsert') => {
      const record = sampleIdentity(1, { operation, commitment: made.commitment })
      return { custody: 1, record, content, steps: [await sampleStep(edgeNode, record, { logSize: 1, index: 0, partSize: 1, ordinal: 0 })] }
    }
    expect(verifyCustody(await chain('withdraw'), trusted).outcome).toBe('verified')
    expect(failures(verifyCustody(await chain('upsert'), trusted))).toEqual(['content'])
  })

  it('does not take the root of the whole log for a part, nor an inner node for a record', () => {
    expect(changed(({ steps }) => (steps[0].part = { size: 0, ordinal: 0, path: [] }))).toEqual(['part 0'])
    expect(changed(({ steps }) => (steps[0].entry.body = JSON.stringify({ root: digestText(treeRoot([])) })))).toEqual(['part 0', 'body 0'])
  })

  it('answers in a report, and never throws, whatever it is given', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown
    const hostile = [
      null,
      undefined,
      0,
      '',
      [],
      {},
      deep,
      { custody: 1 },
      { ...copy(), steps: [] },
      { ...copy(), steps: Array(33).fill(copy().steps[2]) },
      { ...copy(), steps: deep },
      { ...copy(), record: deep },
    ]
    for (const value of hostile) expect(verifyCustody(value, trusted).outcome).toBe('failed')
    expect(
      verifyCustody(
        {
          ...copy(),
          content: { open: { salt: '00'.repeat(16), text: '['.repeat(50_000) + ']'.repeat(50_000) }, named: null, sealed: null },
        },
        trusted,
      ).outcome,
    ).toBe('failed')
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true }),
        (value) => verifyCustody(value, trusted).outcome === 'failed',
      ),
    )
  })

  it('never throws and never verifies when any one member is replaced by anything', () => {
    const places: [Parsed, string][] = []
    const collect = (value: Parsed): void => {
      for (const name of Object.keys(value)) {
        places.push([value, name])
        if (typeof value[name] === 'object' && value[name] !== null) collect(value[name])
      }
    }
    const custody = copy()
    collect(custody)
    const free = new Set(['region', 'tier']) // said of a node, proven by nothing
    for (const [holder, name] of places.filter(([, member]) => !free.has(member))) {
      const kept = holder[name]
      for (const value of [undefined, null, -1, 1e300, 'x', [], {}, { salt: 1 }, ['x'], '__proto__', true]) {
        holder[name] = value
        const nothing = (name === 'content' || holder === custody.content) && (value === null || value === undefined)
        const harmless = JSON.stringify(custody) === JSON.stringify(document) || (nothing && (name === 'content' || name === 'sealed'))
        if (!harmless) expect(verifyCustody(custody, trusted).outcome, `${name} = ${JSON.stringify(value)}`).toBe('failed')
      }
      holder[name] = kept
    }
    expect(verifyCustody(custody, trusted).outcome).toBe('verified')
  })
})
