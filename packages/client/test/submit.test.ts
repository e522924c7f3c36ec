import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  getSubmission,
  NodeProblem,
  ReceiptForged,
  readTrustedKey,
  submissionBody,
  submit,
  UserError,
  type Destination,
  type Patience,
} from '../src/index.ts'
import { startSmallNode, type SmallNode } from './small-node.ts'

let node: SmallNode
let to: Destination
const patience: Patience = { totalMs: 3000, firstDelayMs: 10, delayMaxMs: 50, attemptMs: 1000 }
const id = '1e8ff4cc-25ea-4de4-aa4f-2531371bd198'
const body = () =>
  submissionBody(
    'application/json',
    Buffer.from(
      JSON.stringify({
        id,
        standard: '2018',
        responsible: { unit: '甲', name: '乙' },
        records: [{ entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data: { PrjName: '合成' } }],
      }),
    ),
  )

beforeEach(async () => {
  node = await startSmallNode()
  to = { url: node.url, credentials: { kind: 'api-key', secret: node.apiKey } }
})
afterEach(() => node.close())

describe('submit', () => {
  it('returns the receipt with the bytes that are the evidence, verified under the node’s key', async () => {
    const { receipt, bytes, signature } = await submit({ to, id, body: await body(), trust: [readTrustedKey(node.verifierKey)], patience })
    expect(signature).toEqual({ state: 'verified', keyName: '370100' })
    expect(bytes.equals(node.submissions.get(id)?.receipt as Buffer)).toBe(true)
    expect(receipt.counts.accepted).toBe(1)
  })

  it('throws when the receipt is by another key, or was changed on the way', async () => {
    const stranger = await startSmallNode()
    await stranger.close()
    await expect(submit({ to, id, body: await body(), trust: [readTrustedKey(stranger.verifierKey)], patience })).rejects.toThrow(
      ReceiptForged,
    )
  })

  it('gives up an attempt that gets no answer, and tries again', async () => {
    let posts = 0
    node.interfere = ({ method }) => (method === 'POST' && posts++ === 0 ? 'done' : 'serve')
    await submit({ to, id, body: await body(), patience: { ...patience, attemptMs: 200 } })
    expect(posts).toBeGreaterThan(1)
  })

  it('does not try again what the node refused', async () => {
    let posts = 0
    node.interfere = ({ method }) => {
      posts += method === 'POST' ? 1 : 0
      return 'serve'
    }
    const refused = submit({ to: { ...to, credentials: { kind: 'api-key', secret: 'hj_wrong' } }, id, body: await body(), patience })
    await expect(refused).rejects.toThrow(NodeProblem)
    await expect(refused).rejects.toMatchObject({ status: 401, unauthorised: true })
    expect(posts).toBe(1)
  })

  it('ends in words when the patience is over', async () => {
    node.interfere = (_request, answer) => {
      answer.destroy()
      return 'done'
    }
    const away = submit({ to, id, body: await body(), patience: { ...patience, totalMs: 200 } })
    await expect(away).rejects.toThrow(UserError)
    await expect(away).rejects.toMatchObject({ exitCode: 3 })
  })

  it('sends its key to no other host than the node’s, whatever a Location says', async () => {
    const asked: string[] = []
    const other = createServer((request, answer) => {
      asked.push(request.headers.authorization ?? '')
      answer.end('{}')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    node.interfere = ({ method }, answer) => {
      if (method !== 'POST') return 'serve'
      answer.writeHead(202, { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1/submissions/${id}` }).end('{}')
      return 'done'
    }
    // The node never stored it, so its own address answers 404.
    await expect(submit({ to, id, body: await body(), patience })).rejects.toMatchObject({ status: 404 })
    expect(asked).toEqual([])
    other.close()
  })

  it('follows no redirect', async () => {
    node.interfere = ({ method }, answer) => {
      if (method !== 'POST') return 'serve'
      answer.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()
      return 'done'
    }
    await expect(submit({ to, id, body: await body(), patience })).rejects.toMatchObject({ status: 307 })
  })
})

describe('getSubmission', () => {
  it('is null for an id the node does not know', async () => {
    expect(await getSubmission(to, id, patience)).toBe(null)
    await submit({ to, id, body: await body(), patience })
    expect(await getSubmission(to, id, patience)).toMatchObject({ state: 'finished' })
  })
})
