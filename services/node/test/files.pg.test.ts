import { randomUUID } from 'node:crypto'
import { cellFixes, openTable, xlsxMediaType, writeCells } from '@huijiao/files'
import type { ProblemDocument } from '@huijiao/problem'
import { releases, type Release } from '@huijiao/standard'
import { faultyWorkbook } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminToken, enrol, project, startTestNode, type TestNode } from './node.ts'

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
const release = releases.get('2018') as Release

beforeAll(async () => {
  node = await startTestNode({ worker: true, listen: true })
  vendor = await enrol(node.context, ['370100'], 'p-files')
})
afterAll(() => node.stop())

interface Outcome {
  readonly index: number
  readonly outcome: string
  readonly sourceId: string
  readonly problems?: ProblemDocument[]
}
interface Answer {
  readonly code?: string
  readonly submission: { readonly id: string; readonly digest: string }
  readonly counts: Record<string, number>
  readonly records: Outcome[]
  readonly file: { readonly encoding?: string; readonly sheets: readonly Record<string, unknown>[] }
  readonly [member: string]: unknown
}

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; bytes: Buffer; type: string; json: Answer }> {
  const answer = await fetch(node.url + path, { ...init, headers: { ...vendor.headers, ...(init.headers as Record<string, string>) } })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const type = answer.headers.get('content-type') ?? ''
  return { status: answer.status, bytes, type, json: (type.includes('json') ? JSON.parse(bytes.toString()) : {}) as Answer }
}

/** A form as a browser sends it. */
function form(content: Buffer | string, name: string, fields: Record<string, string> = {}, fileFirst = false): FormData {
  const data = new FormData()
  const file = () => data.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
  if (fileFirst) file()
  const said = { standard: '2018', responsibleUnit: '示例市住房和城乡建设局', responsibleName: '王示例', ...fields }
  for (const [key, value] of Object.entries(said)) data.append(key, value)
  if (!fileFirst) file()
  return data
}

const upload = (data: FormData, query = '') => ask(`/v1/submissions${query}`, { method: 'POST', body: data })

/** Rows of CSV by the codes of their fields. */
function csv(rows: readonly Record<string, unknown>[], end = '\r\n'): string {
  const names = Object.keys(rows[0] as object)
  return (
    [names, ...rows.map((row) => names.map((name) => `"${String(row[name]).replaceAll('"', '""')}"`))]
      .map((line) => line.join(','))
      .join(end) + end
  )
}
const dataOf = (serial: number, more: Record<string, unknown> = {}) => project(serial, more)['data'] as Record<string, unknown>

describe('the same 500-row workbook with 37 faults', () => {
  it('goes in by upload, comes back annotated, is mended with its patches, and is accepted in the second round', async () => {
    const { bytes, faults } = await faultyWorkbook()
    const first = await upload(form(bytes, '项目.xlsx', { id: randomUUID() }))
    expect(first.status).toBe(200)
    expect(first.json.counts).toMatchObject({ accepted: 463, refused: 37 })
    expect(first.json.file).toMatchObject({ kind: 'xlsx', name: '项目.xlsx', sheets: [{ entity: 'TBProjectInfo', mergedCells: 1 }] })
    const problems = first.json.records.flatMap((record) => record.problems ?? [])
    for (const fault of faults) {
      const named = problems.find((problem) => problem.place?.row === fault.row)
      expect([named?.code, named?.pointer, named?.place?.sheet]).toEqual([fault.code, `/data/${fault.field}`, '工程项目基本信息'])
    }

    const annotated = await ask(`/v1/submissions/${first.json.submission.id}/problems?format=xlsx`)
    expect([annotated.status, annotated.type]).toEqual([200, xlsxMediaType])
    const marked = await ask(`/admin/v1/submissions/${first.json.submission.id}/marked-file`, {
      headers: { authorization: `Bearer ${adminToken}` },
    })
    expect([marked.status, marked.type]).toEqual([200, xlsxMediaType])
    expect(marked.bytes.equals(annotated.bytes)).toBe(true)
    const events = await node.database.db.selectFrom('access_event').select('action').where('action', '=', 'read-marked-file').execute()
    expect(events).toHaveLength(1)
    const table = await openTable({ bytes: annotated.bytes, path: null }, { release })
    const { values, unmended } = cellFixes(problems, (sheet) => table.columnsOf(sheet))
    // What no patch can know is typed from the truth, as a clerk would from the file on the desk.
    const typed = unmended.map((problem) => {
      const { truth } = faults.find((fault) => fault.row === problem.place?.row) as (typeof faults)[number]
      return { sheet: problem.place?.sheet as string, cell: problem.place?.cell as string, value: truth }
    })
    expect(values.length + typed.length).toBe(37)
    expect(values.length).toBeGreaterThanOrEqual(24)
    const mended = await writeCells(annotated.bytes, [...values, ...typed])
    expect(mended.formulas).toEqual([])

    const second = await upload(form(mended.bytes, '项目-改.xlsx', { id: randomUUID() }))
    expect(second.json.counts).toMatchObject({ accepted: 37, unchanged: 463, refused: 0 })
  })

  it('tells the same in a dry run, and hands the annotated workbook back at once', async () => {
    const { bytes } = await faultyWorkbook()
    const dry = await upload(form(bytes, '项目.xlsx'), '?dryRun=true')
    expect(dry.json).toMatchObject({ dryRun: true, counts: { refused: 37 } })
    const annotated = await upload(form(bytes, '项目.xlsx'), '?dryRun=true&format=xlsx')
    expect([annotated.status, annotated.type]).toEqual([200, xlsxMediaType])
    const table = await openTable({ bytes: annotated.bytes, path: null }, { release })
    expect(table.notes.sheets).toMatchObject([{ entity: 'TBProjectInfo', columns: 37 }])
    expect((await upload(form(bytes, '项目.xlsx'), '?format=xlsx')).json.code).toBe('parameter-invalid')
  })
})

describe('a CSV file', () => {
  it('in GBK is recognised, and the receipt says so', async () => {
    const text = csv([dataOf(1), dataOf(2, { PrjName: '' })])
    const gbk = gbkOf(text)
    const { status, json } = await ask('/v1/submissions?standard=2018&entity=TBProjectInfo&responsibleUnit=u&responsibleName=n', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: new Uint8Array(gbk),
    })
    expect(status).toBe(200)
    expect(json.file).toMatchObject({
      kind: 'csv',
      encoding: 'GB18030',
      encodingBy: 'content',
      sheets: [{ entity: 'TBProjectInfo', columns: 20 }],
    })
    expect(json.records[0]).toMatchObject({ outcome: 'accepted', sourceId: '3701022001010102' })
    expect(json.records[1]?.problems?.[0]).toMatchObject({ code: 'field-missing', place: { row: 3, cell: 'B3', column: 'PrjName' } })
  })

  it('gets the same receipt for the same upload, and a 409 when something else is said around it', async () => {
    const text = csv([dataOf(3)])
    const once = await upload(form(text, 'TBProjectInfo.csv'))
    const again = await upload(form(text, 'TBProjectInfo.csv', {}, true))
    expect(again.bytes.equals(once.bytes)).toBe(true)
    const id = randomUUID()
    expect((await upload(form(text, 'TBProjectInfo.csv', { id }))).status).toBe(200)
    const other = await upload(form(text, 'TBProjectInfo.csv', { id, responsibleName: '李示例' }))
    expect([other.status, other.json.code]).toEqual([409, 'submission-conflict'])
  })

  it('names columns that are no fields, with what may have been meant', async () => {
    const { PrjName: name, ...others } = dataOf(4)
    const { json } = await upload(form(csv([{ ...others, 项目名: name, 备注栏: 'x' }]), 'TBProjectInfo.csv'))
    expect(json.file.sheets[0]).toMatchObject({
      unknownColumns: [
        { column: '项目名', cell: 'T1', near: ['项目名称（PrjName）'] },
        { column: '备注栏', cell: 'U1', near: [] },
      ],
      missingColumns: ['项目名称（PrjName）'],
    })
    expect(json.counts['refused']).toBe(1)
  })

  it('comes back as a workbook with the problems on its cells', async () => {
    const { json } = await upload(form(csv([dataOf(5, { PrjTypeNum: '1', Address: '=1+1' })]), 'TBProjectInfo.csv'))
    const workbook = await ask(`/v1/submissions/${json.submission.id}/problems?format=xlsx`)
    const table = await openTable({ bytes: workbook.bytes, path: null }, { release })
    const { value: first } = await table.records().next()
    expect(first?.record['data']).toMatchObject({ PrjTypeNum: '1', Address: '=1+1' })
    expect(table.notes.sheets[0]).not.toHaveProperty('formulas')
  })

  it('larger than memory bounds goes part by part, each with its range of bytes', async () => {
    const rows = Array.from({ length: 4500 }, (_, at) =>
      dataOf(0, {
        PrjNum: `370102${String(190101 + at).slice(0, 6)}01${String((at % 99) + 1).padStart(2, '0')}`,
        PrjName: `示例 ${at}（合成）\n第二行`,
      }),
    )
    const { json } = await upload(form(csv(rows), 'TBProjectInfo.csv'))
    const state = await ask(`/v1/submissions/${json.submission.id}`)
    expect(json['parts']).toHaveLength(3)
    expect(state.json).toMatchObject({ state: 'finished', storedRecords: 4500, storedBytes: Buffer.byteLength(csv(rows)) })
  })
})

describe('an XML document', () => {
  it('of rows is read, with values in base64 of GBK when that is said', async () => {
    const fields = Object.entries(dataOf(6)).map(([name, value]) => `<${name}>${gbkOf(String(value)).toString('base64')}</${name}>`)
    const xml = `<?xml version="1.0" encoding="UTF-8"?><data><user>x</user><TBProjectInfo>${fields.join('')}</TBProjectInfo></data>`
    const { json } = await ask('/v1/submissions?standard=2018&values=base64-gbk&responsibleUnit=u&responsibleName=n', {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: xml,
    })
    expect(json).toMatchObject({ counts: { accepted: 1 }, file: { kind: 'xml', sheets: [{ entity: 'TBProjectInfo' }] } })
  })
})

describe('JSON and NDJSON in GBK', () => {
  it('are recognised, noted in the receipt, and stored as the characters they are', async () => {
    for (const [serial, media] of [
      [9, 'application/json'],
      [10, 'application/x-ndjson'],
    ] as const) {
      const envelope = { id: randomUUID(), standard: '2018', responsible: { unit: '示例市住房和城乡建设局', name: '王示例' } }
      const record = project(serial)
      const text =
        media === 'application/json'
          ? JSON.stringify({ ...envelope, records: [record] })
          : `${JSON.stringify(envelope)}\n${JSON.stringify(record)}\n`
      const send = (query = '') =>
        ask(`/v1/submissions${query}`, { method: 'POST', headers: { 'content-type': media }, body: new Uint8Array(gbkOf(text)) })
      const { json } = await send()
      expect(json).toMatchObject({ counts: { accepted: 1 }, file: { encoding: 'GB18030' } })
      const shown = await ask(`/v1/records/${String((json.records[0] as unknown as { recordId: string }).recordId)}`)
      expect(shown.bytes.toString()).toContain(`示例花园 ${serial}（合成）`)
      expect((await send()).json).toEqual(json)
    }
  })
})

describe('what cannot be read', () => {
  const refused = async (content: Buffer | string, name: string, more: Record<string, string> = {}) => {
    const { status, json } = await upload(form(content, name, more))
    return [status, json.code]
  }

  it('is answered with one precise problem each', async () => {
    const old = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(600),
      Buffer.from('Workbook', 'utf16le'),
      Buffer.alloc(600),
    ])
    expect(await refused(old, '旧.xls')).toEqual([415, 'file-kind-unsupported'])
    expect(await refused('%PDF-1.7 …', '扫描.pdf')).toEqual([415, 'file-kind-unsupported'])
    expect(await refused('<html><table></table></html>', '导出.xls')).toEqual([415, 'file-kind-unsupported'])
    expect(await refused('PK\u0003\u0004 broken', '坏.xlsx')).toEqual([400, 'file-malformed'])
    expect(await refused('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><r><PrjNum>&b;</PrjNum></r></a>', 'a.xml')).toEqual([
      400,
      'xml-dtd-refused',
    ])
    expect(await refused(csv([dataOf(1)]), '随便.csv')).toEqual([422, 'file-entity-unclear'])
    expect(await refused('一,二\r\n1,2\r\n', 'TBProjectInfo.csv')).toEqual([422, 'file-columns-invalid'])
    expect(await refused('PrjNum,项目编号\r\n1,2\r\n', 'TBProjectInfo.csv')).toEqual([422, 'file-columns-invalid'])
    expect(await refused(csv([dataOf(1)]), 'TBProjectInfo.csv', { standard: '1999' })).toEqual([422, 'standard-unknown'])
    expect(await refused(csv([dataOf(1)]), 'TBProjectInfo.csv', { responsibleUnit: '' })).toEqual([422, 'envelope-invalid'])
    const unsaid = await upload(form(csv([dataOf(1)]), 'TBProjectInfo.csv', { standard: '', responsibleName: '' }))
    // By the names that the sender writes, not by those of a JSON envelope.
    expect(unsaid.json.detail).toBe('standard：缺少 standard（如 "2018"）；responsibleName：缺少责任人姓名')
    expect(await refused(csv([dataOf(1)]), 'TBProjectInfo.csv', { nothing: 'x' })).toEqual([400, 'parameter-invalid'])
  })

  it('is named when the media type says something else than the bytes', async () => {
    const answer = await ask('/v1/submissions?standard=2018', {
      method: 'POST',
      headers: { 'content-type': xlsxMediaType },
      body: csv([dataOf(1)]),
    })
    expect([answer.status, answer.json.code]).toEqual([415, 'file-kind-unsupported'])
    expect(answer.json['hint']).toContain('text/csv')
  })

  it('leaves no body behind', async () => {
    const big = `PrjNum\r\n${'1\r\n'.repeat(700_000)}`
    expect((await upload(form(big, '随便.csv'))).status).toBe(422)
    const { readdir } = await import('node:fs/promises')
    expect(await readdir(node.context.hub.spoolDir)).toEqual([])
  })
})

describe('a form', () => {
  it('takes an envelope as JSON, and a file of NDJSON with its own', async () => {
    const data = new FormData()
    data.append('envelope', JSON.stringify({ standard: '2018', entity: 'TBProjectInfo', responsible: { unit: '甲', name: '乙' } }))
    data.append('file', new Blob([csv([dataOf(7)])]), '随便.csv')
    expect((await upload(data)).json.counts).toMatchObject({ accepted: 1 })
    const ndjson = [{ id: randomUUID(), standard: '2018', responsible: { unit: '甲', name: '乙' } }, project(8)]
      .map((line) => JSON.stringify(line))
      .join('\n')
    const own = new FormData()
    own.append('file', new Blob([ndjson]), 'a.ndjson')
    expect((await upload(own)).json.counts).toMatchObject({ accepted: 1 })
  })

  it('without a file, with two, or cut short is refused', async () => {
    const none = new FormData()
    none.append('standard', '2018')
    expect((await upload(none)).json.code).toBe('parameter-invalid')
    const two = form(csv([dataOf(1)]), 'TBProjectInfo.csv')
    two.append('file', new Blob(['x']), 'b.csv')
    expect((await upload(two)).json.code).toBe('parameter-invalid')
    const cut = await ask('/v1/submissions', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: '--b\r\nContent-Disposition: form-data; name="file"; filename="TBProjectInfo.csv"\r\n\r\nPrjNum\r\n',
    })
    expect([cut.status, cut.json.code]).toEqual([400, 'request-malformed'])
  })
})

describe('a template', () => {
  it('is served for every entity of every release, and reads back as its header says', async () => {
    const template = await ask('/v1/standards/2018/templates/TBProjectInfo.xlsx')
    expect([template.status, template.type]).toEqual([200, xlsxMediaType])
    const table = await openTable({ bytes: template.bytes, path: null }, { release })
    expect(table.notes.sheets).toMatchObject([{ entity: 'TBProjectInfo', headerRows: [1, 2], columns: 37 }])
    expect((await ask('/v1/standards/2018/templates/TBNothing.xlsx')).status).toBe(404)
  })
})

/** GBK by Node's own decoder turned round: every two-byte character it knows. */
function gbkOf(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  if (table.size === 0) {
    for (let high = 0x81; high <= 0xfe; high += 1)
      for (let low = 0x40; low <= 0xfe; low += 1) if (low !== 0x7f) table.set(decoder.decode(Uint8Array.of(high, low)), [high, low])
  }
  return Buffer.from([...text].flatMap((char) => (char.charCodeAt(0) < 0x80 ? [char.charCodeAt(0)] : (table.get(char) ?? [0x3f]))))
}
const table = new Map<string, [number, number]>()
