import type { ExpectedRecord, Expectation } from '../sample/expected.ts'
import type { SampleSubmission } from '../sample/submissions.ts'
import { submitters } from '../sample/submitters.ts'
import { forEachAtOnce, requestJson, UnexpectedAnswer } from './http.ts'
import type { Pushed, ReceiptRecord } from './push.ts'
import { type DemoSettings, nodeOf } from './settings.ts'
import type { DemoState } from './state.ts'
import { progressBar } from './words.ts'

/** One thing that is not as it must be, for people. */
export interface Finding {
  readonly zh: string
  readonly en: string
}

interface ShownRecord {
  readonly recordId: string
  readonly inForce: { readonly operation: string; readonly sourceId: string } | null
  readonly streams: readonly { readonly stream: string; readonly recordId: string }[]
}

/** The receipts say of every record what its author meant: refused for its reason, held, doubtful, unchanged, accepted. */
export function checkReceipts(pushed: readonly Pushed[]): Finding[] {
  const findings: Finding[] = []
  for (const { submission, receipt, receiptChanged } of pushed) {
    if (receiptChanged)
      findings.push({
        zh: `批次 ${submission.envelope.id} 曾得到另一份回执：已回执的数据丢失过`,
        en: `Submission ${submission.envelope.id} had another receipt before: something acknowledged was lost`,
      })
    const told = new Map(receipt.records.map((record) => [record.index, record]))
    for (const [index, { fate, record, story }] of submission.filings.entries()) {
      const answer = told.get(index)
      const errors = (answer?.problems ?? []).filter((problem) => (problem.severity ?? 'error') === 'error').map((problem) => problem.code)
      const right = answer !== undefined && answer.outcome === fate.outcome && (fate.outcome !== 'refused' || errors.includes(fate.code))
      if (right) continue
      const meant = fate.outcome === 'refused' ? `refused ${fate.code}` : fate.outcome
      const got = answer === undefined ? 'nothing' : `${answer.outcome} ${(answer.problems ?? []).map((problem) => problem.code).join(',')}`
      const place = `${submitters[submission.submitter].name} ${submission.envelope.id} #${index} ${record.entity} ${record.sourceId}${story ? ` (${story})` : ''}`
      findings.push({ zh: `${place}：应为 ${meant}，回执为 ${got}`, en: `${place}: should be ${meant}, the receipt says ${got}` })
    }
  }
  return findings
}

/** Who sent which row under which public id, from the receipts. */
function recordIds(pushed: readonly Pushed[]): { byRow: Map<string, string>; byPlace: Map<string, string> } {
  const byRow = new Map<string, string>()
  const byPlace = new Map<string, string>()
  for (const { submission, receipt } of pushed) {
    for (const record of receipt.records) {
      if (record.recordId === undefined) continue
      byRow.set(rowName(submission, record), record.recordId)
      byPlace.set(`${submission.envelope.id} ${record.index}`, record.recordId)
    }
  }
  return { byRow, byPlace }
}

const rowName = (submission: SampleSubmission, record: Pick<ReceiptRecord, 'entity' | 'sourceId'>) =>
  `${record.entity} p-${submitters[submission.submitter].name} ${record.sourceId}`

/**
 * The nation holds exactly the expected records: each is found and in force, those of several versions with all of them, and the versions that
 * the nation ever stored are as many as the expected records have (with those that ended there). So a record of one version has that one,
 * and there is no room for a record that was not expected.
 */
export async function checkNation(
  settings: DemoSettings,
  state: DemoState,
  expectation: Expectation,
  pushed: readonly Pushed[],
): Promise<Finding[]> {
  const { url } = nodeOf(settings, 'national')
  const secret = state.checker?.apiKey ?? ''
  const { byRow } = recordIds(pushed)
  const findings: Finding[] = []
  const find = async ({ entity, key, sourceId, stream }: ExpectedRecord): Promise<ShownRecord | null> => {
    const recordId = key === undefined ? byRow.get(`${entity} ${stream?.split('/')[1] ?? ''} ${sourceId}`) : undefined
    if (key === undefined && recordId === undefined) return null
    try {
      return key === undefined
        ? await requestJson('GET', `${url}/v1/records/${recordId}`, secret)
        : await requestJson('POST', `${url}/v1/records/lookup`, secret, { entity, key })
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.status === 404) return null
      throw error
    }
  }
  const all = [
    ...expectation.records.map((record) => ({ record, shown: true })),
    ...expectation.ended.map((record) => ({ record, shown: false })),
  ]
  const bar = progressBar('核对全国节点', 'checking the nation', all.length)
  let done = 0
  await forEachAtOnce(all, 6, async ({ record, shown }) => {
    const name = `${record.entity} ${JSON.stringify(record.key ?? record.sourceId)}`
    const found = await find(record)
    bar.step((done += 1))
    if (found === null) return void findings.push({ zh: `全国节点缺 ${name}`, en: `The nation lacks ${name}` })
    const inForce = found.inForce !== null && found.inForce.operation === 'upsert'
    if (inForce !== shown)
      findings.push({
        zh: `${name} 在全国节点应${shown ? '' : '不'}有效`,
        en: `${name} should ${shown ? '' : 'not '}be in force at the nation`,
      })
    if (record.versions === 1) return
    const listed = await requestJson<{ versions: readonly unknown[] }>('GET', `${url}/v1/records/${found.recordId}/versions`, secret)
    if (listed.versions.length !== record.versions)
      findings.push({
        zh: `${name} 在全国节点有 ${listed.versions.length} 个版本，应为 ${record.versions}`,
        en: `${name} has ${listed.versions.length} versions at the nation, not ${record.versions}`,
      })
  })
  bar.end()
  const stored = await versionsStored(url, state.adminTokens.national)
  const expected = all.reduce((sum, { record }) => sum + record.versions, 0)
  if (stored !== expected) {
    const more = stored > expected
    findings.push({
      zh: `全国节点共存 ${stored} 个版本，预期 ${expected} 个${more ? '（若自己报送过数据，用 --fresh 重新开始）' : ''}`,
      en: `The nation has stored ${stored} versions, ${expected} were expected${more ? ' (if you have sent records of your own, begin anew with --fresh)' : ''}`,
    })
  }
  return findings
}

/** All versions that a node ever stored, by the counts of its submissions. */
async function versionsStored(url: string, token: string): Promise<number> {
  let total = 0
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: readonly { counts: Record<string, number> | null }[]; next: string | null } = await requestJson(
      'GET',
      `${url}/admin/v1/submissions?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`,
      token,
    )
    for (const { counts } of page.items) {
      for (const [outcome, count] of Object.entries(counts ?? {})) if (outcome !== 'refused' && outcome !== 'unchanged') total += count
    }
    cursor = page.next
  }
  return total
}

interface ParkedItem {
  readonly link: string
  readonly recordId: string
  readonly entity: string
  readonly reason: string
}

/** Exactly the expected records are parked, each with one of its reasons. */
export async function checkParked(
  settings: DemoSettings,
  state: DemoState,
  expectation: Expectation,
  pushed: readonly Pushed[],
): Promise<Finding[]> {
  const { byPlace } = recordIds(pushed)
  const expected = new Map(expectation.parked.map((parked) => [byPlace.get(`${parked.submission} ${parked.index}`) ?? '', parked]))
  const findings: Finding[] = []
  const seen = new Set<string>()
  for (const node of settings.nodes) {
    const { items } = await requestJson<{ items: readonly ParkedItem[] }>(
      'GET',
      `${node.url}/admin/v1/parked?limit=500`,
      state.adminTokens[node.tier],
    )
    for (const item of items) {
      const meant = expected.get(item.recordId)
      seen.add(item.recordId)
      if (meant !== undefined && meant.link === item.link && meant.reason.includes(item.reason)) continue
      findings.push({
        zh: `${node.tier} → ${item.link} 有未预期的待处理记录：${item.entity} ${item.recordId} ${item.reason}`,
        en: `${node.tier} → ${item.link} has parked ${item.entity} ${item.recordId} (${item.reason}), which was not expected`,
      })
    }
  }
  for (const [recordId, parked] of expected) {
    if (!seen.has(recordId))
      findings.push({
        zh: `${parked.entity}（${parked.story}）应为待处理，却不在其列`,
        en: `${parked.entity} (${parked.story}) should be parked and is not`,
      })
  }
  return findings
}
