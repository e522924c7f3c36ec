import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseReceipt, verifyReceipt } from '../src/receipt.ts'
import { readTrustedKey } from '../src/trust.ts'
import { lines, pushFixture, record, responsible, sourceIds, stateOf } from './push-fixture.ts'
import { huijiao, startHuijiao } from './run-huijiao.ts'
import { startSmallNode } from './small-node.ts'

const t = pushFixture()

describe('pushing a file of records', () => {
  it('stores every record once, in the order of the file, in submissions of the size asked for', async () => {
    const path = t.write('a.ndjson', lines(25))
    const ran = await t.push(path, '--records', '10')
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(t.node.stored).toEqual(sourceIds(25))
    expect(stateOf(path).chunks.map((chunk) => chunk.records)).toEqual([10, 10, 5])
    expect(ran.out).toContain('3 个批次，已入库 25')
    expect(ran.out).toContain('3 submissions, 25 accepted')
  })

  it('keeps every receipt as the node signed it', async () => {
    const path = t.write('a.ndjson', lines(25))
    await t.push(path, '--records', '10')
    const receipts = readFileSync(`${path}.receipts.ndjson`, 'utf8').trimEnd().split('\n').map(parseReceipt)
    expect(receipts.map((receipt) => verifyReceipt(receipt, [readTrustedKey(t.node.verifierKey)]).state)).toEqual([
      'verified',
      'verified',
      'verified',
    ])
    expect(receipts.map((receipt) => receipt.submission.id)).toEqual(stateOf(path).chunks.map((chunk) => chunk.id))
  })

  it('makes the same submissions of the same file on any machine, so that even a lost state doubles nothing', async () => {
    const path = t.write('a.ndjson', lines(25))
    utimesSync(path, 1_788_000_000, 1_788_000_000)
    await t.push(path, '--records', '10')
    const ids = stateOf(path).chunks.map((chunk) => chunk.id)
    rmSync(`${path}.huijiao-state.json`)
    expect((await t.push(path, '--records', '10')).code).toBe(0)
    expect(stateOf(path).chunks.map((chunk) => chunk.id)).toEqual(ids)
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    expect(t.node.stored).toEqual(sourceIds(25))
  })

  it('gives equal stretches of one file different ids, because the later one is a later state', async () => {
    const path = t.write('a.ndjson', `${record(1)}\n${record(2)}\n${record(1)}\n`)
    await t.push(path, '--records', '1')
    expect(t.node.stored).toEqual(['XM-1', 'XM-2', 'XM-1'])
  })

  it('has nothing to send a second time', async () => {
    const path = t.write('a.ndjson', lines(25))
    await t.push(path, '--records', '10')
    const before = t.node.bodies.length
    const again = await t.push(path, '--records', '10')
    expect(again.code).toBe(0)
    expect(again.out).toContain('已入库 25')
    expect(t.node.bodies.length).toBe(before)
  })

  it('sends only the lines that were added since', async () => {
    const path = t.write('a.ndjson', lines(12))
    await t.push(path, '--records', '10')
    appendFileSync(path, lines(3, 13))
    expect((await t.push(path, '--records', '10')).code).toBe(0)
    expect(t.node.stored).toEqual(sourceIds(15))
    expect(stateOf(path).chunks.map((chunk) => chunk.records)).toEqual([10, 2, 3])
  })

  it('begins anew when a sent line was changed, or grew because it had no line end yet', async () => {
    const path = t.write('a.ndjson', lines(2))
    await t.push(path)
    writeFileSync(path, `${record(1)}\n${record(2, '改名')}\n`)
    const changed = await t.push(path)
    expect(changed.err).toContain('beginning anew')
    expect(t.node.stored).toEqual(['XM-1', 'XM-2', 'XM-1', 'XM-2'])
    const cut = t.write('b.ndjson', record(7))
    await t.push(cut)
    appendFileSync(cut, ' ')
    expect((await t.push(cut)).err).toContain('beginning anew')
    appendFileSync(cut, `\n${record(8)}`)
    expect((await t.push(cut)).err).not.toContain('beginning anew')
    expect(t.node.stored.slice(4)).toEqual(['XM-7', 'XM-7', 'XM-8'])
  })

  it('refuses to continue towards another node or under another envelope', async () => {
    const path = t.write('a.ndjson', lines(2))
    await t.push(path)
    const other = await startSmallNode()
    try {
      const elsewhere = await huijiao(['push', path, '--to', other.url, ...responsible], {
        env: { HUIJIAO_API_KEY: other.apiKey },
        cwd: t.dir,
      })
      expect([elsewhere.code, other.stored]).toEqual([2, []])
      expect(elsewhere.err).toContain('--state')
    } finally {
      await other.close()
    }
    const renamed = await huijiao(['push', path, '--to', t.node.url, '--responsible-unit', '另一单位', '--responsible-name', '李示例'], {
      env: t.env,
      cwd: t.dir,
    })
    expect(renamed.code).toBe(2)
    expect((await t.push(path, '--restart')).code).toBe(0)
  })

  it('takes a byte order mark, empty lines, CRLF and a last line without an end', async () => {
    const path = t.write('a.ndjson', `\uFEFF${record(1)}\r\n\r\n  \n${record(2)}\r\n${record(3)}`)
    expect((await t.push(path)).code).toBe(0)
    expect(t.node.stored).toEqual(sourceIds(3))
    expect(t.node.bodies[0]?.includes('\r')).toBe(false)
  })

  it('fills the envelope from the file’s first line', async () => {
    const path = t.write(
      'a.ndjson',
      `${JSON.stringify({ standard: '2014', responsible: { unit: '甲', name: '乙' }, id: null })}\n${record(1)}\n`,
    )
    const ran = await huijiao(['push', path, '--to', t.node.url], { env: t.env, cwd: t.dir })
    expect(ran.code).toBe(0)
    const envelope = JSON.parse(String(t.node.bodies[0]).split('\n')[0] as string) as Record<string, unknown>
    expect(envelope).toMatchObject({
      standard: '2014',
      responsible: { unit: '甲', name: '乙' },
      producedAt: statSync(path).mtime.toISOString(),
    })
  })

  it('sends compressed with a digest over the bytes as sent', async () => {
    for (const [encoding, magic] of [
      ['gzip', '1f8b'],
      ['zstd', '28b52ffd'],
    ] as const) {
      const path = t.write(`${encoding}.ndjson`, lines(5))
      expect((await t.push(path, '--compress', encoding)).code).toBe(0)
      expect(t.node.bodies.at(-1)?.toString('hex').startsWith(magic)).toBe(true)
    }
    expect(t.node.stored.length).toBe(10)
  })

  it('signs with a private key instead of an API key', async () => {
    for (const pair of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
      const keyId = `vendor-${pair.privateKey.asymmetricKeyType}`
      t.node.registerPublicKey(keyId, pair.publicKey.export({ type: 'spki', format: 'pem' }) as string)
      const keyFile = t.write(`${keyId}.pem`, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
      const path = t.write(`${keyId}.ndjson`, lines(2))
      const ran = await huijiao(['push', path, '--to', t.node.url, '--key-file', keyFile, '--key-id', keyId, ...responsible], {
        cwd: t.dir,
      })
      expect(ran.code, ran.err).toBe(0)
    }
    expect(t.node.stored.length).toBe(4)
  })
})

describe('pushing when the network or the node fails', () => {
  it('sends the same bytes again after a lost answer, and the node stores them once', async () => {
    let broken = 0
    t.node.interfere = ({ method }) => (method === 'POST' && broken++ < 2 ? 'serve and break' : 'serve')
    const path = t.write('a.ndjson', lines(3))
    const ran = await t.push(path)
    expect(ran.code, ran.err).toBe(0)
    expect(ran.err).toContain('the same bytes go again')
    expect(t.node.bodies.length).toBe(3)
    expect(t.node.bodies[1]?.equals(t.node.bodies[0] as Buffer)).toBe(true)
    expect(t.node.stored).toEqual(sourceIds(3))
  })

  it('waits as Retry-After says after 429 and 503', async () => {
    const times: number[] = []
    t.node.interfere = ({ method }, answer) => {
      if (method !== 'POST') return 'serve'
      times.push(performance.now())
      if (times.length > 2) return 'serve'
      answer.writeHead(times.length === 1 ? 429 : 503, { 'retry-after': '1' }).end()
      return 'done'
    }
    expect((await t.push(t.write('a.ndjson', lines(1)))).code).toBe(0)
    expect((times[2] as number) - (times[0] as number)).toBeGreaterThan(1990)
  })

  it('continues after kill -9 at any submission and doubles nothing', { timeout: 60_000 }, async () => {
    const path = t.write('a.ndjson', lines(60))
    for (let kill = 1; kill <= 3; kill++) {
      const running = startHuijiao(['push', path, '--to', t.node.url, '--records', '10', ...responsible], { env: t.env, cwd: t.dir })
      let posts = 0
      // Stored by the node, not yet told to the client: the moment at which a double would arise.
      t.node.interfere = ({ method }) => {
        if (method !== 'POST' || posts++ < 1) return 'serve'
        running.child.kill('SIGKILL')
        return 'serve and break'
      }
      expect((await running.done).code).toBe(null)
    }
    t.node.interfere = () => 'serve'
    const last = await t.push(path, '--records', '3')
    expect(last.code).toBe(0)
    expect(last.err).toContain('continuing')
    expect(t.node.stored).toEqual(sourceIds(60))
    expect(stateOf(path).chunks[0]?.records).toBe(10)
  })

  it('follows a 202 to the receipt', async () => {
    t.node.acceptFirst = true
    const path = t.write('a.ndjson', lines(3))
    expect((await t.push(path)).code).toBe(0)
    expect(t.node.stored).toEqual(sourceIds(3))
    expect(readFileSync(`${path}.receipts.ndjson`, 'utf8')).toContain('"receipt":1')
  })

  it('says in words and with exit code 3 that the node is away, or does not know the key', async () => {
    const path = t.write('a.ndjson', lines(1))
    const refused = await huijiao(['push', path, '--to', t.node.url, ...responsible], {
      env: { HUIJIAO_API_KEY: 'hj_wrong-key' },
      cwd: t.dir,
    })
    expect([refused.code, refused.err.includes('身份凭据无效'), refused.err.includes('Credentials are not valid')]).toEqual([3, true, true])
    const away = await huijiao(['push', path, '--to', 'http://127.0.0.1:9876', '--retry-seconds', '1', ...responsible], {
      env: t.env,
      cwd: t.dir,
    })
    expect([away.code, away.err.includes('连接被拒绝'), away.err.includes('at ')]).toEqual([3, true, false])
    expect(existsSync(`${path}.huijiao-state.json`)).toBe(false)
  })

  it('stops at a receipt that no trusted key has signed', async () => {
    const stranger = await startSmallNode()
    await stranger.close()
    const path = t.write('a.ndjson', lines(1))
    const trust = t.write('keys.txt', `# keys\n${stranger.verifierKey}\n`)
    expect((await t.push(path, '--trust', trust)).code).toBe(1)
    expect(stateOf(path).chunks[0]?.receipt).toBe(null)
    writeFileSync(trust, `${t.node.verifierKey}\n`)
    expect((await t.push(path, '--trust', trust)).code).toBe(0)
    expect(t.node.stored).toEqual(sourceIds(1))
  })
})
