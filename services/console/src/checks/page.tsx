import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useSession } from '../api/session.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { NoRight } from '../parts/states.tsx'
import { TabBar } from '../parts/tabs.tsx'
import { AttachmentChecks } from './attachments.tsx'
import { Cases } from './cases.tsx'
import { Conflicts } from './conflicts.tsx'
import { Corrections } from './corrections.tsx'
import { Duplicates } from './duplicates.tsx'
import { Findings } from './findings.tsx'
import { Held } from './held.tsx'
import { SentUp } from './sent-up.tsx'
import { Successions } from './successions.tsx'
import '../submissions/submissions.css'
import './checks.css'

const parts = [
  { key: 'held', route: '/held', content: () => <Held /> },
  { key: 'findings', route: '/findings', content: () => <Findings /> },
  { key: 'conflicts', route: '/conflicts', content: () => <Conflicts /> },
  { key: 'duplicates', route: '/duplicates', content: () => <Duplicates /> },
  { key: 'corrections', route: '/corrections', content: () => <Corrections /> },
  { key: 'successions', route: '/successions', content: () => <Successions /> },
  { key: 'sentUp', route: '/sent-up', content: () => <SentUp /> },
  { key: 'cases', route: '/reconcile/cases', content: () => <Cases /> },
  { key: 'attachments', route: '/attachments', content: () => <AttachmentChecks /> },
] as const

/** What no single record shows: parents that are missing, rules over several records, sources that differ, records that may be one. */
export default function ChecksPage() {
  const { t } = useTranslation()
  const { may } = useSession()
  const [params, setParams] = useSearchParams()
  const mine = parts.filter(({ route }) => may('GET', route))
  const wanted = params.get('tab') ?? mine[0]?.key ?? 'held'
  const refused = parts.some(({ key }) => key === wanted) && !mine.some(({ key }) => key === wanted)
  return (
    <div className="page">
      <PageHeader title={t('checks.title')} text={t('checks.text')} />
      {refused ? (
        <NoRight />
      ) : (
        <TabBar
          label={t('checks.title')}
          active={wanted}
          onChange={(tab) => setParams({ tab })}
          tabs={mine.map(({ key, content }) => ({ key, label: t(`checks.tabs.${key}`), content }))}
        />
      )}
    </div>
  )
}
