import { App, Button, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSend } from '../api/hooks.ts'
import { ApiError, type ProblemBody } from '../api/problem.ts'
import { useSession } from '../api/session.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Facts, PageHeader, Panel, StateTag } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Fetched } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { download } from '../submissions/send.ts'
import { Limits } from './limits.tsx'
import { Publication } from './publication.tsx'
import { Qualification } from './qualification.tsx'
import { References } from './references.tsx'
import { Sources } from './sources.tsx'
import { Steps } from './steps.tsx'
import type { PolicyShown } from './types.ts'
import '../submissions/submissions.css'

/** The policy in force: what the public sees, what an update does, what goes up, which records others wait for, whose word counts, what a sender may claim; an administrator takes it out as a file, changes it, and puts it in force. */
export default function PolicyPage() {
  const { t } = useTranslation()
  const query = useApi('/admin/v1/policy')
  const [tab, setTab] = useState('publication')
  return (
    <div className="page">
      <PageHeader title={t('policy.title')} text={t('policy.text')} />
      <Fetched query={query}>
        {(data) => {
          const policy = data as unknown as PolicyShown
          return (
            <>
              <InForce policy={policy} />
              <TabBar
                label={t('policy.title')}
                active={tab}
                onChange={setTab}
                tabs={[
                  { key: 'publication', label: t('policy.tabs.publication'), content: () => <Publication policy={policy} /> },
                  { key: 'steps', label: t('policy.tabs.steps'), content: () => <Steps policy={policy} /> },
                  { key: 'qualification', label: t('policy.tabs.qualification'), content: () => <Qualification policy={policy} /> },
                  { key: 'references', label: t('policy.tabs.references'), content: () => <References policy={policy} /> },
                  { key: 'sources', label: t('policy.tabs.sources'), content: () => <Sources policy={policy} /> },
                  { key: 'limits', label: t('policy.tabs.limits'), content: () => <Limits policy={policy} /> },
                ]}
              />
            </>
          )
        }}
      </Fetched>
    </div>
  )
}

function InForce({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { may } = useSession()
  const [given, setGiven] = useState<{
    readonly name: string
    readonly document: { readonly id?: unknown; readonly version?: unknown }
  } | null>(null)
  const [unreadable, setUnreadable] = useState<ProblemBody | null>(null)
  const load = useSend('put', '/admin/v1/policy', ['/admin/v1/policy'])
  // With everything in it, and the number that the next one needs: a file to change, not one to begin.
  const save = () =>
    download(
      new Blob(
        [`${JSON.stringify({ ...policy.document, version: policy.document.version + 1, publication: policy.publication }, null, 2)}\n`],
        {
          type: 'application/json',
        },
      ),
      `${policy.document.id}-${policy.document.version + 1}.json`,
    )
  const read = async (file: File) => {
    load.reset()
    try {
      const document = JSON.parse(await file.text()) as unknown
      if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new SyntaxError('not an object')
      setUnreadable(null)
      setGiven({ name: file.name, document })
    } catch {
      setUnreadable(notJson(file.name))
    }
  }
  return (
    <Panel
      title={t('policy.inForce')}
      extra={
        <span className="row no-print">
          <Button onClick={save}>{t('policy.save')}</Button>
          {may('PUT', '/policy') && (
            <Upload
              accept=".json"
              showUploadList={false}
              beforeUpload={(file) => {
                void read(file)
                return false
              }}
            >
              <Button>{t('policy.load')}</Button>
            </Upload>
          )}
        </span>
      }
    >
      {unreadable !== null && <ProblemView problem={unreadable} />}
      <Facts
        rows={[
          [t('policy.id'), <code key="id">{policy.inForce}</code>],
          policy.document.about === undefined || policy.loaded.length === 0 ? null : [t('policy.about'), policy.document.about],
          [
            t('policy.loaded'),
            policy.loaded.length === 0 ? (
              t('policy.builtIn')
            ) : (
              <ul key="loaded" className="bare-list">
                {policy.loaded.map((one) => (
                  <li key={one.policyId} className="row">
                    <code>{one.policyId}</code>
                    <Time at={one.loadedAt} />
                    {one.policyId === policy.inForce && <StateTag meaning="good">{t('policy.counts')}</StateTag>}
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      <Confirm
        open={given !== null}
        title={t('policy.loadTitle')}
        okText={t('policy.loadOk')}
        busy={load.isPending}
        error={load.error instanceof ApiError ? load.error : null}
        onOk={() =>
          load.mutate(
            { body: given?.document as never },
            {
              onSuccess: (answer) => {
                setGiven(null)
                void message.success(t((answer as { changed?: boolean }).changed === false ? 'policy.same' : 'policy.done'))
              },
            },
          )
        }
        onCancel={() => setGiven(null)}
      >
        <p>
          {given?.name} · <code>{`${String(given?.document.id ?? '')}@${String(given?.document.version ?? '')}`}</code>
        </p>
        <p className="muted">{t('policy.loadText')}</p>
      </Confirm>
    </Panel>
  )
}

const notJson = (name: string): ProblemBody => ({
  type: 'about:blank',
  code: 'not-json',
  title: '不是策略文件',
  detail: `${name} 不是 JSON 对象`,
  hint: '先“导出策略文件”，在其上修改后再装载',
  retryable: false,
  en: { title: 'Not a policy file', detail: `${name} is no JSON object`, hint: 'Take the policy out first, and change that file' },
})
