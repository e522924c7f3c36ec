import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useSession } from '../api/session.tsx'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { Accesses } from './accesses.tsx'
import { CheckWholeLog } from './check.tsx'
import { Checkpoints } from './checkpoints.tsx'
import { Epochs } from './epochs.tsx'
import { Entries } from './entries.tsx'

/** The audit log: entries for whoever may read them; what was signed, and the check of the whole, for everybody. */
export default function LogPage() {
  const { t } = useTranslation()
  const session = useSession()
  const [params, setParams] = useSearchParams()
  const tabs = [
    ...(session.may('GET', '/log') ? [{ key: 'entries', label: t('log.entries'), content: () => <Entries /> }] : []),
    { key: 'checkpoints', label: t('log.checkpoints'), content: () => <Checkpoints /> },
    { key: 'check', label: t('log.check'), content: () => <CheckWholeLog /> },
    ...(session.may('GET', '/epochs') ? [{ key: 'epochs', label: t('epochs.title'), content: () => <Epochs /> }] : []),
    ...(session.may('GET', '/access') ? [{ key: 'access', label: t('log.access'), content: () => <Accesses /> }] : []),
  ]
  const first = tabs[0]?.key as string
  return (
    <div className="page">
      <PageHeader title={t('log.title')} text={t('log.text')} />
      <Panel>
        <TabBar
          label={t('log.title')}
          tabs={tabs}
          active={params.get('tab') ?? first}
          onChange={(tab) => setParams(tab === first ? {} : { tab }, { replace: true })}
        />
      </Panel>
    </div>
  )
}
