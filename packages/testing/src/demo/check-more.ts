import { verifyCustody } from '@huijiao/merkle'
import { badFiles } from '../sample/bad-file.ts'
import { badCases } from '../sample/bad-cases.ts'
import type { Expectation } from '../sample/expected.ts'
import { request, requestJson } from './http.ts'
import type { Receipt } from './push.ts'
import { type DemoSettings, nodeOf } from './settings.ts'
import type { DemoState } from './state.ts'
import type { Finding } from './verify.ts'

/** The chain of custody of one record of each entity, fetched from the nation and verified as anybody would: with the nodes' public keys only. */
export async function checkCustody(settings: DemoSettings, state: DemoState, expectation: Expectation): Promise<Finding[]> {
  const { url } = nodeOf(settings, 'national')
  const secret = state.checker?.apiKey ?? ''
  const facts = await Promise.all(
    settings.nodes.map((node) => requestJson<{ keys: readonly { verifierKey: string }[] }>('GET', `${node.url}/v1/node`, secret)),
  )
  const keys = facts.flatMap((node) => node.keys.map((key) => key.verifierKey))
  const oneEach = new Map(expectation.records.filter((record) => record.key !== undefined).map((record) => [record.entity, record]))
  const findings: Finding[] = []
  for (const { entity, key } of oneEach.values()) {
    const { recordId } = await requestJson<{ recordId: string }>('POST', `${url}/v1/records/lookup`, secret, { entity, key })
    const document: unknown = await requestJson('GET', `${url}/v1/records/${recordId}/custody`, secret)
    const report = verifyCustody(document, keys)
    if (report.outcome === 'verified') continue
    const failed = report.checks.filter((check) => check.status !== 'ok')
    findings.push({
      zh: `${entity} ${recordId} 的流转轨迹不成立：${failed.map((check) => check.zh).join('；')}`,
      en: `The custody of ${entity} ${recordId} does not verify: ${failed.map((check) => check.en).join('; ')}`,
    })
  }
  return findings
}

interface DryRun {
  readonly records: Receipt['records']
}

/** Every line of the bad file is answered with its problem, and no line of the mended file is refused. A dry run: nothing of it is stored. */
export async function checkBadFile(settings: DemoSettings, state: DemoState): Promise<Finding[]> {
  const { url } = nodeOf(settings, 'municipal')
  const files = new Map(badFiles())
  const judge = async (path: string): Promise<DryRun> => {
    const answer = await request('POST', `${url}/v1/submissions?dryRun=true`, state.participants.city?.apiKey ?? '', {
      type: 'application/x-ndjson',
      text: files.get(path) ?? '',
    })
    return JSON.parse(answer.body.toString('utf8')) as DryRun
  }
  const [bad, mended] = [await judge('bad.ndjson'), await judge('bad.mended.ndjson')]
  const untold = badCases.filter(
    ({ code }, index) => !bad.records.find((record) => record.index === index)?.problems?.some((problem) => problem.code === code),
  )
  const stillBad = mended.records.filter((record) => record.outcome === 'refused' || record.outcome === 'doubtful')
  return [
    ...untold.map(({ code }): Finding => ({ zh: `错例文件中的 ${code} 没有被指出`, en: `${code} in the bad file is not told` })),
    ...stillBad.map((record): Finding => ({
      zh: `改正后的第 ${record.index} 条仍为 ${record.outcome}`,
      en: `Line ${record.index} of the mended file is still ${record.outcome}`,
    })),
  ]
}
