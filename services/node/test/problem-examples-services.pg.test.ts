import { createHash } from 'node:crypto'
import { type CellToWrite, writeWorkbook, xlsxMediaType } from '@huijiao/files'
import type { ProblemDocument } from '@huijiao/problem'
import { type Release, releaseDocument, releases } from '@huijiao/standard'
import { drivenClock } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleNode, openExamples, type Sending } from './example-harness.ts'
import { adminToken, enrol, project, startTestNode } from './node.ts'
import { withFormula } from './workbook-formula.ts'

let at: ExampleNode
const answersWhole: ExampleNode['whole'] = (...given) => at.whole(...given)
const answersOne: ExampleNode['one'] = (...given) => at.one(...given)
const answersKept: ExampleNode['keep'] = (...given) => at.keep(...given)
beforeAll(async () => {
  at = await openExamples('services', 2000, { env: { HUIJIAO_ATTACHMENT_QUOTA_BYTES: '2000' } })
})
afterAll(() => at.close())

const operator = { authorization: `Bearer ${adminToken}` }

describe('a problem of a file has the example on its page', () => {
  const data = (project(1) as { data: Record<string, string> }).data
  const csv = (values: Record<string, string> = data) =>
    [Object.keys(values), Object.values(values)].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\r\n') + '\r\n'
  const file = (body: string | Buffer, type: string, more: Partial<Sending> = {}, query = 'entity=TBProjectInfo'): Sending => ({
    url: `/v1/submissions?standard=2018&responsibleUnit=u&responsibleName=n${query === '' ? '' : `&${query}`}`,
    headers: { 'content-type': type },
    body,
    ...more,
  })
  const short = (text: string) => (text.length > 300 ? `${text.slice(0, 120)} …` : text)
  const table = (text: string, query?: string) => file(text, 'text/csv', { shown: short(text) }, query)

  it('when it cannot be read', async () => {
    const right = table(csv())
    const xlsx = xlsxMediaType
    const old = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(600),
      Buffer.from('Workbook', 'utf16le'),
      Buffer.alloc(600),
    ])
    await answersWhole('file-kind-unsupported', file(old, xlsx, { shown: '（旧版 .xls 工作簿 an old .xls workbook）' }), right)
    await answersWhole('file-malformed', file('PK\u0003\u0004 broken', xlsx, { shown: '（没有传完的 .xlsx an .xlsx cut short）' }), right)
    const dtd = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><TBProjectInfo><PrjNum>&b;</PrjNum></TBProjectInfo></a>'
    const rows = `<data><TBProjectInfo>${Object.entries(data)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</TBProjectInfo></data>`
    await answersWhole('xml-dtd-refused', file(dtd, 'application/xml'), file(rows, 'application/xml', { shown: short(rows) }))
    await answersWhole('file-entity-unclear', table(csv(), ''), right)
    await answersWhole('file-columns-invalid', table('PrjNum,项目编号\r\n1,2\r\n'), right)
    await answersWhole('file-text-encoding', file(csv(), 'text/csv; charset=big5', { shown: short(csv()) }), right)
  })

  /** The problem that one row of a file gets, and the row as it should be. */
  async function answersRow(code: string, sending: Sending, sent: string, mended: string) {
    const answer = await at.send(sending)
    expect(answer.status, JSON.stringify(answer.problem)).toBe(200)
    const records = answer.json()['records'] as { problems?: ProblemDocument[] }[]
    const problems = records.flatMap((record) => record.problems ?? [])
    expect(problems.map((problem) => problem.code)).toContain(code)
    answersKept(code, { sent, problem: problems.find((problem) => problem.code === code) as ProblemDocument, mended })
  }

  it('when a row or a cell cannot be read', async () => {
    const open = `${csv()}"${data['PrjNum']}","没有收尾的引号\r\n`
    await answersRow('row-malformed', table(open), '"3701022001010102","没有收尾的引号', '"3701022001010102","收尾的引号"')
    const names = Object.keys(data)
    const right: CellToWrite[] = Object.values(data).map((value) => ({ value, look: { format: '@' } }))
    const changed = (name: string, value: CellToWrite['value']) => right.map((cell, column) => (names[column] === name ? { value } : cell))
    const workbook = async (rows: readonly CellToWrite[][], merged: readonly string[] = []) =>
      file(await writeWorkbook([{ name: 'TBProjectInfo', rows: [names, ...rows], merged }], '示例'), xlsxMediaType)
    await answersRow(
      'cell-number-damaged',
      await workbook([changed('PrjNum', 3701022001010100)]),
      'A2（数值格式 a quantity）：3.7010220010101E+15',
      'A2（文本格式 text）：3701022001010102',
    )
    await answersRow('cell-error', await workbook([changed('PrjName', { error: '#N/A' })]), 'B2：#N/A', 'B2：示例花园（合成）')
    const second = names.map((name, column) => ({ value: name === 'PrjName' ? null : (right[column] as CellToWrite).value }))
    await answersRow(
      'cell-merged',
      await workbook([right, second], ['B2:B3']),
      'B2:B3（合并 merged）：示例花园（合成）',
      'B2：示例花园（合成）\nB3：示例花园（合成）',
    )
    await answersRow(
      'cell-formula-empty',
      file(
        await withFormula(await writeWorkbook([{ name: 'TBProjectInfo', rows: [names, right] }], '示例'), 'B2', 'A2&"花园"'),
        xlsxMediaType,
      ),
      'B2：=A2&"花园"（文件里没有结果 without its result）',
      'B2：示例花园（合成）',
    )
    const large = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(21 * 1024 * 1024)])
    await answersWhole(
      'workbook-too-large',
      file(large, xlsxMediaType, { shown: '（21 MiB 的 .xlsx an .xlsx of 21 MiB）' }),
      '另存为 CSV UTF-8，按 text/csv 报送\nSave it as CSV UTF-8 and send it as text/csv',
    )
  })
})

describe('a problem of attachments and numbers has the example on its page', () => {
  it('when evidence is not taken', async () => {
    const pdf = (text: string) => Buffer.from(`%PDF-1.7\n${text}`)
    const put = (bytes: Buffer, type = 'application/pdf'): Sending => ({
      method: 'PUT',
      url: `/v1/attachments/${createHash('sha256').update(bytes).digest('hex')}`,
      headers: { 'content-type': type },
      body: bytes,
      shown: '（PDF 文件 a PDF file）',
    })
    await answersWhole('attachment-type', put(pdf('a'), 'image/png'), put(pdf('a')))
    await answersWhole('attachment-quota', put(pdf('x'.repeat(3000))), '请管理员提高配额\nAsk an operator for more')
    const bytes = pdf('a')
    const attachment = (mediaType: string) => [
      { kind: '立项批复', digest: `sha-256:${createHash('sha256').update(bytes).digest('hex')}`, mediaType, name: '批复.pdf' },
    ]
    const with_ = (mediaType: string) => ({ ...project(40), attachments: attachment(mediaType) })
    await answersOne('attachment-type-differs', with_('image/png'), with_('application/pdf'))
  })

  it('when a number is not given', async () => {
    const ask = (body: object): Sending => ({ url: '/v1/numbers', body: JSON.stringify(body) })
    const ofProject = (more: object = {}) => ({
      id: at.nextId(),
      entity: 'TBProjectInfo',
      region: '370102',
      date: '2026-08-29',
      type: '01',
      ...more,
    })
    const contract = (more: object) => ({ id: at.nextId(), entity: 'TBContractRecordManage', prjNum: '3701022609010101', ...more })
    await answersWhole('number-letters-unknown', ask(contract({ class: '800' })), ask(contract({ class: '301' })))
    const first = ofProject()
    expect((await at.send(ask(first))).status).toBe(200)
    await answersWhole('number-request-conflict', ask({ ...first, type: '02' }), ask(ofProject({ type: '02' })))
    const alone = await startTestNode({ clock: drivenClock(at.clock.now()), env: { HUIJIAO_REGION: '370102', HUIJIAO_TIER: 'county' } })
    const { headers } = await enrol(alone.context, ['370102'])
    const asked = ofProject()
    const refused = await alone.app.inject({ method: 'POST', url: '/v1/numbers', headers, payload: asked })
    await alone.stop()
    answersKept('number-issuer-other', {
      sent: `POST /v1/numbers\nauthorization: Bearer hj_…\n\n${JSON.stringify(asked)}`,
      problem: refused.json() as ProblemDocument,
      mended: '向 detail 所写的节点申请\nAsk the node that detail names',
    })
    for (let count = 1; count < 99; count += 1) expect((await at.send(ask(ofProject()))).status).toBe(200)
    await answersWhole('numbers-exhausted', ask(ofProject()), ask(ofProject({ date: '2026-08-30' })))
  })
})

describe('a problem of imports has the example on its page', () => {
  it('when a submission has ended, or says what its sender may not say', async () => {
    const sent = await at.send({ body: JSON.stringify(at.submissionOf([project(50)])) })
    const { id } = sent.json()['submission'] as { id: string }
    await answersWhole(
      'submission-not-open',
      { url: `/v1/submissions/${id}/pause` },
      '已结束的批次不再改变：用新的批次更正\nWhat has ended changes no more: mend it by a new submission',
    )
    const legacy = at.json([project(51)], { legacy: true })
    await answersWhole('legacy-not-granted', legacy, at.json([project(51)]))
  })
})

describe('a problem that an operator meets has the example on its page', () => {
  const admin = (url: string, body: object): Sending => ({ url, anonymous: true, headers: operator, body: JSON.stringify(body) })
  const masked = (text: string) => text.replace(adminToken, '…')

  async function answersOperator(code: string, wrong: Sending, mended: string) {
    const { problem, sent } = await at.send(wrong)
    expect(problem?.code, JSON.stringify(problem)).toBe(code)
    answersKept(code, { sent: masked(sent), problem: problem as NonNullable<typeof problem>, mended })
  }

  it('when a standard document cannot be used', async () => {
    const ask = '请发布机关改正并签名后再装载\nAsk the issuing authority to mend and sign it'
    await answersOperator('standard-unsigned', admin('/admin/v1/standards', { id: '2018', revision: 2 }), ask)
    await answersOperator(
      'standard-conflict',
      admin('/admin/v1/standards/2018/cancel', { revision: 1, reason: '推迟' }),
      '改回原修订：POST /admin/v1/standards/{release}/activate\nGo back to the former revision: POST /admin/v1/standards/{release}/activate',
    )
    const document = releaseDocument(releases.get('2018') as Release)
    const entities = document.entities.map((entity) => ({ ...entity, release: '2018-x' }))
    const orphan = { id: '2018-x', revision: 1, issuer: '370100', basedOn: { id: '2099', revision: 1 }, prefix: 'XX_' }
    await answersOperator(
      'standard-invalid',
      {
        ...admin('/admin/v1/standards', { ...document, entities, ...orphan }),
        shown: JSON.stringify(orphan),
      },
      ask,
    )
  })

  it('when numbers or corrections contradict what stands', async () => {
    const sent = await at.send({ body: JSON.stringify(at.submissionOf([project(31), project(32)])) })
    const [first, second] = (sent.json()['records'] as { recordId: string }[]).map((record) => record.recordId)
    const key = (serial: number) => ({ key: { PrjNum: (project(serial) as { data: { PrjNum: string } }).data.PrjNum } })
    const link = (from: object, to: object) => ({ entity: 'TBProjectInfo', kind: 'renamed', from: [from], to: [to], reason: '重新赋码' })
    expect((await at.send(admin('/admin/v1/successions', link(key(31), key(32))))).status).toBe(200)
    await answersOperator(
      'succession-conflict',
      admin('/admin/v1/successions', link(key(32), key(31))),
      '先撤销原有关系：POST /admin/v1/successions/{succession}/undo\nUndo what stands first: POST /admin/v1/successions/{succession}/undo',
    )
    expect([first, second].every((id) => id?.startsWith('r_'))).toBe(true)
    await answersOperator(
      'send-up-not-possible',
      {
        ...admin(`/admin/v1/records/${first}/send-up`, { reason: '情节严重，经研究上报（合成）' }),
        shown: '{"reason":"情节严重，经研究上报（合成）"}',
      },
      '在 /admin/v1/links/{name}/skips 查看未上报的原因\nSee at /admin/v1/links/{name}/skips why it stays',
    )
    const versions = []
    for (const PrjName of ['示例花园（合成）', '示例花园改名（合成）'])
      versions.push((await at.send({ body: JSON.stringify(at.submissionOf([project(33, { PrjName })])) })).json()['records'][0])
    const { recordId, commitment: corrects } = versions[0] as { recordId: string; commitment: string }
    const wrong = { corrects, fields: { AllInvest: '18600.5' }, reason: '单位写错' }
    const answer = await at.send(admin(`/admin/v1/records/${recordId}/corrections`, wrong))
    expect(answer.problem?.code, JSON.stringify(answer.problem)).toBe('correction-not-possible')
    answersKept('correction-not-possible', {
      sent: masked(answer.sent)
        .replaceAll(/r_[0-9a-f]{32}/g, '{recordId}')
        .replace(/sha-256:[0-9a-f]{64}/, 'sha-256:（前一版本的 commitment of the version before）'),
      problem: answer.problem as ProblemDocument,
      mended: '重新读取记录，按现行版本的 commitment 更正\nRead the record again and correct the version in force',
    })
  })
})
