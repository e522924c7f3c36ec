import { leafHash } from '@huijiao/merkle'
import type { SampleSubmission } from '../sample/submissions.ts'
import { requestJson } from './http.ts'
import type { Receipt } from './push.ts'
import { type DemoSettings, nodeOf } from './settings.ts'
import type { DemoState } from './state.ts'
import { say, show } from './words.ts'

interface Custody {
  readonly record: { readonly entity: string; readonly recordId: string; readonly commitment: string }
  readonly steps: readonly {
    readonly node: { readonly name: string; readonly tier: string }
    readonly entry: { readonly index: number; readonly leaf: string }
    readonly part: { readonly size: number; readonly ordinal: number }
  }[]
}

interface Status {
  readonly state: string
  readonly above: readonly { readonly upstream: { readonly name: string }; readonly state: string }[]
}

/** The submission of the city with a project that went all the way, and the project's place in it. */
function exampleOf(submissions: readonly SampleSubmission[]): { submission: SampleSubmission; index: number } {
  for (const submission of submissions) {
    if (submission.submitter !== 'city') continue
    const index = submission.filings.findIndex(
      (filing) => filing.record.entity === 'TBProjectInfo' && filing.fate.outcome === 'accepted' && filing.story === undefined,
    )
    if (index >= 0) return { submission, index }
  }
  throw new Error('the sample has no such submission')
}

/** Prints one record's whole path: its submission, and its log index and hash at each tier, as the custody document proves them. */
export async function showPath(
  settings: DemoSettings,
  state: DemoState,
  submissions: readonly SampleSubmission[],
): Promise<{ submissionId: string; recordId: string }> {
  const { submission, index } = exampleOf(submissions)
  const { id } = submission.envelope
  const municipal = nodeOf(settings, 'municipal')
  const national = nodeOf(settings, 'national')
  const cityKey = state.participants.city?.apiKey ?? ''
  const receipt = await requestJson<Receipt & { signatures: readonly { keyId: string }[] }>(
    'GET',
    `${municipal.url}/v1/submissions/${id}/receipt`,
    cityKey,
  )
  const status = await requestJson<Status>('GET', `${municipal.url}/v1/submissions/${id}`, cityKey)
  const recordId = receipt.records.find((record) => record.index === index)?.recordId ?? ''
  const custody = await requestJson<Custody>('GET', `${national.url}/v1/records/${recordId}/custody`, state.checker?.apiKey ?? '')
  const submitted = await submissionIds(settings, state, recordId)

  say(`\n一条记录的全程（${custody.record.entity} ${recordId}）`, `One record's whole path`)
  show(`  ${'submission'.padEnd(12)}${id}  ${receipt.records.length} records, #${index}`)
  show(`  ${'commitment'.padEnd(12)}${custody.record.commitment}`)
  for (const step of [...custody.steps].reverse()) {
    const { name, tier } = step.node
    show(
      `  ${tier.padEnd(12)}log ${String(step.entry.index).padStart(5)}  sha-256:${leafHash(Buffer.from(step.entry.leaf)).toString('hex')}`,
    )
    show(`  ${''.padEnd(12)}part #${step.part.ordinal} of ${step.part.size}, receipt of ${submitted.get(name) ?? '—'} signed by ${name}`)
  }
  for (const above of status.above) show(`  ${'status'.padEnd(12)}${above.state} → ${above.upstream.name}`)
  return { submissionId: id, recordId }
}

/** Which submission or delivery brought the record to each node: the receipt that its sender holds is under that id. */
async function submissionIds(settings: DemoSettings, state: DemoState, recordId: string): Promise<Map<string, string>> {
  interface LogPage {
    readonly items: readonly { readonly kind: string; readonly body: { readonly submission?: string | { readonly id?: string } } | null }[]
  }
  const ids = new Map<string, string>()
  for (const node of settings.nodes) {
    const page = await requestJson<LogPage>('GET', `${node.url}/admin/v1/log?record=${recordId}&kind=part`, state.adminTokens[node.tier])
    const submission = page.items.at(-1)?.body?.submission
    const id = typeof submission === 'string' ? submission : submission?.id
    if (id !== undefined) ids.set(node.region, id)
  }
  return ids
}
