import { parseCheckpoint, splitNote } from '@huijiao/merkle/browser'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { send } from '../api/client.ts'
import { Panel } from '../parts/page-header.tsx'
import { RegionName, useRegionNames } from '../parts/region-name.tsx'
import { Failed, Fetched } from '../parts/states.tsx'
import { checkProof, type KnownKey, type ProofResult } from '../proof/check-proof.ts'
import type { CustodyShown } from './types.ts'
import { said } from './values.tsx'

/** From the city's system to this node, as a picture; checked in this page, with nothing but the node's keys taken on its word. */
export function Custody({ recordId }: { recordId: string }) {
  const query = useApi('/admin/v1/records/{recordId}/custody', { path: { recordId } })
  return <Fetched query={query}>{(data) => <Picture recordId={recordId} document={data} />}</Fetched>
}

function Picture({ recordId, document }: { recordId: string; document: unknown }) {
  const { t } = useTranslation()
  const [result, setResult] = useState<ProofResult | 'working' | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const custody = document as CustodyShown
  const verify = async () => {
    setResult('working')
    setFailure(null)
    try {
      const { keys } = (await (await send('GET', '/public/v1/keys')).json()) as { keys: KnownKey[] }
      setResult(await checkProof(document, { keys, served: true, log: (path) => fetch(path, { cache: 'no-store' }) }))
    } catch (error) {
      // Nothing was checked, which says nothing of the record.
      setResult(null)
      setFailure(error)
    }
  }
  const download = () => {
    const link = window.document.createElement('a')
    link.href = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }))
    link.download = `custody-${recordId}.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }
  const held = (name: string) =>
    result === null || result === 'working'
      ? ''
      : (result.nodes.find((node) => node.name === name)?.holds ?? false) && result.outcome !== 'failed'
        ? ' holds'
        : result.outcome === 'failed'
          ? ' broken'
          : ''
  return (
    <Panel title={t('records.parts.custody')}>
      <p className="muted">{t('records.custodyText')}</p>
      <ol className="custody-chain">
        {custody.steps.toReversed().map((step) => (
          <li key={step.node.name} className={`custody-node${held(step.node.name)}`}>
            <span className="muted">{t(`common.tiers.${step.node.tier}`, { defaultValue: '' })}</span>
            <strong>
              <RegionName code={step.node.region} codeToo={false} />
            </strong>
            <span className="mono muted">{step.node.name}</span>
            <span className="muted">{t('records.entryNo', { n: step.entry.index })}</span>
            <span className="muted">{t('records.partOf', { n: step.part.ordinal + 1, size: step.part.size })}</span>
            <span className="muted">{t('records.snapshotOf', { n: parseCheckpoint(splitNote(step.checkpoint).text).size })}</span>
          </li>
        ))}
      </ol>
      <p className="row no-print">
        <Button type="primary" onClick={() => void verify()} loading={result === 'working'}>
          {t('records.verifyHere')}
        </Button>
        <Button onClick={download}>{t('records.downloadProof')}</Button>
      </p>
      <div aria-live="polite">
        {result !== null && result !== 'working' && <Verdict result={result} />}
        {failure !== null && <Failed error={failure} again={() => void verify()} />}
      </div>
    </Panel>
  )
}

const marks = { ok: '✓', failed: '✗', skipped: '–' } as const

function Verdict({ result }: { result: ProofResult }) {
  const { t } = useTranslation()
  const regions = useRegionNames()
  const nameOf = (node: string) => regions[node] ?? (node === '000000' ? t('common.nation') : node)
  return (
    <section className={`proof-verdict ${result.outcome}`}>
      <h3>{t(`records.outcome.${result.outcome}`)}</h3>
      <ul>
        {result.lines.map((line, at) => (
          <li key={at} className={line.status}>
            <span aria-hidden="true" className="mark">
              {marks[line.status]}
            </span>
            <span>
              {line.node === null ? '' : `${nameOf(line.node)}${t('records.colon')}`}
              {said(line.text)}
              {line.why !== undefined && <small className="muted">{said(line.why)}</small>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
