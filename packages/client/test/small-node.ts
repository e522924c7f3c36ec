import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { verifyRequest, parsePublicKey, type HeaderFields } from '@huijiao/identity'
import {
  canonicalize,
  encodeEntryBundle,
  formatCheckpoint,
  leafHash,
  logLeafText,
  newTiles,
  parseTilePath,
  rawPublicKey,
  signNote,
  tilePath,
  verifierKey,
  type NoteSigner,
} from '@huijiao/merkle'
import { Problem, recordProblem, type ProblemDocument } from '@huijiao/problem'
import type { RecordOutcome } from '../src/receipt.ts'
import { readSubmission } from './small-node-body.ts'

/** What a test makes the node do to a request before it is served; null serves it. */
export type Interference = (
  request: { method: string; path: string; headers: IncomingMessage['headers']; count: number },
  answer: ServerResponse,
) => 'serve' | 'serve and break' | 'done'

interface Kept {
  readonly digest: string
  readonly receipt: Buffer
  readonly outcomes: Buffer
}

/**
 * A small node over real HTTP that follows the contract as far as a client sees it: credentials, digests, encodings, idempotent ids, signed
 * receipts, outcome lists, 202, the tile log. What it makes of a record is only this: `data.PrjName` must not be empty.
 */
export interface SmallNode {
  readonly url: string
  readonly apiKey: string
  readonly verifierKey: string
  /** Source ids of stored records, in the order of storing: doubles show. */
  readonly stored: string[]
  readonly submissions: Map<string, Kept>
  /** Bodies as they arrived, undecoded. */
  readonly bodies: Buffer[]
  interfere: Interference
  /** Answers 202 to the next so many submissions, and finishes after a moment. */
  acceptFirst: boolean
  registerPublicKey(keyId: string, pem: string): void
  /** Adds log entries; what `tamper` returns is served instead of the true bytes. */
  appendToLog(entries: number): Promise<void>
  tamper: (path: string, bytes: Buffer) => Buffer
  close(): Promise<void>
}

export async function startSmallNode(options: { name?: string; keys?: { privateKey: KeyObject } } = {}): Promise<SmallNode> {
  const name = options.name ?? '370100'
  const { privateKey } = options.keys ?? generateKeyPairSync('ed25519')
  const signer: NoteSigner = { name, keyObject: privateKey }
  const publicKeys = new Map<string, ReturnType<typeof parsePublicKey>>()
  const log = {
    leaves: [] as string[],
    tiles: new Map<string, Buffer>(),
    note: signNote(
      formatCheckpoint({ origin: `${name}/epoch/1/abcd`, size: 0, root: createHash('sha256').digest(), extensions: [] }),
      signer,
    ),
  }
  let count = 0
  const self: SmallNode = {
    url: '',
    apiKey: 'hj_test-key-of-the-small-node',
    verifierKey: verifierKey(name, rawPublicKey(privateKey)),
    stored: [],
    submissions: new Map(),
    bodies: [],
    interfere: () => 'serve',
    acceptFirst: false,
    registerPublicKey: (keyId, pem) => void publicKeys.set(keyId, parsePublicKey(pem)),
    appendToLog: async (entries) => {
      const from = log.leaves.length
      for (let i = 0; i < entries; i++)
        log.leaves.push(logLeafText('part', '2026-09-01T01:30:02.114Z', Buffer.alloc(16, i), `{"n":${from + i}}`))
      const appended = await newTiles(
        from,
        log.leaves.slice(from).map((leaf) => leafHash(leaf)),
        (level, index, width) => log.tiles.get(tilePath(level, index, width)) as Buffer,
      )
      for (const tile of appended.tiles) log.tiles.set(tilePath(tile.level, tile.index, tile.width), tile.hashes)
      log.note = signNote(
        formatCheckpoint({ origin: `${name}/epoch/1/abcd`, size: appended.size, root: appended.root, extensions: [] }),
        signer,
      )
    },
    tamper: (_path, bytes) => bytes,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }

  const server = createServer((request, answer) => {
    const path = (request.url ?? '').split('?')[0] as string
    const verdict = self.interfere({ method: request.method ?? '', path, headers: request.headers, count: count++ }, answer)
    if (verdict === 'done') return
    const reply =
      verdict === 'serve'
        ? (status: number, headers: Record<string, string>, body: string | Buffer) => void answer.writeHead(status, headers).end(body)
        : () => void request.socket.destroy()
    serve(request, path, reply).catch((error: unknown) => {
      const problem = error instanceof Problem ? error : new Problem('internal-error', { zh: String(error), en: String(error) })
      reply(problem.status, { 'content-type': 'application/problem+json' }, JSON.stringify(problem.toDocument('trace-1')))
    })
  })

  type Reply = (status: number, headers: Record<string, string>, body: string | Buffer) => void
  const json = { 'content-type': 'application/json' }

  async function serve(request: IncomingMessage, path: string, reply: Reply): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (path === '/v1/node') {
      const key = { keyId: `${name}-1`, alg: 'ed25519', publicKey: rawPublicKey(privateKey).toString('base64'), retiredAt: null }
      return reply(
        200,
        json,
        JSON.stringify({
          name,
          region: name,
          tier: 'municipal',
          epoch: { number: 1, id: 'abcd' },
          keys: [key],
          time: new Date().toISOString(),
        }),
      )
    }
    if (path.startsWith('/v1/log/')) return serveLog(path.slice('/v1/log/'.length), reply)
    await authenticate(request)
    if (path === '/v1/standards') return reply(200, json, JSON.stringify({ releases: [{ id: '2018' }] }))
    if (path === '/v1/submissions' && request.method === 'POST') return receive(request, body, reply)
    const [, id, part] = /^\/v1\/submissions\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
    const kept = self.submissions.get(id ?? '')
    if (kept === undefined) throw new Problem('not-found', { zh: '没有', en: 'none' })
    if (part === 'outcomes') return reply(200, { 'content-type': 'application/x-ndjson' }, self.tamper('outcomes', kept.outcomes))
    if (part === 'receipt') return reply(200, json, kept.receipt)
    reply(200, json, JSON.stringify({ submission: { id }, state: 'finished' }))
  }

  function serveLog(path: string, reply: Reply): void {
    if (path === 'checkpoint') return reply(200, { 'content-type': 'text/plain' }, self.tamper(path, Buffer.from(log.note)))
    const tile = parseTilePath(path)
    const bundle = tile?.level === 'entries' ? log.leaves.slice(tile.index * 256, tile.index * 256 + tile.width) : null
    const bytes = bundle !== null ? encodeEntryBundle(bundle) : log.tiles.get(path)
    if (bytes === undefined) throw new Problem('not-found', { zh: '没有', en: 'none' })
    reply(200, { 'content-type': 'application/octet-stream' }, self.tamper(path, bytes))
  }

  async function authenticate(request: IncomingMessage): Promise<void> {
    if (request.headers['signature'] !== undefined) {
      await verifyRequest(
        { method: request.method ?? '', url: `http://${request.headers.host}${request.url}`, headers: request.headers as HeaderFields },
        async (keyId) => publicKeys.get(keyId) ?? null,
        new Date(),
      )
      return
    }
    if (request.headers.authorization === undefined) throw new Problem('credentials-missing', { zh: '无', en: 'none' })
    if (request.headers.authorization !== `Bearer ${self.apiKey}`)
      throw new Problem('credentials-invalid', { zh: '密钥不识', en: 'The key is not known here' })
  }

  function receive(request: IncomingMessage, body: Buffer, reply: Reply): void {
    const stated = request.headers['content-digest']
    if (stated !== undefined && stated !== `sha-256=:${createHash('sha256').update(body).digest('base64')}:`)
      throw new Problem('digest-mismatch', { zh: '不符', en: 'It differs' })
    self.bodies.push(body)
    const encoding = request.headers['content-encoding']
    const decoded = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body
    const { envelope, lines } = readSubmission(decoded, request.headers['content-type'] ?? '')
    const id = String(envelope['id'])
    const digest = `sha-256:${createHash('sha256').update(decoded).digest('hex')}`
    const known = self.submissions.get(id)
    if (known !== undefined && known.digest !== digest)
      throw new Problem('submission-conflict', { zh: '内容不同', en: 'The content differs' })
    const dry = (request.url ?? '').includes('dryRun=true')
    const kept = known ?? judge(id, digest, lines, dry)
    if (known === undefined && !dry) self.submissions.set(id, kept)
    if (self.acceptFirst && known === undefined) {
      self.acceptFirst = false
      return reply(202, { ...json, location: `/v1/submissions/${id}` }, '{}')
    }
    reply(200, json, dry ? JSON.stringify({ ...JSON.parse(kept.receipt.toString()), signatures: undefined }) : kept.receipt)
  }

  function judge(id: string, digest: string, lines: readonly unknown[], dry: boolean): Kept {
    const outcomes = lines.map((value, index) => outcomeOf(value, index))
    const refused = outcomes.filter((outcome) => outcome.outcome === 'refused')
    if (!dry) for (const outcome of outcomes) if (outcome.outcome === 'accepted') self.stored.push(String(outcome.sourceId))
    const page = Buffer.from(outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''))
    const counts = {
      accepted: outcomes.length - refused.length,
      unchanged: 0,
      superseded: 0,
      pending_review: 0,
      doubtful: 0,
      held: 0,
      refused: refused.length,
    }
    const receipt = {
      receipt: 1,
      submission: { id, digest, participant: 'p-1' },
      node: { region: name, tier: 'municipal', epoch: 1 },
      standard: '2018',
      mode: 'partial',
      receivedAt: '2026-09-01T01:30:02.114Z',
      outcome: refused.length === 0 ? 'accepted' : 'partial',
      counts,
      records: outcomes.length > 1000 ? refused.slice(0, 1000) : outcomes,
      ...(outcomes.length > 1000 ? { outcomes: { records: outcomes.length, url: `/v1/submissions/${id}/outcomes` } } : {}),
      parts: [
        {
          part: 0,
          from: 0,
          count: outcomes.length,
          root: `sha-256:${'0'.repeat(64)}`,
          outcomes: `sha-256:${createHash('sha256').update(page).digest('hex')}`,
        },
      ],
      logBy: '2026-09-01T01:30:12Z',
    }
    const value = sign(null, Buffer.from(canonicalize(receipt)), privateKey).toString('base64')
    return {
      digest,
      outcomes: page,
      receipt: Buffer.from(JSON.stringify({ ...receipt, signatures: [{ alg: 'ed25519', keyId: `${name}-1`, value }] })),
    }
  }

  function outcomeOf(value: unknown, index: number): RecordOutcome {
    const refuse = (problem: ProblemDocument, record: Record<string, unknown>): RecordOutcome => ({
      index,
      entity: (record['entity'] as string) ?? null,
      sourceId: (record['sourceId'] as string) ?? null,
      outcome: 'refused',
      problems: [problem],
    })
    if (value === undefined)
      return refuse(recordProblem('line-malformed', { record: index, detail: { zh: '不是 JSON', en: 'not JSON' } }), {})
    const record = value as Record<string, unknown> & { data?: Record<string, unknown> }
    if (record.data?.['PrjName'] === '') {
      const fix = [{ op: 'remove' as const, path: '/data/PrjName' }]
      return refuse(
        recordProblem('field-empty', {
          record: index,
          pointer: '/data/PrjName',
          field: '项目名称',
          detail: { zh: '项目名称为空', en: 'The project name is empty' },
          fix,
        }),
        record,
      )
    }
    return {
      index,
      entity: String(record['entity']),
      sourceId: String(record['sourceId']),
      recordId: `r_${'0'.repeat(32)}`,
      version: 1,
      outcome: 'accepted',
      commitment: `sha-256:${'0'.repeat(64)}`,
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(self, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}
