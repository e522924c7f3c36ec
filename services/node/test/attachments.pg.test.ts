import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packParts } from '@huijiao/files'
import { residentId } from '@huijiao/testing'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let node: TestNode
let city: Awaited<ReturnType<typeof enrol>>
let other: Awaited<ReturnType<typeof enrol>>
beforeAll(async () => {
  node = await startTestNode({ listen: true, env: { HUIJIAO_ATTACHMENT_BYTES: '3000000', HUIJIAO_ATTACHMENT_QUOTA_BYTES: '9000000' } })
  city = await enrol(node.context, ['370100'], 'p-city')
  other = await enrol(node.context, ['370100'], 'p-other')
})
afterAll(() => node.stop())

const pdf = (bytes = 100): Buffer => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)])
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const put = (bytes: Buffer, headers: Record<string, string> = {}, address = sha256(bytes)) =>
  fetch(`${node.url}/v1/attachments/${address}`, {
    method: 'PUT',
    headers: { ...city.headers, 'content-type': 'application/pdf', ...headers },
    body: new Uint8Array(bytes),
  })
const code = async (response: Response): Promise<string> => `${response.status} ${((await response.json()) as { code: string }).code}`
const post = async (document: object, query = '') => {
  const response = await fetch(`${node.url}/v1/submissions${query}`, {
    method: 'POST',
    headers: { ...city.headers, 'content-type': 'application/json' },
    body: JSON.stringify(document),
  })
  return { status: response.status, receipt: (await response.json()) as Receipt }
}
interface Receipt {
  readonly counts: Record<string, number>
  readonly records: readonly {
    readonly outcome: string
    readonly recordId?: string
    readonly commitment?: string
    readonly problems?: readonly { code: string; pointer: string; hint: string; retryable: boolean; fix?: unknown }[]
  }[]
}
const listed = (bytes: Buffer, more: object = {}) => ({
  kind: '立项批复',
  digest: `sha-256:${sha256(bytes)}`,
  mediaType: 'application/pdf',
  name: '批复.pdf',
  ...more,
})
const rows = async (table: 'attachment' | 'attachment_chunk' | 'attachment_right' | 'log_pending') =>
  Number(
    (
      await node.database.db
        .selectFrom(table)
        .select((one) => one.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count,
  )

describe('PUT /v1/attachments/{sha-256}', () => {
  it('stores the bytes once, sealed, whoever hands them in, and gives each the right to read them back', async () => {
    const bytes = pdf(2_500_000)
    const first = await put(bytes)
    expect(first.status).toBe(201)
    expect(await first.json()).toMatchObject({ digest: `sha-256:${sha256(bytes)}`, mediaType: 'application/pdf', bytes: bytes.length })
    expect((await put(bytes)).status).toBe(200)
    const before = await rows('attachment_chunk')
    const theirs = { ...other.headers }
    expect((await fetch(`${node.url}/v1/attachments/${sha256(bytes)}`, { headers: theirs })).status).toBe(404)
    expect((await put(bytes, theirs)).status).toBe(201)
    expect(await rows('attachment_chunk')).toBe(before)
    // As answers write it.
    const back = await fetch(`${node.url}/v1/attachments/sha-256:${sha256(bytes)}`, { headers: theirs })
    expect(back.headers.get('content-type')).toBe('application/pdf')
    expect(back.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true)
    const stored = await node.database.db.selectFrom('attachment_chunk').select('bytes').execute()
    expect(stored.some((row) => row.bytes.includes(bytes.subarray(0, 64)))).toBe(false)
  })

  it('tells by HEAD whether the caller’s attachment is here', async () => {
    const bytes = pdf()
    const head = (headers: Record<string, string>) => fetch(`${node.url}/v1/attachments/${sha256(bytes)}`, { method: 'HEAD', headers })
    expect((await head(city.headers)).status).toBe(404)
    await put(bytes)
    const found = await head(city.headers)
    expect([found.status, found.headers.get('content-length')]).toEqual([200, String(bytes.length)])
    expect((await head(other.headers)).status).toBe(404)
  })

  it('refuses what its digest, size or type does not fit, and keeps nothing of it', async () => {
    const kept = [await rows('attachment'), await rows('attachment_right'), await rows('log_pending')]
    const bytes = pdf()
    expect(await code(await put(bytes, {}, sha256(pdf())))).toBe('400 digest-mismatch')
    expect(await code(await put(bytes, { 'content-digest': `sha-256=:${createHash('sha256').update('x').digest('base64')}:` }))).toBe(
      '400 digest-mismatch',
    )
    expect(await code(await put(bytes, { 'content-type': 'image/png' }))).toBe('415 attachment-type')
    expect(await code(await put(Buffer.from('<html>'), { 'content-type': 'application/pdf' }))).toBe('415 attachment-type')
    expect(await code(await put(pdf(3_000_000)))).toBe('413 body-too-large')
    expect(await code(await put(bytes, { 'content-encoding': 'gzip' }))).toBe('415 encoding-unsupported')
    expect(await code(await put(Buffer.alloc(0)))).toBe('400 body-empty')
    expect(await code(await put(bytes, { authorization: 'Bearer hj_wrong_wrong_wrong' }))).toBe('401 credentials-invalid')
    expect(await code(await put(bytes, {}, 'ABC'))).toBe('400 parameter-invalid')
    expect([await rows('attachment'), await rows('attachment_right'), await rows('log_pending')]).toEqual(kept)
    expect((await readdir(node.context.hub.spoolDir)).filter((name) => name.endsWith('.attachment'))).toEqual([])
  })

  it('takes what is told from the content of a package: OFD, Word, Excel', async () => {
    const types = {
      'application/ofd': ['OFD.xml', 'Doc_0/Document.xml'],
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['[Content_Types].xml', 'word/document.xml'],
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['[Content_Types].xml', 'xl/workbook.xml'],
    }
    for (const [type, names] of Object.entries(types)) expect((await put(zip(names), { 'content-type': type })).status, type).toBe(201)
    expect(await code(await put(zip(['evil.exe']), { 'content-type': 'application/ofd' }))).toBe('415 attachment-type')
  })

  it('leaves nothing when the connection ends in the middle', async () => {
    const before = await rows('attachment')
    const bytes = pdf(500_000)
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1')
    socket.write(
      `PUT /v1/attachments/${sha256(bytes)} HTTP/1.1\r\nhost: x\r\nauthorization: ${city.headers.authorization}\r\ncontent-type: application/pdf\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    )
    socket.write(bytes.subarray(0, 200_000))
    await delay(200)
    socket.destroy()
    await expect.poll(async () => (await readdir(node.context.hub.spoolDir)).length).toBe(0)
    expect(await rows('attachment')).toBe(before)
    expect((await put(bytes)).status).toBe(201)
  })

  it('stops a participant at its quota, and says how much is used', async () => {
    const small = await enrol(node.context, ['370100'])
    for (let i = 0; i < 3; i++) expect((await put(pdf(2_900_000), small.headers)).status).toBe(201)
    const last = await put(pdf(2_900_000), small.headers)
    expect(await code(last)).toBe('403 attachment-quota')
  })

  it('writes an entry for each that is stored, and an access event for each that is read', async () => {
    const bytes = pdf()
    await put(bytes)
    const entry = await node.database.db
      .selectFrom('log_pending')
      .selectAll()
      .where('subject', '=', `sha-256:${sha256(bytes)}`)
      .executeTakeFirstOrThrow()
    expect(entry.actor).toBe('participant:p-city')
    expect(JSON.parse(entry.body)).toMatchObject({ act: 'stored', bytes: bytes.length })
    const admin = `${node.url}/admin/v1/attachments/${sha256(bytes)}`
    const headers = { authorization: `Bearer ${adminToken}` }
    expect((await fetch(admin, { headers })).status).toBe(400)
    const read = await fetch(`${admin}?purpose=${encodeURIComponent('核验')}`, { headers })
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true)
    const event = await node.database.db
      .selectFrom('access_event')
      .selectAll()
      .where('subject', '=', `sha-256:${sha256(bytes)}`)
      .executeTakeFirstOrThrow()
    expect(event).toMatchObject({ action: 'read-attachment', actor: 'operator:token', detail: { purpose: '核验' } })
  })
})

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
/** A document of Word with one paragraph in two runs. */
function document(...runs: string[]): Promise<Buffer> {
  const text = runs.map((run) => `<w:r><w:t>${run}</w:t></w:r>`).join('')
  return packParts([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: `<w:document><w:body><w:p>${text}</w:p></w:body></w:document>` },
  ])
}

describe('an attachment with identity numbers in it', () => {
  const admin = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
  const list = async (query: string) =>
    ((await (await fetch(`${node.url}/admin/v1/attachments?${query}`, { headers: admin })).json()) as { items: { digest: string }[] }).items
  // Born in 1893: nobody who is alive; synthetic.
  const number = residentId('370102', '18930307', 12)

  it('is taken and flagged, told to whoever hands it in or names it, and waits for a person', async () => {
    const bytes = await document('身份证 ', number.slice(0, 9), number.slice(9))
    const answer = await put(bytes, { 'content-type': word })
    expect(answer.status).toBe(201)
    const { scan } = (await answer.json()) as { scan: { state: string; found: number; detail: string } }
    expect(scan).toMatchObject({ state: 'found', found: 1, checked: null })
    expect(scan.detail).not.toContain(number)
    const { receipt } = await post(submission([{ ...project(61), attachments: [listed(bytes, { mediaType: word, name: '证明.docx' })] }]))
    expect(receipt.records).toMatchObject([
      { outcome: 'accepted', problems: [{ code: 'identity-number-in-text', severity: 'warning', pointer: '/attachments/0' }] },
    ])
    const digest = `sha-256:${sha256(bytes)}`
    expect(await list('scan=found&checked=false')).toMatchObject([{ digest, uses: 1, scan: { found: 1 } }])
    const check = () =>
      fetch(`${node.url}/admin/v1/attachments/${digest}/check`, {
        method: 'POST',
        headers: admin,
        body: JSON.stringify({ reason: '证件号码为办理所必需（合成）' }),
      })
    const checked = await check()
    expect([checked.status, await checked.json()]).toMatchObject([
      200,
      { digest, scan: { checked: { reason: '证件号码为办理所必需（合成）' } } },
    ])
    expect(await list('scan=found&checked=false')).toEqual([])
    expect((await check()).status).toBe(404)
  })

  it('is found in no document without one, and a scan or a PDF is said not to have been looked through', async () => {
    const clean = await put(await document('没有号码，合同编号 123456789012345678'), { 'content-type': word })
    expect(await clean.json()).toMatchObject({ scan: { state: 'none', found: 0 } })
    const scanned = await put(pdf())
    expect(await scanned.json()).toMatchObject({ scan: { state: 'unscanned', detail: expect.stringContaining('须人工核查') } })
    expect((await list('scan=unscanned')).length).toBeGreaterThan(0)
  })
})

describe('a record that lists attachments', () => {
  it('is taken as the contract shows it, once its attachment is handed in', async () => {
    const bytes = pdf()
    const record = { ...project(1), sourceVersion: 3, enteredBy: 'u2048', attachments: [listed(bytes)] }
    const dry = await post(submission([record]), '?dryRun=true')
    expect(dry.receipt.records[0]?.problems?.map((one) => one.code)).toEqual(['attachment-missing'])
    const first = await post(submission([record]))
    expect(first.receipt.records[0]).toMatchObject({ outcome: 'refused' })
    expect(first.receipt.records[0]?.problems?.[0]).toMatchObject({
      code: 'attachment-missing',
      pointer: '/attachments/0/digest',
      retryable: true,
    })
    expect(first.receipt.records[0]?.problems?.[0]?.hint).toContain(`PUT /v1/attachments/${sha256(bytes)}`)
    expect((await put(bytes)).status).toBe(201)
    const second = await post(submission([record]))
    expect(second.receipt.records[0]).toMatchObject({ outcome: 'accepted' })
    expect((await post(submission([record]))).receipt.records[0]?.outcome).toBe('unchanged')
    const { recordId } = second.receipt.records[0] as { recordId: string }
    const shown = (await (await fetch(`${node.url}/v1/records/${recordId}`, { headers: city.headers })).json()) as {
      inForce: { attachments: unknown; data: object }
    }
    expect(shown.inForce.attachments).toEqual([{ ...listed(bytes), here: true }])
    expect(shown.inForce.data).not.toHaveProperty('attachments')
  })

  it('is another version when only its attachments change', async () => {
    const [a, b] = [pdf(), pdf()]
    await put(a)
    await put(b)
    const outcomes: string[] = []
    for (const attachments of [[listed(a)], [listed(b)], [listed(b)], [], undefined]) {
      const { receipt } = await post(submission([{ ...project(2), attachments }]))
      outcomes.push(receipt.records[0]?.outcome as string)
    }
    expect(outcomes).toEqual(['accepted', 'accepted', 'unchanged', 'accepted', 'unchanged'])
  })

  it('is refused for another’s attachment, another media type, or a list that is not well formed', async () => {
    const bytes = pdf()
    await put(bytes, other.headers)
    const { receipt } = await post(
      submission([
        { ...project(3), attachments: [listed(bytes)] },
        { ...project(4), attachments: [{ file: '批复.pdf', kind: '批复' }] },
        { ...project(5), attachments: [listed(bytes, { name: '../批复.pdf' }), listed(bytes)] },
        {
          entity: 'TBProjectInfo',
          operation: 'withdraw',
          sourceId: 'XM-9',
          key: { PrjNum: '3701022001010110' },
          reason: '重复报送',
          attachments: [listed(bytes)],
        },
      ]),
    )
    expect(receipt.records.map((one) => one.problems?.map((problem) => `${problem.code} ${problem.pointer}`))).toEqual([
      ['attachment-missing /attachments/0/digest'],
      [
        'record-malformed /attachments/0/file',
        'record-malformed /attachments/0/digest',
        'record-malformed /attachments/0/mediaType',
        'record-malformed /attachments/0/name',
      ],
      ['record-malformed /attachments/0/name', 'record-malformed /attachments/1'],
      ['record-malformed /attachments'],
    ])
    await put(bytes)
    const wrong = await post(submission([{ ...project(3), attachments: [listed(bytes, { mediaType: 'image/png' })] }]))
    expect(wrong.receipt.records[0]?.problems?.[0]).toMatchObject({
      code: 'attachment-type-differs',
      fix: [{ op: 'replace', path: '/attachments/0/mediaType', value: 'application/pdf' }],
    })
  })

  it('fails an atomic whole when one attachment is missing', async () => {
    const { receipt } = await post(submission([project(6), { ...project(7), attachments: [listed(pdf())] }]), '?mode=atomic')
    expect(receipt.counts['refused']).toBe(2)
  })
})

/** A ZIP of empty files, stored. */
function zip(names: readonly string[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const name of names.map((one) => Buffer.from(one))) {
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(name.length, 26)
    local.push(head, name)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    central.push(entry, name)
    offset += 30 + name.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}
