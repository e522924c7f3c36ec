import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { call, send } from '../api/client.ts'
import type { ApiError } from '../api/problem.ts'
import { Digest } from '../parts/digest.tsx'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import type { Receipt } from './model.ts'
import { download } from './send.ts'

/** The receipt as its bytes were signed. */
export function useReceipt(id: string, participant: string | null, enabled: boolean) {
  return useQuery<{ text: string; receipt: Receipt }, ApiError>({
    queryKey: ['receipt', id, participant],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const query = participant === null ? '' : `?participant=${encodeURIComponent(participant)}`
      const text = await (await send('GET', `/admin/v1/submissions/${id}/receipt${query}`, { signal })).text()
      return { text, receipt: JSON.parse(text) as Receipt }
    },
  })
}

/** Checked here, in the page: what the signature covers is put together anew from the receipt, and held against the node's published keys. */
async function verified(receipt: Receipt): Promise<{ readonly signers: string[] | null; readonly retired: boolean }> {
  const [{ signersOf }, node] = await Promise.all([import('@huijiao/merkle/browser'), call('get', '/v1/node')])
  const keys = (node.keys ?? []) as { keyId: string; alg: string; publicKey: string; retiredAt: string | null }[]
  const signers = signersOf(receipt, keys)
  return { signers, retired: keys.some((key) => signers?.includes(key.keyId) === true && key.retiredAt !== null) }
}

/** The node's signed answer: what it says, to keep, and to check without believing this page's server. */
export function ReceiptPanel({ id, participant }: { id: string; participant: string | null }) {
  const { t } = useTranslation()
  const query = useReceipt(id, participant, true)
  const check = useMutation({ mutationFn: verified })
  if (query.data === undefined)
    return <Panel title={t('submissions.receipt')}>{query.error === null ? <Loading /> : <Failed error={query.error} />}</Panel>
  const { text, receipt } = query.data
  const signature = receipt.signatures[0]
  return (
    <Panel
      title={t('submissions.receipt')}
      extra={
        <span className="row no-print">
          <Button onClick={() => check.mutate(receipt)} loading={check.isPending}>
            {t('submissions.verifyHere')}
          </Button>
          <Button onClick={() => download(new Blob([text], { type: 'application/json' }), `receipt-${id}.json`)}>
            {t('submissions.saveReceipt')}
          </Button>
        </span>
      }
    >
      <div aria-live="polite">
        {check.data !== undefined &&
          (check.data.signers === null || check.data.signers.length === 0 ? (
            <p className="notice bad">
              <StateTag meaning="bad">{t('submissions.signatureBad')}</StateTag>{' '}
              {t(check.data.signers === null ? 'submissions.signatureBadText' : 'submissions.signatureUnknown')}
            </p>
          ) : (
            <p className="notice good">
              <StateTag meaning="good">{t('submissions.signatureGood')}</StateTag>{' '}
              {t('submissions.signatureGoodText', { keys: check.data.signers.join(t('common.comma')), node: receipt.node.name })}
              {check.data.retired && ` ${t('submissions.signatureRetired')}`}
            </p>
          ))}
        {check.error !== null && check.error !== undefined && 'problem' in check.error && (
          <ProblemView problem={(check.error as ApiError).problem} />
        )}
      </div>
      <Facts
        rows={[
          [
            t('submissions.signedBy'),
            <span key="node">
              <RegionName code={receipt.node.name} /> · {t(`common.tiers.${receipt.node.tier}`)}
            </span>,
          ],
          [t('submissions.receivedAt'), <Time key="at" at={receipt.receivedAt} />],
          [t('submissions.logBy'), <Time key="by" at={receipt.logBy} />],
          [t('submissions.digest'), <Digest key="digest" value={receipt.submission.digest} />],
          [t('submissions.key'), <code key="key">{signature?.keyId}</code>],
          [t('submissions.signature'), <Digest key="value" value={signature?.value} />],
        ]}
      />
    </Panel>
  )
}
