import { Button, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogReport } from '@huijiao/merkle/browser'
import { call } from '../api/client.ts'
import { numberText, spanText } from '../parts/format.ts'
import { Facts } from '../parts/page-header.tsx'
import { Digest } from '../parts/digest.tsx'
import { DetachedRanges } from './detached.tsx'

const kept = 'huijiao-log-seen'
interface Seen {
  readonly origin: string
  readonly size: number
  readonly root: string
}

/** What this browser saw of the log before: the log must continue it. */
function seenBefore(origin: string): Seen | null {
  try {
    const seen = JSON.parse(localStorage.getItem(`${kept}-${origin}`) ?? 'null') as Seen | null
    return seen?.origin === origin ? seen : null
  } catch {
    return null
  }
}

function remember(report: LogReport): void {
  if (!report.ok || report.origin === null || report.root === null) return
  try {
    localStorage.setItem(`${kept}-${report.origin}`, JSON.stringify({ origin: report.origin, size: report.size, root: report.root }))
  } catch {
    // Without storage the next check begins anew.
  }
}

const bytesOf = (digest: string): Uint8Array =>
  Uint8Array.from(digest.replace('sha-256:', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** Reads the whole log into this page and computes everything again: leaves, tiles, root, signature, and that it continues what was seen before. */
export function CheckWholeLog() {
  const { t, i18n } = useTranslation()
  const [progress, setProgress] = useState<{ entries: number; size: number } | null>(null)
  const [report, setReport] = useState<LogReport | null>(null)
  const [continues, setContinues] = useState<Seen | null>(null)
  const [seconds, setSeconds] = useState(0)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const run = async () => {
    const controller = new AbortController()
    stop.current = controller
    const begun = performance.now()
    setReport(null)
    setProgress({ entries: 0, size: 1 })
    const [{ checkLog }, { ownLog }, node] = await Promise.all([
      import('@huijiao/merkle/browser'),
      import('./reader.ts'),
      call('get', '/v1/node'),
    ])
    const previous = seenBefore(node.logOrigin ?? '')
    setContinues(previous)
    const found = await checkLog(
      ownLog(controller.signal),
      {
        verifierKeys: node.keys.map((key) => key.verifierKey ?? ''),
        ...(previous === null ? {} : { previous: { size: previous.size, root: bytesOf(previous.root), origin: previous.origin } }),
      },
      (done) => setProgress({ ...done }),
    )
    stop.current = null
    setProgress(null)
    if (controller.signal.aborted) return
    setSeconds((performance.now() - begun) / 1000)
    remember(found)
    setReport(found)
  }
  return (
    <div className="page">
      <p className="muted">{t('log.checkText')}</p>
      <div className="row">
        <Button type="primary" disabled={progress !== null} onClick={() => void run()}>
          {t('log.checkNow')}
        </Button>
        {progress !== null && <Button onClick={() => stop.current?.abort()}>{t('common.cancel')}</Button>}
      </div>
      {progress !== null && (
        <div>
          <Progress percent={Math.floor((100 * progress.entries) / Math.max(1, progress.size))} aria-label={t('log.check')} />
          <output className="number">
            {t('log.checkProgress', { entries: numberText(progress.entries), size: numberText(progress.size) })}
          </output>
        </div>
      )}
      {report !== null && (
        <>
          <output className={`notice ${report.ok ? 'good' : 'bad'}`} data-checked={report.ok}>
            {report.ok ? t('log.checkGood') : t('log.checkBad', { count: report.findingsCount })}
          </output>
          <Facts
            rows={[
              [t('log.size'), numberText(report.size)],
              [t('log.root'), <Digest key="root" value={report.root} />],
              [t('log.signature'), `${t(`log.signatures.${report.signature}`)} ${report.signedBy.join(', ')}`],
              [
                t('log.read'),
                t('log.readText', { entries: numberText(report.entries), tiles: numberText(report.tiles), span: spanText(seconds) }),
              ],
              [t('log.continues'), continues === null ? t('log.firstSeen') : t('log.continuesText', { size: numberText(continues.size) })],
            ]}
          />
          <DetachedRanges ranges={report.detached} />
          {report.findings.length > 0 && (
            <ul>
              {report.findings.map((finding, at) => (
                <li key={at} className="break">
                  {i18n.language === 'en' ? finding.en : finding.zh}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  )
}
