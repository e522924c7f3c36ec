import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseReceipt, verifyReceipt } from '../src/receipt.ts'
import { readTrustedKey } from '../src/trust.ts'
import { huijiao, startHuijiao } from './run-huijiao.ts'
import { startSmallNode, type SmallNode } from './small-node.ts'

let node: SmallNode
let dir: string
let env: Record<string, string>

beforeEach(async () => {
  node = await startSmallNode()
  dir = mkdtempSync(join(tmpdir(), 'huijiao-push-'))
  env = { HUIJIAO_API_KEY: node.apiKey }
})
afterEach(async () => {
  await node.close()
  rmSync(dir, { recursive: true, force: true })
})

const responsible = ['--responsible-unit', '示例市住房和城乡建设局', '--responsible-name', '王示例']
const record = (n: number, name = `示例花园 ${n}（合成）`) =>
  JSON.stringify({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: `XM-${n}`, data: { PrjName: name } })
const write = (name: string, content: string | Buffer) => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}
const lines = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `${record(from + i)}\n`).join('')
const push = (path: string, ...more: string[]) => huijiao(['push', path, '--to', node.url, ...responsible, ...more], { env, cwd: dir })
const sourceIds = (count: number) => Array.from({ length: count }, (_, i) => `XM-${i + 1}`)
const stateOf = (path: string) =>
  JSON.parse(readFileSync(`${path}.huijiao-state.json`, 'utf8')) as {
    chunks: { id: string; from: number; to: number; digest: string; records: number; receipt: unknown }[]
  }

describe('pushing a file of records', () => {
  it('stores every record once, in the order of the file, in submissions of the size asked for', async () => {
    const path = write('a.ndjson', lines(25))
    const ran = await push(path, '--records', '10')
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(node.stored).toEqual(sourceIds(25))
    expect(stateOf(path).chunks.map((chunk) => chunk.records)).toEqual([10, 10, 5])
    expect(ran.out).toContain('3 个批次，已入库 25')
    expect(ran.out).toContain('3 submissions, 25 accepted')
  })

  it('keeps every receipt as the node signed it', async () => {
    const path = write('a.ndjson', lines(25))
    await push(path, '--records', '10')
    const receipts = readFileSync(`${path}.receipts.ndjson`, 'utf8').trimEnd().split('\n').map(parseReceipt)
    expect(receipts.map((receipt) => verifyReceipt(receipt, [readTrustedKey(node.verifierKey)]).state)).toEqual([
      'verified',
      'verified',
      'verified',
    ])
    expect(receipts.map((receipt) => receipt.submission.id)).toEqual(stateOf(path).chunks.map((chunk) => chunk.id))
  })

  it('makes the same submissions of the same file on any machine, so that even a lost state doubles nothing', async () => {
    const path = write('a.ndjson', lines(25))
    utimesSync(path, 1_788_000_000, 1_788_000_000)
    await push(path, '--records', '10')
    const ids = stateOf(path).chunks.map((chunk) => chunk.id)
    rmSync(`${path}.huijiao-state.json`)
    expect((await push(path, '--records', '10')).code).toBe(0)
    expect(stateOf(path).chunks.map((chunk) => chunk.id)).toEqual(ids)
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    expect(node.stored).toEqual(sourceIds(25))
  })

  it('gives equal stretches of one file different ids, because the later one is a later state', async () => {
    const path = write('a.ndjson', `${record(1)}\n${record(2)}\n${record(1)}\n`)
    await push(path, '--records', '1')
    expect(node.stored).toEqual(['XM-1', 'XM-2', 'XM-1'])
  })

  it('has nothing to send a second time', async () => {
    const path = write('a.ndjson', lines(25))
    await push(path, '--records', '10')
    const before = node.bodies.length
    const again = await push(path, '--records', '10')
    expect(again.code).toBe(0)
    expect(again.out).toContain('已入库 25')
    expect(node.bodies.length).toBe(before)
  })

  it('sends only the lines that were added since', async () => {
    const path = write('a.ndjson', lines(12))
    await push(path, '--records', '10')
    appendFileSync(path, lines(3, 13))
    expect((await push(path, '--records', '10')).code).toBe(0)
    expect(node.stored).toEqual(sourceIds(15))
    expect(stateOf(path).chunks.map((chunk) => chunk.records)).toEqual([10, 2, 3])
  })

  it('begins anew when a sent line was changed, or grew because it had no line end yet', async () => {
    const path = write('a.ndjson', lines(2))
    await push(path)
    writeFileSync(path, `${record(1)}\n${record(2, '改名')}\n`)
    const changed = await push(path)
    expect(changed.err).toContain('beginning anew')
    expect(node.stored).toEqual(['XM-1', 'XM-2', 'XM-1', 'XM-2'])
    const cut = write('b.ndjson', record(7))
    await push(cut)
    appendFileSync(cut, ' ')
    expect((await push(cut)).err).toContain('beginning anew')
    appendFileSync(cut, `\n${record(8)}`)
    expect((await push(cut)).err).not.toContain('beginning anew')
    expect(node.stored.slice(4)).toEqual(['XM-7', 'XM-7', 'XM-8'])
  })

  it('refuses to continue towards another node or under another envelope', async () => {
    const path = write('a.ndjson', lines(2))
    await push(path)
    const other = await startSmallNode()
    try {
      const elsewhere = await huijiao(['push', path, '--to', other.url, ...responsible], {
        env: { HUIJIAO_API_KEY: other.apiKey },
        cwd: dir,
      })
      expect([elsewhere.code, other.stored]).toEqual([2, []])
      expect(elsewhere.err).toContain('--state')
    } finally {
      await other.close()
    }
    const renamed = await huijiao(['push', path, '--to', node.url, '--responsible-unit', '另一单位', '--responsible-name', '李示例'], {
      env,
      cwd: dir,
    })
    expect(renamed.code).toBe(2)
    expect((await push(path, '--restart')).code).toBe(0)
  })

  it('takes a byte order mark, empty lines, CRLF and a last line without an end', async () => {
    const path = write('a.ndjson', `\uFEFF${record(1)}\r\n\r\n  \n${record(2)}\r\n${record(3)}`)
    expect((await push(path)).code).toBe(0)
    expect(node.stored).toEqual(sourceIds(3))
    expect(node.bodies[0]?.includes('\r')).toBe(false)
  })

  it('fills the envelope from the file’s first line', async () => {
    const path = write(
      'a.ndjson',
      `${JSON.stringify({ standard: '2014', responsible: { unit: '甲', name: '乙' }, id: null })}\n${record(1)}\n`,
    )
    const ran = await huijiao(['push', path, '--to', node.url], { env, cwd: dir })
    expect(ran.code).toBe(0)
    const envelope = JSON.parse(String(node.bodies[0]).split('\n')[0] as string) as Record<string, unknown>
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
      const path = write(`${encoding}.ndjson`, lines(5))
      expect((await push(path, '--compress', encoding)).code).toBe(0)
      expect(node.bodies.at(-1)?.toString('hex').startsWith(magic)).toBe(true)
    }
    expect(node.stored.length).toBe(10)
  })

  it('signs with a private key instead of an API key', async () => {
    for (const pair of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
      const keyId = `vendor-${pair.privateKey.asymmetricKeyType}`
      node.registerPublicKey(keyId, pair.publicKey.export({ type: 'spki', format: 'pem' }) as string)
      const keyFile = write(`${keyId}.pem`, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
      const path = write(`${keyId}.ndjson`, lines(2))
      const ran = await huijiao(['push', path, '--to', node.url, '--key-file', keyFile, '--key-id', keyId, ...responsible], { cwd: dir })
      expect(ran.code, ran.err).toBe(0)
    }
    expect(node.stored.length).toBe(4)
  })
})

describe('pushing when the network or the node fails', () => {
  it('sends the same bytes again after a lost answer, and the node stores them once', async () => {
    let broken = 0
    node.interfere = ({ method }) => (method === 'POST' && broken++ < 2 ? 'serve and break' : 'serve')
    const path = write('a.ndjson', lines(3))
    const ran = await push(path)
    expect(ran.code, ran.err).toBe(0)
    expect(ran.err).toContain('the same bytes go again')
    expect(node.bodies.length).toBe(3)
    expect(node.bodies[1]?.equals(node.bodies[0] as Buffer)).toBe(true)
    expect(node.stored).toEqual(sourceIds(3))
  })

  it('waits as Retry-After says after 429 and 503', async () => {
    const times: number[] = []
    node.interfere = ({ method }, answer) => {
      if (method !== 'POST') return 'serve'
      times.push(performance.now())
      if (times.length > 2) return 'serve'
      answer.writeHead(times.length === 1 ? 429 : 503, { 'retry-after': '1' }).end()
      return 'done'
    }
    expect((await push(write('a.ndjson', lines(1)))).code).toBe(0)
    expect((times[2] as number) - (times[0] as number)).toBeGreaterThan(1990)
  })

  it('continues after kill -9 at any submission and doubles nothing', { timeout: 60_000 }, async () => {
    const path = write('a.ndjson', lines(60))
    for (let kill = 1; kill <= 3; kill++) {
      const running = startHuijiao(['push', path, '--to', node.url, '--records', '10', ...responsible], { env, cwd: dir })
      let posts = 0
      // Stored by the node, not yet told to the client: the moment at which a double would arise.
      node.interfere = ({ method }) => {
        if (method !== 'POST' || posts++ < 1) return 'serve'
        running.child.kill('SIGKILL')
        return 'serve and break'
      }
      expect((await running.done).code).toBe(null)
    }
    node.interfere = () => 'serve'
    const last = await push(path, '--records', '3')
    expect(last.code).toBe(0)
    expect(last.err).toContain('continuing')
    expect(node.stored).toEqual(sourceIds(60))
    expect(stateOf(path).chunks[0]?.records).toBe(10)
  })

  it('follows a 202 to the receipt', async () => {
    node.acceptFirst = true
    const path = write('a.ndjson', lines(3))
    expect((await push(path)).code).toBe(0)
    expect(node.stored).toEqual(sourceIds(3))
    expect(readFileSync(`${path}.receipts.ndjson`, 'utf8')).toContain('"receipt":1')
  })

  it('says in words and with exit code 3 that the node is away, or does not know the key', async () => {
    const path = write('a.ndjson', lines(1))
    const refused = await huijiao(['push', path, '--to', node.url, ...responsible], { env: { HUIJIAO_API_KEY: 'hj_wrong-key' }, cwd: dir })
    expect([refused.code, refused.err.includes('身份凭据无效'), refused.err.includes('Credentials are not valid')]).toEqual([3, true, true])
    const away = await huijiao(['push', path, '--to', 'http://127.0.0.1:9876', '--retry-seconds', '1', ...responsible], { env, cwd: dir })
    expect([away.code, away.err.includes('连接被拒绝'), away.err.includes('at ')]).toEqual([3, true, false])
    expect(existsSync(`${path}.huijiao-state.json`)).toBe(false)
  })

  it('stops at a receipt that no trusted key has signed', async () => {
    const stranger = await startSmallNode()
    await stranger.close()
    const path = write('a.ndjson', lines(1))
    const trust = write('keys.txt', `# keys\n${stranger.verifierKey}\n`)
    expect((await push(path, '--trust', trust)).code).toBe(1)
    expect(stateOf(path).chunks[0]?.receipt).toBe(null)
    writeFileSync(trust, `${node.verifierKey}\n`)
    expect((await push(path, '--trust', trust)).code).toBe(0)
    expect(node.stored).toEqual(sourceIds(1))
  })
})

describe('refused records', () => {
  it('are named with line, reason, hint and fix, in both languages, and end with exit code 1', async () => {
    const path = write('a.ndjson', `${record(1)}\n\n${record(2, '')}\nnot json\n${record(3)}\n`)
    const ran = await push(path)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 3 行 TBProjectInfo XM-2 退回')
    expect(ran.err).toContain('line 3 TBProjectInfo XM-2 refused')
    expect(ran.err).toContain('项目名称为空')
    expect(ran.err).toContain('fix: remove /data/PrjName')
    expect(ran.err).toContain('第 4 行')
    expect(node.stored).toEqual(['XM-1', 'XM-3'])
  })

  it('speak one language when asked', async () => {
    const path = write('a.ndjson', `${record(2, '')}\n`)
    const [zh, en] = [await push(path, '--lang', 'zh'), await push(path, '--restart', '--lang', 'en')]
    expect(/The project name/.test(zh.err + zh.out)).toBe(false)
    expect(/[\u4e00-\u9fff]{3}.*refused/.test(en.out)).toBe(false)
    expect(en.err).toContain('The project name is empty')
  })

  it('stand in a file beside, exactly as they were sent, with their problems', async () => {
    const odd =
      '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"XM-9","data":{"PrjName":"","AllInvest":1.10,"N":12345678901234567890}}'
    const path = write('a.ndjson', `${record(1)}\n${odd}\nnot json\n`)
    await push(path)
    const refused = readFileSync(`${path}.refused.ndjson`, 'utf8').trimEnd().split('\n')
    expect(refused[0]?.startsWith(`{"record":${odd},"line":2,`)).toBe(true)
    expect(JSON.parse(refused[0] as string)).toMatchObject({ line: 2, index: 1, problems: [{ code: 'field-empty' }] })
    expect(JSON.parse(refused[1] as string)).toMatchObject({ text: 'not json', line: 3, problems: [{ code: 'line-malformed' }] })
  })

  it('can be mended in that file and pushed from it', async () => {
    const path = write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    await push(path)
    const refused = `${path}.refused.ndjson`
    writeFileSync(refused, readFileSync(refused, 'utf8').replace('"PrjName":""', '"PrjName":"改好了","Big":12345678901234567890'))
    const ran = await push(refused)
    expect(ran.code, ran.err).toBe(0)
    expect(node.stored).toEqual(['XM-1', 'XM-2'])
    expect(String(node.bodies.at(-1))).toContain('"Big":12345678901234567890')
  })

  it('are all found when there are more than the receipt holds', async () => {
    const path = write('a.ndjson', Array.from({ length: 1500 }, (_, i) => `${record(i, '')}\n`).join(''))
    const ran = await push(path, '--show', '2')
    expect(ran.code).toBe(1)
    expect(ran.err.match(/refused$/gm)?.length).toBe(2)
    expect(readFileSync(`${path}.refused.ndjson`, 'utf8').trimEnd().split('\n').length).toBe(1500)
  })

  it('are not believed when the outcome list is not the one the receipt speaks of', async () => {
    const path = write('a.ndjson', Array.from({ length: 1200 }, (_, i) => `${record(i, i < 1100 ? '' : '合成')}\n`).join(''))
    node.tamper = (_path, bytes) => Buffer.from(bytes.toString().replace('"sourceId":"XM-3"', '"sourceId":"XM-4"'))
    const ran = await push(path)
    expect([ran.code, ran.err.includes('does not have the digest')]).toEqual([1, true])
    node.tamper = (_path, bytes) => bytes
    expect((await push(path)).out).toContain('退回 1100')
  })

  it('are not written twice when a push is killed after them', async () => {
    const path = write('a.ndjson', `${record(1, '')}\n${record(2)}\n`)
    await push(path, '--records', '1')
    const file = `${path}.refused.ndjson`
    const once = readFileSync(file, 'utf8')
    appendFileSync(file, '{"record":{},"li')
    appendFileSync(path, `${record(3, '')}\n`)
    await push(path, '--records', '1')
    expect(readFileSync(file, 'utf8').startsWith(`${once}{"record":{"entity"`)).toBe(true)
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBe(2)
  })

  it('include lines that could not be sent, and the lines beside them are stored', async () => {
    const gbk = Buffer.from('7b22656e74697479223a22b9a4b3cc227d', 'hex')
    const path = write('a.ndjson', Buffer.concat([Buffer.from(`${record(1)}\n`), gbk, Buffer.from(`\n${record(2)}\n`)]))
    const ran = await push(path)
    expect([ran.code, node.stored]).toEqual([1, ['XM-1', 'XM-2']])
    expect(ran.err).toContain('第 2 行')
    expect(ran.err).toContain('不是 UTF-8')
  })
})

describe('pushing a whole submission', () => {
  const envelope = { id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', standard: '2018', responsible: { unit: '甲', name: '乙' } }

  it('sends a JSON document byte for byte, and once', async () => {
    const text = JSON.stringify({ ...envelope, records: [JSON.parse(record(1))] }, null, 2)
    const path = write('first.json', text)
    for (let time = 0; time < 2; time++) expect((await huijiao(['push', path, '--to', node.url], { env, cwd: dir })).code).toBe(0)
    expect(node.bodies.map(String)).toEqual([text])
  })

  it('gives a JSON document without an id one that follows from its content', async () => {
    const path = write('first.json', `{ "standard": "2018", "responsible": {"unit": "甲", "name": "乙"}, "records": [${record(1)}] }`)
    expect((await huijiao(['push', path, '--to', node.url], { env, cwd: dir })).code).toBe(0)
    const sent = JSON.parse(String(node.bodies[0])) as Record<string, unknown>
    expect(sent).toMatchObject({ standard: '2018', responsible: { unit: '甲' } })
    expect(node.stored).toEqual(['XM-1'])
  })

  it('streams an NDJSON submission as it is, compressed or not', async () => {
    const text = `${JSON.stringify(envelope)}\n${lines(4)}`
    const path = write('s.ndjson', text)
    expect((await huijiao(['push', path, '--to', node.url], { env, cwd: dir })).code).toBe(0)
    expect(String(node.bodies[0])).toBe(text)
    const zipped = await huijiao(['push', path, '--to', node.url, '--restart', '--compress', 'zstd'], { env, cwd: dir })
    expect(zipped.code, zipped.err).toBe(0)
    expect(node.stored).toEqual(sourceIds(4))
  })

  it('tells the line of a refused record in it', async () => {
    const path = write('s.ndjson', `${JSON.stringify(envelope)}\n\n${record(1)}\n${record(2, '')}\n`)
    const ran = await huijiao(['push', path, '--to', node.url], { env, cwd: dir })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 4 行 TBProjectInfo XM-2')
  })

  it('shows what the node says of the whole, with exit code 1', async () => {
    const path = write('s.ndjson', `${JSON.stringify(envelope)}\n${record(1)}\n`)
    await huijiao(['push', path, '--to', node.url], { env, cwd: dir })
    writeFileSync(path, `${JSON.stringify(envelope)}\n${record(1, '另一名称')}\n`)
    const ran = await huijiao(['push', path, '--to', node.url], { env, cwd: dir })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('批次编号已用于不同内容')
    expect(ran.err).toContain('HTTP 409')
    expect(node.stored).toEqual(['XM-1'])
  })
})

describe('a dry run', () => {
  it('shows every problem, stores nothing and leaves no state', async () => {
    const path = write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    const ran = await push(path, '--dry-run')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('第 2 行')
    expect([node.stored, node.submissions.size, existsSync(`${path}.huijiao-state.json`), existsSync(`${path}.refused.ndjson`)]).toEqual([
      [],
      0,
      false,
      false,
    ])
  })
})

describe('the command line of push', () => {
  it('answers as JSON for programs', async () => {
    const path = write('a.ndjson', `${record(1)}\n${record(2, '')}\n`)
    const ran = await push(path, '--json')
    expect(JSON.parse(ran.out)).toMatchObject({
      files: [{ file: path, submissions: 1, counts: { accepted: 1, refused: 1 }, refusedFile: `${path}.refused.ndjson` }],
    })
  })

  it.each([
    ['no file', ['push', '--to', 'http://x']],
    ['an unknown option', ['push', 'f', '--too', 'http://x']],
    ['a missing address', ['push', 'f']],
    ['an address that is none', ['push', 'f', '--to', 'ftp://x']],
    ['a file that is not there', ['push', 'FILE/nowhere.ndjson', '--to', 'NODE', ...responsible]],
    ['nobody who answers for it', ['push', 'FILE/a.ndjson', '--to', 'NODE']],
    ['a JSON array', ['push', 'FILE/array.json', '--to', 'NODE', ...responsible]],
    ['broken JSON', ['push', 'FILE/broken.json', '--to', 'NODE', ...responsible]],
    ['GBK', ['push', 'FILE/gbk.json', '--to', 'NODE', ...responsible]],
    ['an unknown mode', ['push', 'FILE/a.ndjson', '--to', 'NODE', '--mode', 'all', ...responsible]],
  ])('refuses %s with exit code 2, in words', async (_name, args) => {
    write('a.ndjson', lines(1))
    write('array.json', `[${record(1)}]`)
    write('broken.json', '{"records":[\n{]}')
    write('gbk.json', Buffer.from('7b22726563b9a4b3cc227d', 'hex'))
    const ran = await huijiao(
      args.map((arg) => (arg === 'NODE' ? node.url : arg.replace('FILE', dir))),
      { env, cwd: dir },
    )
    expect([ran.code, /[\u4e00-\u9fff]/.test(ran.err), / {4}at /.test(ran.err)]).toEqual([2, true, false])
    expect(node.stored).toEqual([])
  })
})
